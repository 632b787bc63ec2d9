import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type RunResult, run } from '../helpers/run.ts';

const top = mkdtempSync(join(tmpdir(), 'meshscope-settings-'));
afterAll(() => rmSync(top, { recursive: true, force: true }));
let count = 0;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
spec:
  ports:
    - name: web
      port: 80
`;
const RULE = `apiVersion: meshscope.io/v1
kind: Rule
metadata: {name: probe}
spec:
  code: ACM0001
  level: warning
  match: {kinds: [Service]}
  expr: 1 == 2
  message: m
  why: w
  fix: f
`;
const PLUGIN = `export default { name: 'acme.ProbeAnalyzer', description: 'd', inputs: ['Service'], scope: 'object', codes: ['ACM0002'],
  messages: { ACM0002: { name: 'N', level: 'warning', template: 't', why: 'w', fix: 'f' } },
  analyze(c) { for (const resource of c.all('Service')) c.report('ACM0002', {}, { resource }); } };`;

/** A folder with a Service, a rule, a plugin, and a configuration file. */
function folderWith(config: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(top, String(++count));
  const all = {
    '.meshscope.yaml': config,
    'config/service.yaml': SERVICE,
    'policy/rule.yaml': RULE,
    'policy/plugin.mjs': PLUGIN,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function analyze(
  cwd: string,
  ...args: string[]
): Promise<RunResult & { readonly levels: Readonly<Record<string, string>> }> {
  const result = await run(['analyze', 'config', '-o', 'json', ...args], { cwd });
  const found = result.stdout === '' ? [] : (JSON.parse(result.stdout) as { code: string; level: string }[]);
  return { ...result, levels: Object.fromEntries(found.map(({ code, level }) => [code, level])) };
}

const EXPLICIT = ['--config', '.meshscope.yaml'];
const GATE = ['--failure-threshold', 'info'];

describe('what a file may do: found by itself, with a gate of the command line, or named', () => {
  test.each<
    [string, string, { found: string | undefined; gated: string | undefined; named: string | undefined }]
  >([
    [
      'a severity that is off',
      'severity: {IST0118: off}',
      { found: undefined, gated: 'Info', named: undefined },
    ],
    [
      'off as older readers write it',
      'severity: {IST0118: false}',
      { found: undefined, gated: 'Info', named: undefined },
    ],
    ['a higher severity', 'severity: {IST0118: error}', { found: 'Error', gated: 'Error', named: 'Error' }],
    ['an ignored file', 'ignore: [service.yaml]', { found: undefined, gated: 'Info', named: undefined }],
    ['another namespace', 'namespace: billing', { found: undefined, gated: 'Info', named: undefined }],
  ])('%s', async (_, config, wanted) => {
    const folder = folderWith(`${config}\n`);
    expect((await analyze(folder)).levels['IST0118']).toBe(wanted.found);
    expect((await analyze(folder, ...EXPLICIT, ...GATE)).levels['IST0118']).toBe(wanted.named);
    const gated = await analyze(folder, ...GATE);
    expect(gated.levels['IST0118']).toBe(wanted.gated);
    expect(gated.exitCode).toBe(79);
    const weakens = wanted.gated !== wanted.found;
    expect(gated.stderr.includes('.meshscope.yaml would weaken --failure-threshold')).toBe(weakens);
  });

  test('all that is not followed is told in one sentence, suppressions too', async () => {
    const folder = folderWith(
      'namespace: billing\nignore: [none]\nseverity: {IST0118: off}\nsuppress: [{code: IST0118, resource: "*", reason: r, expires: 2099-01-01}]\n',
    );
    const { levels, stderr } = await analyze(folder, ...GATE);
    expect(levels).toEqual({ IST0118: 'Info' });
    expect(stderr).toBe(
      'note: .meshscope.yaml would weaken --failure-threshold (ignore, suppress, namespace, IST0118), and was found by itself: that is not followed; --config .meshscope.yaml follows it\n',
    );
  });

  test('plugins are loaded by a named file only, and the found one says so', async () => {
    const folder = folderWith('plugins: [./policy/plugin.mjs]\n');
    const found = await analyze(folder);
    expect(found.levels['ACM0002']).toBeUndefined();
    expect(found.stderr).toContain(
      'note: .meshscope.yaml names plugins (./policy/plugin.mjs), which are not loaded',
    );
    const named = await analyze(folder, ...EXPLICIT);
    expect(named.levels['ACM0002']).toBe('Warning');
    expect(named.stderr).toBe('');
  });

  test('not even a plugin that ends the process runs from a found file', async () => {
    const folder = folderWith('plugins: [./evil.mjs]\n', { 'evil.mjs': 'globalThis.evilHasRun = true;' });
    await analyze(folder);
    expect('evilHasRun' in globalThis).toBe(false);
  });

  test('rules are data: both load them', async () => {
    const folder = folderWith('rules: [policy]\n');
    expect((await analyze(folder)).levels['ACM0001']).toBe('Warning');
    expect((await analyze(folder, ...EXPLICIT)).levels['ACM0001']).toBe('Warning');
  });

  test('paths are relative to the file that names them', async () => {
    const folder = folderWith('', { 'policy/mesh.yaml': 'rules: [rule.yaml]\nplugins: [./plugin.mjs]\n' });
    const { levels } = await analyze(folder, '--config', 'policy/mesh.yaml');
    expect(levels).toMatchObject({ ACM0001: 'Warning', ACM0002: 'Warning' });
  });
});

describe('thresholds', () => {
  test('a found file makes the gate stricter than the default; the command line comes first', async () => {
    const folder = folderWith('failureThreshold: info\noutputThreshold: error\n');
    const found = await analyze(folder);
    expect(found.exitCode).toBe(79);
    expect(found.levels).toEqual({});
    expect(
      (await analyze(folder, '--failure-threshold', 'error', '--output-threshold', 'info')).exitCode,
    ).toBe(0);
  });
});

describe('profiles', () => {
  const VIRTUAL = `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: ["cart.example.com"]
