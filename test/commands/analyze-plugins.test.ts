import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunResult, run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-plugins-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A module whose one analyzer is a correct one but for what `change` replaces. */
function plugin(change: string): string {
  return `const analyzer = {
  name: 'acme.OwnerAnalyzer',
  description: 'Checks that every Service has an owner.',
  inputs: ['Service'],
  scope: 'object',
  codes: ['ACM0001'],
  messages: { ACM0001: { name: 'NoOwner', level: 'warning', template: 'the Service {name} has no owner', why: 'Nobody answers.', fix: 'Add one.' } },
  analyze(context) {
    for (const resource of context.all('Service')) context.report('ACM0001', { name: resource.metadata.name }, { resource, path: ['metadata', 'name'] });
  },
};
${change}
export default analyzer;`;
}

beforeAll(() => {
  write(
    'config/service.yaml',
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: cart\n  namespace: shop\nspec:\n  ports:\n    - {name: http, port: 80}\n',
  );
});

async function analyze(...args: string[]): Promise<RunResult> {
  return run(['analyze', 'config', ...args], { cwd: folder });
}

async function withPlugin(name: string, change: string, ...args: string[]): Promise<RunResult> {
  write(`${name}.mjs`, plugin(change));
  return analyze('--plugin', `./${name}.mjs`, ...args);
}

describe('a plugin', () => {
  test('reports with the place in the file, beside our own analyzers', async () => {
    const { stdout, exitCode } = await withPlugin('good', '');
    expect(stdout).toContain('ACM0001 Service shop/cart');
    expect(stdout).toContain('config/service.yaml:4:3');
    expect(exitCode).toBe(0);
  });

  test('counts for the gate, is suppressed and chosen as all others', async () => {
    expect((await withPlugin('good', '', '--failure-threshold', 'warning')).exitCode).toBe(79);
    const suppressed = await withPlugin(
      'good',
      '',
      '--analyzer',
      'acme.OwnerAnalyzer',
      '--suppress',
      'ACM0001=Service shop/*',
      '--failure-threshold',
      'warning',
    );
    expect(suppressed.exitCode).toBe(0);
    const { stdout } = await withPlugin('good', '', '--analyzer', 'acme.OwnerAnalyzer', '-o', 'json');
    expect((JSON.parse(stdout) as { code: string }[]).map(({ code }) => code)).toEqual(['ACM0001']);
  });

  test('may be a list, named exports, or a package that is installed above', async () => {
    write(
      'list.mjs',
      `${plugin('').replace('export default analyzer', 'export const analyzers = [analyzer]')}`,
    );
    expect((await analyze('--plugin', './list.mjs')).stdout).toContain('ACM0001');
    const main = {
      'index.js': plugin(''),
      'package.json': '{"type":"module","exports":{".":{"types":"./no.d.ts","import":"./index.js"}}}',
    };
    for (const [name, text] of Object.entries(main)) write(`node_modules/@acme/mesh/${name}`, text);
    expect((await analyze('--plugin', '@acme/mesh')).stdout).toContain('ACM0001');
    expect((await analyze('--plugin', './node_modules/@acme/mesh')).stdout).toContain('ACM0001');
  });

  test('is an audit only for those who ask for one', async () => {
    const change = 'analyzer.messages.ACM0001.audit = true;';
    expect((await withPlugin('audit', change)).stdout).not.toContain('ACM0001');
    expect((await withPlugin('audit', change, '--profile', 'audit')).stdout).toContain('ACM0001');
  });
});

