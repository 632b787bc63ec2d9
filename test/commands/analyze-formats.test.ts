import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { BROKEN_ROUTE, folderWith, put, SERVICE, WRONG_USER } from '../helpers/ci-folder.ts';
import { ROOT, run } from '../helpers/run.ts';
import { parseXml, type XmlElement } from '../helpers/xml.ts';

const FORMATS = ['log', 'table', 'json', 'yaml', 'sarif', 'junit', 'github', 'gitlab', 'markdown'] as const;
const HOSTILE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: checkout
  namespace: shop
spec:
  hosts: [checkout]
  http:
  - route:
    - destination:
        host: "x]]>&<b>|@team\\u0007\\n::error::%0A,a:b\`"
`;

function shop(): string {
  return folderWith({
    'config/route.yaml': BROKEN_ROUTE,
    'config/service.yaml': SERVICE,
    'config/app.yaml': WRONG_USER,
  });
}

describe('exit codes are the same in every format', () => {
  test.each(FORMATS)('%s', async (format) => {
    const cwd = shop();
    const code = async (line: string) => (await run(`analyze ${line} -o ${format}`, { cwd })).exitCode;
    expect(await code('config')).toBe(79);
    expect(await code('config/service.yaml')).toBe(0);
    expect(await code('config/service.yaml config/app.yaml')).toBe(0);
    expect(await code('config/app.yaml --failure-threshold Warning')).toBe(79);
    expect(await code('config/service.yaml --output-threshold nonsense')).toBe(64);
    put(cwd, 'config/broken.yaml', 'apiVersion: v1\nkind: [');
    expect(await code('config/broken.yaml')).toBe(65);
    expect(await code('config/broken.yaml --ignore-unknown')).toBe(0);
    expect(await code('config')).toBe(79);
    expect(await code('config/none.yaml')).toBe(66);
  });

  test('an unknown format is a usage error, for stdout and for files', async () => {
    const cwd = shop();
    expect((await run('analyze config -o xml', { cwd })).exitCode).toBe(64);
    const { exitCode, stderr } = await run('analyze config --report sarfi=x.sarif', { cwd });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('sarif');
    expect((await run('analyze config --report sarif', { cwd })).exitCode).toBe(64);
    const twice = 'analyze config --report sarif=a.out --report json=a.out';
    expect((await run(twice, { cwd })).exitCode).toBe(64);
  });
});

describe('positions', () => {
  test.each(FORMATS)('%s names file and line of the field', async (format) => {
    const { stdout } = await run(`analyze config -o ${format}`, { cwd: shop() });
    expect(stdout).toContain('config/route.yaml');
    const line: Record<string, RegExp> = {
      github: /file=config\/route\.yaml,line=12,col=9/,
      gitlab: /"begin": 12/,
      sarif: /"startLine": 12,\s+"startColumn": 9/,
      json: /"line": 12,\s+"column": 9/,
      yaml: /line: 12\n\s+column: 9/,
    };
    expect(stdout).toMatch(line[format] ?? /config\/route\.yaml:12:9/);
  });

  test.each(FORMATS)('%s carries what could not be read, with its place', async (format) => {
    const cwd = folderWith({ 'a.yaml': `${SERVICE}---\nkind: Service\n\tname: x\n` });
    const { stdout } = await run(`analyze a.yaml -o ${format}`, { cwd });
    expect(stdout).toContain('MSH0090');
    expect(stdout).toContain('a.yaml');
    expect(stdout).toMatch(/a\.yaml:14|line=14|: 14\b/);
  });
});

async function sarifOf(cwd: string, args = 'config') {
  const { stdout } = await run(`analyze ${args} -o sarif`, { cwd });
  return JSON.parse(stdout) as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: {
        ruleId: string;
        ruleIndex: number;
        partialFingerprints: Record<string, string>;
        locations: { physicalLocation?: { artifactLocation: { uri: string; uriBaseId?: string } } }[];
      }[];
    }[];
  };
}

describe('SARIF', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const schema = JSON.parse(readFileSync(join(ROOT, 'fixtures/schemas/sarif-2.1.0.json'), 'utf8'));
  const validate = ajv.compile(schema);

  test.each(['config', '--from demo', 'config/service.yaml', 'config/broken.yaml'])(
    'is valid: %s',
    async (args) => {
      const cwd = shop();
      put(cwd, 'config/broken.yaml', 'a: [');
      const log = await sarifOf(cwd, args);
      validate(log);
      expect(validate.errors).toBeNull();
    },
  );

  test('each result points to its rule', async () => {
    const [one] = (await sarifOf(ROOT, '--from demo')).runs;
    expect(one?.results.length).toBeGreaterThan(3);
    for (const { ruleId, ruleIndex } of one?.results ?? [])
      expect(one?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  test('fingerprints stay when lines move and routes are written in front, and differ from each other', async () => {
    const cwd = shop();
    const prints = async () =>
      (await sarifOf(cwd)).runs[0]?.results.map((one) => one.partialFingerprints['meshscopeFinding/v1']);
    const before = await prints();
    put(cwd, 'config/route.yaml', `# a comment\n\n${BROKEN_ROUTE}`);
    expect(await prints()).toEqual(before);
    const route =
      '  - match: [{uri: {prefix: /a}}]\n    route: [{destination: {host: checkout.shop.svc.cluster.local}}]\n';
    put(cwd, 'config/route.yaml', BROKEN_ROUTE.replace('  http:\n', `  http:\n${route}`));
    expect(await prints()).toEqual(before);
    expect(new Set(before).size).toBe(before?.length);
  });

  test('URIs are relative to the folder of the run and escaped', async () => {
    const cwd = folderWith({ 'my config/a#1.yaml': BROKEN_ROUTE });
    for (const path of ['my config', join(cwd, 'my config'), './my config']) {
      const { stdout } = await run(['analyze', path, '-o', 'sarif'], { cwd });
      expect(stdout).toContain('"uri": "my%20config/a%231.yaml"');
      expect(stdout).toContain('"uriBaseId": "%SRCROOT%"');
    }
  });
});