`;

  test('ci leaves out notes that are not certain; naming the code brings one back', async () => {
    const files = { 'config/gateway.yaml': VIRTUAL };
    expect((await analyze(folderWith('', files))).levels['MSH0011']).toBe('Info');
    expect((await analyze(folderWith('profile: ci\n', files))).levels['MSH0011']).toBeUndefined();
    expect(
      (await analyze(folderWith('profile: ci\n', files), '--profile', 'default')).levels['MSH0011'],
    ).toBe('Info');
    const named = folderWith('profile: ci\nseverity: {MSH0011: warning}\n', files);
    expect((await analyze(named)).levels['MSH0011']).toBe('Warning');
    const gated = await analyze(folderWith('profile: ci\n', files), ...GATE);
    expect(gated.levels['MSH0011']).toBe('Info');
    expect(gated.stderr).toContain('would weaken --failure-threshold (profile)');
  });

  test('all shows as notes what the file turns off', async () => {
    const folder = folderWith('severity: {IST0118: off}\n');
    expect((await analyze(folder, '--profile', 'all')).levels['IST0118']).toBe('Info');
  });
});

describe('what is wrong in the file is told with its place', () => {
  test.each([
    ['severity: {IST0118: of}', '1:21: severity.IST0118: expected off, info, warning or error, found "of"'],
    ['severity:\n  IST118: off', '2:11: severity.IST118: "IST118" is no code: write it as IST0102'],
    ['severity: [IST0118]', '1:11: severity: expected a mapping from codes'],
    ['rules: policy', '1:8: rules: expected a list of texts'],
    ['rules:\n  - 5', '2:5: rules[0]: expected a path'],
    ['plugins: [[deep, [deeper]]]', '1:11: plugins[0]: expected a path'],
    ['profile: sci', '1:10: profile: expected default, ci, audit or all, found "sci"'],
    ['failureThreshold: fatal', '1:19: failureThreshold: expected error, warning or info'],
    [
      'suppress:\n  - code: IST0102\n    resource: Namespace a',
      '2:5: suppress[0]: the field "reason" is missing',
    ],
    [
      'suppress:\n  - {code: IST0102, resource: a, reason: r, expires: soon}',
      '2:54: suppress[0].expires: expected a date',
    ],
    ['suppress: [{cod: IST0102}]', 'there is no field "cod" here'],
    ['severity: {__proto__: off}', '"__proto__" is no code'],
    ['severity: {__proto__: {IST0118: off}}', '"__proto__" is no code'],
    ['__proto__: {profile: ci}', 'unknown option "__proto__"'],
    ['constructor: 1', 'unknown option "constructor"'],
    ['profil: ci', '1:1: unknown option "profil"'],
    ['{strict: true, "profil": ci}', '1:16: unknown option "profil"'],
    ['severity: &a {IST0118: *a}', '.meshscope.yaml:1:'],
    ['a: &a [x,x]\nb: &b [*a,*a]\nrules: [*b,*b]', 'unknown option "a"'],
  ])('%s', async (config, problem) => {
    const { stderr, stdout, exitCode } = await analyze(folderWith(`${config}\n`));
    expect(stderr).toContain(problem);
    expect(stderr).toMatch(/^error: \.meshscope\.yaml:\d+:\d+: /);
    expect(stdout).toBe('');
    expect(exitCode).toBe(65);
  });

  test('a file of some megabytes is refused, a date without quotes is a text, and keys without value set nothing', async () => {
    expect((await analyze(folderWith(`#${'x'.repeat(2_000_000)}`))).stderr).toContain(
      'too large for a configuration file',
    );
    const dated =
      'suppress:\n  - {code: IST0102, resource: a, reason: r, expires: 2027-01-31}\nrules:\nseverity:\n';
    expect((await analyze(folderWith(dated))).exitCode).toBe(0);
  });

  test('other commands are not kept from work by it', async () => {
    const folder = folderWith('severity: {IST0118: of}\n');
    expect((await run('proxy-status --from demo', { cwd: folder })).exitCode).toBe(0);
  });
});

test('config list shows the settings, and what is not followed', async () => {
  const folder = folderWith(
    'severity: {IST0118: off, MSH0011: error}\nplugins: [./policy/plugin.mjs]\nprofile: ci\n',
  );
  const { stdout } = await run('config list', { cwd: folder });
  expect(stdout).toMatch(/^severity +IST0118=off,MSH0011=error +\.meshscope\.yaml$/m);
  expect(stdout).toMatch(/^plugins +\.\/policy\/plugin\.mjs +\.meshscope\.yaml, not loaded$/m);
  expect(stdout).toMatch(/^profile +ci +\.meshscope\.yaml$/m);
});