describe('a plugin that is not of the form is refused with what is missing', () => {
  test.each([
    ['name', 'analyzer.name = "owner";', 'the name "owner" is not of the form family.NameAnalyzer'],
    ['no-name', 'delete analyzer.name;', 'its analyzer: name is missing, not a text'],
    [
      'analyze',
      'analyzer.analyze = 5;',
      'the analyzer acme.OwnerAnalyzer: analyze is a number, not a function',
    ],
    ['code', 'analyzer.codes = ["IST0101"];', 'the codes IST… are taken: use three letters of your own'],
    [
      'other-code',
      'analyzer.codes = ["ACM0002"];',
      'messages has no entry for ACM0002, which is among its codes',
    ],
    ['proto-code', 'analyzer.codes = ["__proto__"];', '"__proto__" is no code'],
    [
      'kind',
      'analyzer.inputs = ["VirtualServices"];',
      'its input "VirtualServices" is no kind that can be read',
    ],
    [
      'level',
      'analyzer.messages.ACM0001.level = "fatal";',
      'the level of ACM0001 is none of error, warning, info',
    ],
    ['why', 'analyzer.messages.ACM0001.why = "";', 'why of ACM0001 is empty, not a text'],
    ['scope', 'analyzer.scope = "all";', 'scope is neither "object" nor "mesh"'],
    [
      'getter',
      'Object.defineProperty(analyzer, "codes", { get() { throw new Error("no codes today"); } });',
      "its analyzer can't be read: no codes today",
    ],
    ['huge', 'analyzer.description = "x".repeat(1e6);', 'description is longer than 2000 characters'],
    [
      'twice',
      'analyzer.name = "schema.VirtualServiceAnalyzer";',
      'there are two analyzers with the name schema.VirtualServiceAnalyzer',
    ],
  ])('%s', async (name, change, problem) => {
    const { stderr, stdout, exitCode } = await withPlugin(name, change);
    expect(stderr).toContain(problem);
    expect(stdout).toBe('');
    expect(exitCode).toBe(65);
  });

  test('a module without analyzers', async () => {
    write('nothing.mjs', 'export const x = 1;');
    const { stderr, exitCode } = await analyze('--plugin', './nothing.mjs');
    expect(stderr).toContain("the plugin ./nothing.mjs can't be used: it exports no analyzers");
    expect(exitCode).toBe(65);
  });

  test('one that throws while it is loaded: its message, no stack', async () => {
    write('throws-early.mjs', 'throw new Error("no licence\\nand more");');
    const { stderr, exitCode } = await analyze('--plugin', './throws-early.mjs');
    expect(stderr).toContain("error: the plugin ./throws-early.mjs can't be loaded: no licence\n");
    expect(stderr).not.toContain('    at ');
    expect(exitCode).toBe(65);
    expect((await analyze('--plugin', './throws-early.mjs', '--verbose')).stderr).toContain(
      'throws-early.mjs:1',
    );
  });

  test('one that is not there, or no name of a package', async () => {
    for (const name of ['./absent.js', 'acme-absent', 'https://acme.example/x', 'node:fs', '../../..']) {
      const { stderr, exitCode } = await analyze('--plugin', name);
      expect(stderr, name).toContain(`there is no plugin "${name}"`);
      expect(exitCode, name).toBe(66);
    }
  });
});

describe('a plugin that misbehaves while it runs is a finding about itself', () => {
  test.each([
    ['throws', 'analyzer.analyze = () => { throw new Error("boom\\nsecond line"); };', 'boom'],
    [
      'throws-odd',
      'analyzer.analyze = () => { throw { toString() { throw 1; } }; };',
      'it threw something that can not be shown',
    ],
    ['async', 'analyzer.analyze = async () => { throw new Error("later"); };', 'it is async'],
    [
      'undeclared',
      'analyzer.analyze = (c) => { c.all("Secret"); };',
      'it reads Secret, which it does not declare',
    ],
    [
      'foreign-code',
      'analyzer.analyze = (c) => c.report("IST0101", {}, { resource: c.all("Service")[0] });',
      'it reports IST0101, which it does not declare',
    ],
    [
      'no-resource',
      'analyzer.analyze = (c) => c.report("ACM0001", { name: "x" }, { resource: { metadata: {} } });',
      'report() needs the resource',
    ],
    [
      'odd-args',
      'analyzer.analyze = (c) => c.report("ACM0001", { name: { toString() { throw 1; } } }, { resource: c.all("Service")[0] });',
      'neither a text nor a number',
    ],
    [
      'no-args',
      'analyzer.analyze = (c) => c.report("ACM0001", {}, { resource: c.all("Service")[0] });',
      'needs the argument "name"',
    ],
    [
      'odd-path',
      'analyzer.analyze = (c) => c.report("ACM0001", { name: "x" }, { resource: c.all("Service")[0], path: "spec" });',
      'the path of a finding is a list of keys and indexes',
    ],
    [
      'flood',
      'analyzer.analyze = (c) => { for (;;) c.report("ACM0001", { name: "x" }, { resource: c.all("Service")[0] }); };',
      'it reports more than 10000 findings',
    ],
  ])('%s', async (name, change, problem) => {
    const { stdout, stderr, exitCode } = await withPlugin(name, change, '-o', 'json');
    const findings = JSON.parse(stdout) as { code: string; message: string }[];
    const [own] = findings.filter(({ code }) => code === 'IST0001');
    expect(own?.message).toContain('the analyzer acme.OwnerAnalyzer failed: ');
    expect(own?.message).toContain(problem);
    expect(own?.message).toContain(`./${name}.mjs`);
    expect(stderr).toBe('');
    expect(exitCode).toBe(79);
  });
});
