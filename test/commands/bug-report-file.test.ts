import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-report-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(text: string): string {
  files += 1;
  const path = join(folder, `${files}.yaml`);
  writeFileSync(path, text);
  return path;
}

/** All keys of the reference, as it writes them where nothing but these was set. */
const REFERENCE = `
kubeConfigPath: ""
context: ""
istioNamespace: istio-system
dryRun: true
fullSecrets: false
proxyAdminPort: 15000
commandTimeout: 2m0s
include:
  - shop//cart-*
exclude:
  - kube-system,kube-public
  - payments//*,other
startTime: "0001-01-01T00:00:00Z"
endTime: null
since: 0s
timeFilterApplied: false
criticalErrors: ["*refused*"]
ignoredErrors: []
requestConcurrency: 32
tailLines: 100
skipClusterDump: true
skipAnalyze: false
skipProxyDebug: false
skipNetstat: false
skipCoredumps: false
`;

const planOf = async (path: string, flags = '') => {
  const line = `bug-report --from demo -o json --file ${path} ${flags}`;
  const { stdout, stderr, exitCode } = await run(line, { cwd: folder });
  return { plan: exitCode === 0 ? JSON.parse(stdout) : undefined, stderr, exitCode };
};

describe('a file of options', () => {
  it('of the reference is read whole: what it writes where nothing was set sets nothing', async () => {
    const { plan, stderr } = await planOf(file(REFERENCE));
    expect(stderr).toBe('');
    expect(plan.kind).toBe('BugReportPlan');
    expect(plan.timeoutMs).toBe(120_000);
    const questions: string[] = plan.lines.map(({ question }: { question: string }) => question);
    expect(questions).toContain('pods');
    expect(questions).not.toContain('services');
    const dumps = plan.lines.filter(({ question }: { question: string }) => question === 'Envoy config_dump');
    expect(dumps.map(({ answers }: { answers: number }) => answers)).toEqual([1]);
  });

  it('gives way to the command line', async () => {
    const path = file(`${REFERENCE}maxSize: 20MB\n`);
    const { plan } = await planOf(path, '--timeout 5m --max-size 30MB --skip-cluster-dump=false');
    expect(plan.timeoutMs).toBe(300_000);
    expect(plan.maxBytes).toBe(30 * 1024 * 1024);
    const questions = plan.lines.map(({ question }: { question: string }) => question);
    expect(questions).toContain('services');
  });

  it('may name options as this command does, with either spelling', async () => {
    const { plan } = await planOf(file('dry-run: true\nmaxSize: 20MB\ntimeout: 90s\n'));
    expect([plan.maxBytes, plan.timeoutMs]).toEqual([20 * 1024 * 1024, 90_000]);
  });

  it('says where logs begin only while the command line does not', async () => {
    const path = file('dryRun: true\nstartTime: 2026-11-23T02:00:00Z\n');
    expect((await planOf(path, '--duration 1h')).exitCode).toBe(0);
    const both = file('dryRun: true\nstartTime: 2026-11-23T02:00:00Z\nsince: 1h\n');
    const { stderr, exitCode } = await planOf(both);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('both say where logs begin');
  });

  it('takes a duration in nanoseconds, as the reference writes them', async () => {
    expect((await planOf(file('dryRun: true\ncommandTimeout: 90000000000\n'))).plan.timeoutMs).toBe(90_000);
  });

  it('does not replace the recording that the command line names', async () => {
    const { exitCode } = await planOf(file('dryRun: true\ncontext: east\ncontexts: [east, west]\n'));
    expect(exitCode).toBe(0);
  });

  it.each([
    ['since: 1h\n\ninlcude: [shop]\n', 65, ':3:1: unknown key "inlcude"', 'near  include'],
    ['since: 1h\nrequestConcurency: 3\n', 65, ':2:1: unknown key', 'near  requestConcurrency'],
    ['include: [{a: b}]\n', 65, ':1:1: include: the value is neither', ''],
    ['since: [1h, 2h]\n', 65, ':1:1: since: one value is expected', ''],
    ['tailLines: many\n', 64, ':1:1: tailLines: "many" is not a whole number', ''],
    ['since: yesterday\n', 64, ':1:1: since: "yesterday" is not a duration', ''],
    ['- a\n', 65, 'expected a mapping', ''],
    ['include: [\n', 65, 'not valid YAML', ''],
    ['file: other.yaml\n', 65, 'unknown key "file"', ''],
    ['include: [a/b/c/d/e/f/g]\n', 64, '7 fields', ''],
  ])('is refused with its place: %j', async (text, code, message, near) => {
    const { exitCode, stderr } = await planOf(file(text));
    expect(stderr).toContain(message);
    expect(stderr).toContain(near);
    expect(exitCode).toBe(code);
  });

  it('that is not there is said', async () => {
    const { exitCode, stderr } = await planOf(join(folder, 'none.yaml'));
    expect(exitCode).toBe(66);
    expect(stderr).toContain('check the path given by --file');
  });
});

describe('flags of the reference', () => {
  it('are taken', async () => {
    const path = file('dryRun: true\n');
    const flags =
      '--istio-namespace istio-system --skip-netstat --skip-coredumps --skip-analyze --dir /nowhere --rq-concurrency 4 --tail 10 --proxy-admin-port 15001 --critical-errs a --ignore-errs b --full-secrets=false';
    const { exitCode, stderr } = await run(
      `bug-report --from demo --output-dir ${folder} ${flags} --filename ${path}`,
    );
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it('name what they were meant to be when they are misspelt', async () => {
    const { exitCode, stderr } = await run('bug-report --from demo --skip-proxydebug');
    expect(exitCode).toBe(64);
    expect(stderr).toContain('near  --skip-proxy-debug');
  });

  it('may stand before the command, too', async () => {
    const { exitCode } = await run('--istio-namespace istio-system bug-report --dry-run --from demo');
    expect(exitCode).toBe(0);
  });
});
