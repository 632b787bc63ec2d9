// The suites of `.ci/run`, one after the other. Each writes its counts to a file; the last line adds them up.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT, run } from '../scripts/lib/run.mjs';

/** The Node.js that most people will run next to the oldest supported one: the newest of the current LTS line. */
const LTS = '26.10.0';

/** No suite takes a third of this; building the servers of the live mesh from nothing takes about six minutes. */
const LONGEST_SUITE_MS = 25 * 60_000;

const SUITES = [
  { name: 'tests, as the README says', command: ['npm', 'test'] },
  { name: 'checks', command: ['npm', 'run', 'check'] },
  { name: 'conformance with recorded reference runs', command: ['npm', 'run', 'conformance'] },
  { name: 'live mesh on real servers', command: ['npm', 'run', 'e2e'] },
  {
    name: 'pages in a real browser',
    command: ['npx', '--no-install', 'vitest', 'run', '--config', 'test/browser/vitest.config.ts'],
  },
  { name: 'damaged input', command: ['npm', 'run', 'fuzz'] },
  {
    name: 'packed and installed elsewhere',
    command: ['npx', '--no-install', 'vitest', 'run', '--config', 'test/package/vitest.config.ts'],
  },
  {
    name: `tests on Node.js ${LTS}`,
    command: ['npx', '--yes', `--package=node@${LTS}`, '--', 'node', 'scripts/test.mjs'],
  },
];

/** Debian packages with the programs that suites run, and how each is asked whether it is there. */
const PROGRAMS = [
  { name: 'ca-certificates', probe: ['test', '-s', '/etc/ssl/certs/ca-certificates.crt'] },
  { name: 'git', probe: ['git', '--version'] },
  { name: 'openssl', probe: ['openssl', 'version'] },
  { name: 'python3-venv', probe: ['python3', '-c', 'import ensurepip, venv'] },
  { name: 'curl', probe: ['curl', '--version'] },
  { name: 'kubernetes-client', probe: ['kubectl', 'version', '--client'] },
  { name: 'chromium', probe: ['chromium', '--version'] },
];

const folder = await mkdtemp(join(tmpdir(), 'meshscope-ci-'));
const lines = [];
/** One line for each failed test, told again at the end: thousands of lines above it is not where people look. */
const failures = [];
/** Tests that passed only when they were run once more. */
const retried = [];
const total = { passed: 0, failed: 0, skipped: 0 };
await install();
for (const [index, suite] of SUITES.entries()) await runSuite(suite, join(folder, `${index}.json`));
await rm(folder, { recursive: true, force: true });
if (retried.length > 0) console.log(`\n── passed only when run once more\n${retried.join('\n')}`);
if (failures.length > 0) console.log(`\n── failed\n${failures.join('\n')}`);
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function install() {
  console.log(`── install (Node.js ${process.versions.node})`);
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) {
    console.log('0 passed, 1 failed, 0 skipped');
    process.exit(1);
  }
  await installPrograms();
}

/** Installs the programs that are not there from Debian, where that is allowed; what needs one of the others is skipped. */
async function installPrograms() {
  const missing = PROGRAMS.filter(({ probe: [program, ...args] }) => spawnSync(program, args).status !== 0);
  if (missing.length === 0 || process.getuid?.() !== 0) return;
  if (spawnSync('apt-get', ['--version']).status !== 0) return;
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const quiet = ['-qq', '-y', '-o', 'Dpkg::Use-Pty=0'];
  await run('apt-get', ['update', ...quiet], options);
  // One by one: a package that this release lacks must not keep the others away.
  for (const { name } of missing)
    await run('apt-get', ['install', '--no-install-recommends', ...quiet, name], options);
}

async function runSuite({ name, command }, results) {
  console.log(`\n── ${name}: ${command.join(' ')}`);
  const started = Date.now();
  const code = await runWithin(command, { env: { ...process.env, TEST_RESULTS: results } });
  const counts = await readCounts(results);
  failures.push(...counts.failures);
  retried.push(...(await linesOf(`${results}.retried`)));
  // A suite that failed must count as such, also when it died before it could say how.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(total)) total[key] += counts[key];
  const seconds = Math.round((Date.now() - started) / 1000);
  lines.push(
    `${counts.failed === 0 ? '✔' : '✖'} ${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`,
  );
}

/** Runs a program, and ends it with all that it started when it hangs. */
function runWithin([program, ...args], options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', detached: true, ...options });
    const end = () => process.kill(-child.pid, 'SIGKILL');
    const timer = setTimeout(() => {
      console.log(`✖ not done after ${LONGEST_SUITE_MS / 60_000} minutes: ended`);
      end();
    }, LONGEST_SUITE_MS);
    const interrupt = () => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      resolve(code ?? 1);
    });
  });
}

/** The counts in a report of vitest, or of `npm run check` which writes the same fields; a suite without one failed. */
async function readCounts(file) {
  try {
    const report = JSON.parse(await readFile(file, 'utf8'));
    const files = report.testResults ?? [];
    const unrun = files.filter((one) => one.status === 'failed' && one.assertionResults.length === 0);
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + unrun.length,
      skipped: report.numPendingTests + (report.numTodoTests ?? 0),
      failures: [
        ...files.flatMap(failedTests),
        ...unrun.map((one) => failureText(one.name, '', one.message)),
      ],
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: [] };
  }
}

/** The lines of a file that need not be there. */
async function linesOf(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

/** The failed tests of one test file in a report of vitest. */
function failedTests({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => failureText(name, fullName, failureMessages[0]));
}

/** Where a test is, what it states, and how its message begins: enough to look for it above. */
function failureText(file, test, message = '') {
  const start = stripVTControlCharacters(message).split('\n').slice(0, 6).join('\n    ').slice(0, 1_000);
  return `✖ ${relative(ROOT, file)} ${test}\n    ${start}`;
}