/** What the schema of JUnit reports asks of each element: attributes that must be there, and children in their order. */
const JUNIT: Readonly<Record<string, { readonly needs: readonly string[]; readonly children: RegExp }>> = {
  testsuites: { needs: ['name', 'tests', 'failures', 'errors', 'time'], children: /^(testsuite )*$/ },
  testsuite: {
    needs: ['name', 'package', 'id', 'tests', 'failures', 'errors', 'time', 'timestamp', 'hostname'],
    children: /^properties (testcase )*system-out system-err $/,
  },
  testcase: { needs: ['name', 'classname', 'time'], children: /^((skipped|error|failure) )?(system-out )?$/ },
  failure: { needs: ['type', 'message'], children: /^$/ },
  error: { needs: ['type', 'message'], children: /^$/ },
  skipped: { needs: [], children: /^$/ },
  properties: { needs: [], children: /^property $/ },
  property: { needs: ['name', 'value'], children: /^$/ },
  'system-out': { needs: [], children: /^$/ },
  'system-err': { needs: [], children: /^$/ },
};

function checkJunit(element: XmlElement): void {
  const rule = JUNIT[element.name];
  if (rule === undefined) throw new Error(`no element ${element.name}`);
  expect(Object.keys(element.attributes)).toEqual(expect.arrayContaining([...rule.needs]));
  expect(element.children.map(({ name }) => `${name} `).join('')).toMatch(rule.children);
  if (element.name === 'testsuite') {
    expect(element.attributes['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    const cases = element.children.filter(({ name }) => name === 'testcase');
    const count = (name: string) => cases.filter(({ children }) => children[0]?.name === name).length;
    expect(element.attributes['tests']).toBe(String(cases.length));
    expect(element.attributes['failures']).toBe(String(count('failure')));
    expect(element.attributes['errors']).toBe(String(count('error')));
    expect(element.attributes['skipped']).toBe(String(count('skipped')));
  }
  for (const child of element.children) checkJunit(child);
}

describe('JUnit', () => {
  test.each(['config', '--from demo', 'config/service.yaml', 'config/broken.yaml', 'config/hostile.yaml'])(
    'is valid: %s',
    async (args) => {
      const cwd = shop();
      put(cwd, 'config/broken.yaml', 'a: [');
      put(cwd, 'config/hostile.yaml', HOSTILE);
      const { stdout } = await run(`analyze ${args} -o junit`, { cwd });
      checkJunit(parseXml(stdout));
    },
  );

  test('fails exactly what is at or over the failure threshold', async () => {
    const cwd = shop();
    const failures = async (threshold: string) =>
      parseXml((await run(`analyze config -o junit --failure-threshold ${threshold}`, { cwd })).stdout)
        .attributes['failures'];
    expect(await failures('error')).toBe('1');
    expect(await failures('warning')).toBe('2');
  });
});

describe('GitHub, GitLab and Markdown', () => {
  test('hostile text starts no workflow command and ends no property', async () => {
    const cwd = folderWith({ 'a,b:c.yaml': HOSTILE });
    const { stdout } = await run(['analyze', 'a,b:c.yaml', '-o', 'github', '-A'], { cwd });
    for (const line of stdout.trimEnd().split('\n'))
      expect(line).toMatch(
        /^::(error|warning|notice) (file=a%2Cb%3Ac\.yaml,line=\d+,col=\d+,)?title=[^:,]*::/,
      );
    expect(stdout).toContain('%250A');
  });

  test('GitLab gets a list of issues with distinct fingerprints', async () => {
    const { stdout } = await run('analyze --from demo -o gitlab');
    const issues = JSON.parse(stdout) as Record<string, unknown>[];
    expect(new Set(issues.map((one) => one['fingerprint'])).size).toBe(issues.length);
    for (const one of issues) {
      expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(one['severity']);
      expect(one).toMatchObject({
        description: expect.any(String),
        check_name: expect.stringMatching(/^(IST|MSH)\d{4}$/),
        location: { path: expect.any(String), lines: { begin: expect.any(Number) } },
      });
    }
  });

  test('Markdown has no effect of others: no markup, no mention, no cell', async () => {
    const cwd = folderWith({ 'a.yaml': HOSTILE });
    const { stdout } = await run('analyze a.yaml -o markdown', { cwd });
    expect(stdout).toMatch(/^### ❌ meshscope: /);
    expect(stdout).not.toContain('<b>');
    expect(stdout).not.toContain('@team');
    for (const line of stdout.split('\n').filter((one) => one.startsWith('| ')))
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(5);
  });

  test.each(FORMATS)('%s shows no control characters', async (format) => {
    const cwd = folderWith({ 'a.yaml': HOSTILE });
    const { stdout } = await run(`analyze a.yaml -o ${format}`, { cwd });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });
});

describe('several formats at once', () => {
  test('reports go to files, and stdout is that of the chosen format', async () => {
    const cwd = shop();
    const plain = await run('analyze config -o json', { cwd });
    const { stdout, exitCode } = await run(
      'analyze config -o json --report sarif=out/a.sarif --report junit=a.xml --report yaml=a.yml',
      { cwd },
    );
    expect([stdout, exitCode]).toEqual([plain.stdout, 79]);
    expect(JSON.parse(readFileSync(join(cwd, 'out/a.sarif'), 'utf8'))).toHaveProperty('version', '2.1.0');
    expect(parseXml(readFileSync(join(cwd, 'a.xml'), 'utf8')).name).toBe('testsuites');
    expect(load(readFileSync(join(cwd, 'a.yml'), 'utf8'))).toEqual(JSON.parse(stdout));
  });

  test('a file that can not be written is named, and nothing is left of it', async () => {
    const cwd = shop();
    put(cwd, 'taken/x', '');
    const { exitCode, stderr } = await run('analyze config --report sarif=taken/x/out.sarif', { cwd });
    expect(exitCode).toBe(65);
    expect(stderr).toContain('taken/x/out.sarif');
  });
});

describe('a finding that is likely', () => {
  test.each([
    ['log', /^ {2}Likely: no pod in namespace shop /m],
    ['table', / likely: /],
    ['markdown', / Likely: /],
    ['github', /::Likely: /],
  ] as const)('is called so in %s', async (format, text) => {
    const { stdout } = await run(`analyze --from demo -o ${format}`);
    expect(stdout).toMatch(text);
    const certain = await run(`analyze --from demo -o ${format} --analyzer gateway.SecretAnalyzer`);
    expect(certain.stdout).toContain('IST0101');
    expect(certain.stdout).not.toMatch(/likely/i);
  });

  test('is not called anything by --compat', async () => {
    for (const format of ['log', 'json', 'yaml'])
      expect((await run(`analyze --from demo --compat -o ${format}`)).stdout).not.toMatch(/likely/i);
  });
});
