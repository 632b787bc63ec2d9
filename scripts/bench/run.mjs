// `npm run bench`: start-up and large dumps against what Node itself needs, as ratios with a budget each. User CPU time,
// since wall time depends on what else the machine does. Ends with 1 when a budget is exceeded. With `--live` also the
// figures of a live mesh.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runAll } from '../lib/run.mjs';
import { GENERATOR, generateResources, makeInputs, PARSE_FOLDER, PROXY } from './inputs.mjs';
import { measureLive } from './live.mjs';
import { manyProxies } from './many-proxies.mjs';
import { measure } from './measure.mjs';

const MEGABYTE = 1_000_000;
const DUMP_BYTES = 30 * MEGABYTE;
const CLI = join(ROOT, 'bin/meshscope.js');
const PARSE =
  "for (const file of process.argv.slice(1)) JSON.parse(require('node:fs').readFileSync(file, 'utf8'))";

await runAll([[process.execPath, ['scripts/build.mjs']]]);
const folder = await mkdtemp(join(tmpdir(), 'meshscope-bench-'));
const rows = [];
try {
  await startUp();
  await largeDumps();
  await configuration();
  await bugReport();
} finally {
  await rm(folder, { recursive: true, force: true });
}
print();
if (process.argv.includes('--live')) process.exitCode = (await measureLive()) || process.exitCode;

async function startUp() {
  const result = await measure(
    { node: ['-e', '0'], version: [CLI, '--version'], help: [CLI, '--help'] },
    40,
    folder,
  );
  for (const name of ['version', 'help']) {
    rows.push({
      what: `meshscope --${name}`,
      measured: ms(result[name].userMs),
      against: `node -e 0: ${ms(result.node.userMs)}`,
      ratio: result[name].userMs / result.node.userMs,
      budget: 1.6,
    });
  }
}

async function largeDumps() {
  const { snapshot, dump, intent, dumpBytes } = await makeInputs(folder, DUMP_BYTES);
  const programs = {
    parse: ['-e', PARSE, dump],
    parseBoth: ['-e', PARSE, dump, intent],
    cluster: [CLI, 'proxy-config', 'cluster', '--file', dump],
    status: [CLI, 'proxy-status', PROXY, '--from', snapshot],
  };
  const result = await measure(programs, 21, folder);
  const size = `${Math.round(dumpBytes / MEGABYTE)} MB`;
  rows.push(
    {
      what: `proxy-config cluster --file, ${size}`,
      measured: ms(result.cluster.userMs),
      against: `read and JSON.parse: ${ms(result.parse.userMs)}`,
      ratio: result.cluster.userMs / result.parse.userMs,
      budget: 1.6,
    },
    {
      what: `proxy-config cluster --file, peak memory`,
      measured: megabytes(result.cluster.rssBytes),
      against: `file: ${megabytes(dumpBytes)}`,
      ratio: result.cluster.rssBytes / dumpBytes,
      budget: 8,
    },
    {
      what: `proxy-status POD, a pair of such dumps`,
      measured: ms(result.status.userMs),
      against: `read and JSON.parse both: ${ms(result.parseBoth.userMs)}`,
      ratio: result.status.userMs / result.parseBoth.userMs,
      budget: 3,
    },
  );
}

/** Checking a tree of configuration against only parsing it, and five times as much against once. */
async function configuration() {
  const small = join(folder, 'configuration');
  const large = join(folder, 'configuration-5');
  if (!(await generateResources(10_000, small)) || !(await generateResources(50_000, large))) {
    console.log(`configuration was not measured: it takes python3 and ${GENERATOR}\n`);
    return;
  }
  const analyze = (path) => [CLI, 'analyze', path, '-o', 'json', '--timeout', '0'];
  const programs = { parse: ['--input-type=module', '-e', PARSE_FOLDER, small], small: analyze(small) };
  const result = await measure(programs, 7, folder, [0, 79]);
  const { large: five } = await measure({ large: analyze(large) }, 3, folder, [0, 79]);
  const parse = `read and parse with js-yaml: ${ms(result.parse.userMs)}`;
  rows.push(
    row(
      'analyze, 10,000 resources',
      ms(result.small.userMs),
      parse,
      result.small.userMs / result.parse.userMs,
      3,
    ),
    row(
      'the same, peak memory',
      megabytes(result.small.rssBytes),
      '400 MB',
      result.small.rssBytes / 400e6,
      1,
    ),
    row(
      'analyze, 50,000 resources',
      ms(five.userMs),
      `10,000: ${ms(result.small.userMs)}`,
      five.userMs / result.small.userMs,
      5.5,
    ),
    row('the same, peak memory', megabytes(five.rssBytes), '1200 MB', five.rssBytes / 1200e6, 1),
  );
}

/** A whole mesh into an archive: twice the proxies against once, and the clock on the wall. */
async function bugReport() {
  const half = await manyProxies(100, join(folder, 'fleet-100'));
  const all = await manyProxies(200, join(folder, 'fleet-200'));
  const report = (from) => [CLI, 'bug-report', '--from', from, '-o', 'json'];
  const result = await measure({ half: report(half), all: report(all) }, 3, folder);
  const once = `100 proxies: ${ms(result.half.userMs)}`;
  const { wallMs, userMs, rssBytes } = result.all;
  rows.push(
    row('bug-report, 200 proxies', ms(userMs), once, userMs / result.half.userMs, 2.2),
    row('the same, by the clock', ms(wallMs), '60 s', wallMs / 60_000, 1),
    row('the same, peak memory', megabytes(rssBytes), '400 MB', rssBytes / 400e6, 1),
  );
}

function row(what, measured, against, ratio, budget) {
  return { what, measured, against, ratio, budget };
}

function print() {
  const table = rows.map(({ what, measured, against, ratio, budget }) => [
    ratio <= budget ? '✔' : '✖',
    what,
    measured,
    against,
    ratio.toFixed(2),
    `≤ ${budget}`,
  ]);
  const lines = [['', 'WHAT', 'MEASURED', 'AGAINST', 'RATIO', 'BUDGET'], ...table];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
  const over = rows.filter(({ ratio, budget }) => ratio > budget).length;
  console.log(over === 0 ? '\nall within budget' : `\n${over} over budget`);
  process.exitCode = over === 0 ? 0 : 1;
}

function ms(value) {
  return `${value.toFixed(0)} ms`;
}

function megabytes(bytes) {
  return `${(bytes / MEGABYTE).toFixed(0)} MB`;
}
