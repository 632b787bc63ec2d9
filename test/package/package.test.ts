import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-package-'));
const installed = join(folder, 'node_modules/meshscope');
let files: readonly string[] = [];

beforeAll(() => {
  const packed = run('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', folder], ROOT);
  // What the build prints stands in front of npm's JSON.
  const report = JSON.parse(packed.slice(packed.indexOf('[\n'))) as {
    filename: string;
    files: { path: string }[];
  }[];
  files = report[0]?.files.map(({ path }) => path) ?? [];
  writeFileSync(join(folder, 'package.json'), '{"name":"elsewhere","private":true,"type":"module"}');
  run('npm', [
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `./${report[0]?.filename}`,
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Standard output of a program; throws with what it printed when it fails. */
function run(program: string, args: readonly string[], cwd = folder): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function meshscope(...args: string[]): string {
  return run(join(folder, 'node_modules/.bin/meshscope'), args);
}

describe('the packed package', () => {
  test('holds what is needed and nothing else', () => {
    const expected = [
      /^package\.json$/,
      /^README\.md$/,
      /^CHANGELOG\.md$/,
      /^LICENSE$/,
      /^docs\/findings\/\w+\.md$/,
      /^bin\/(kubectl-)?meshscope\.js$/,
      /^dist\/(main|analyzer|analyzer-testing)\.js$/,
      /^dist\/meshscope(-rule)?\.schema\.json$/,
      /^dist\/chunks\/[\w.-]+\.js$/,
      /^dist\/types\/.*\.d\.ts$/,
      /^dist\/demo(-ambient)?\.tar\.gz$/,
      /^dist\/THIRD-PARTY-LICENSES$/,
    ];
    expect(files.filter((path) => !expected.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const pattern of expected)
      expect(
        files.some((path) => pattern.test(path)),
        String(pattern),
      ).toBe(true);
  });

  test('installs without any other package', () => {
    const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      dependencies?: object;
    };
    expect(dependencies ?? {}).toEqual({});
    const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
      packages: object;
    };
    expect(Object.keys(packages)).toEqual(['', 'node_modules/meshscope']);
    expect(existsSync(join(installed, 'node_modules'))).toBe(false);
  });
});

describe('installed elsewhere', () => {
  test('proxy-status --from demo answers', () => {
    expect(meshscope('proxy-status', '--from', 'demo')).toContain('search-v1');
  });

  test('works as a kubectl plugin', () => {
    const text = run(join(folder, 'node_modules/.bin/kubectl-meshscope'), ['--version']);
    expect(text).toMatch(/^\S*\s*\d+\.\d+\.\d+/);
  });

  test('explain and completion need no source', () => {
    expect(meshscope('explain', 'IST0144')).toContain('InvalidApplicationUID');
    expect(meshscope('completion', 'bash')).toContain('complete -F');
  });

  test('meshscope/analyzer defines and runs an analyzer of a third party, with types', () => {
    writeFileSync(join(folder, 'plugin.ts'), PLUGIN);
    const flags = ['--strict', '--target', 'es2023', '--module', 'nodenext', '--skipLibCheck', 'false'];
    run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...flags, 'plugin.ts']);
    expect(run(process.execPath, ['plugin.js'])).toBe('cart has no owner\n');
  });

  test('the example of docs/plugins passes its own tests, and runs as a plugin and as a rule', () => {
    const example = join(folder, 'plugins');
    cpSync(join(ROOT, 'docs/plugins'), example, { recursive: true });
    expect(run(process.execPath, ['--test'], example)).toMatch(/pass 2\n/);
    // The fixtures are a part of a mesh each: what they refer to is not there.
    const known = ['--suppress', 'IST0101=*'];
    const analyze = ['analyze', 'fixtures', '--rules', 'rules', '--plugin', '.', ...known, '-o', 'json'];
    const found = run(join(folder, 'node_modules/.bin/meshscope'), analyze, example);
    const codes = (JSON.parse(found) as { code: string }[]).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['ACM0001', 'ACM0100']));
  });

  test('the schemas of the configuration file and of rules are there under their names', () => {
    for (const name of ['meshscope', 'meshscope-rule']) {
      const script = `process.stdout.write(require('meshscope/${name}.schema.json').title)`;
      expect(run(process.execPath, ['--input-type=commonjs', '--eval', script])).toMatch(/meshscope/);
    }
  });

  test('the types refuse a kind and a code that an analyzer does not declare', () => {
    writeFileSync(join(folder, 'wrong.ts'), PLUGIN.replace("all('Service')", "all('Pod')"));
    const flags = [
      '--noEmit',
      '--strict',
      '--target',
      'es2023',
      '--lib',
      'es2023,dom',
      '--module',
      'nodenext',
    ];
    expect(() =>
      run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...flags, 'wrong.ts']),
    ).toThrow();
  });
});

const PLUGIN = `
import { createResourceSet, defineAnalyzer, defineMessages, runAnalyzers } from 'meshscope/analyzer';

const messages = defineMessages({
  ACM0001: { name: 'NoOwner', level: 'warning', template: '{name} has no owner', why: 'Nobody answers.', fix: 'Add one.' },
});
const owner = defineAnalyzer({
  name: 'acme.OwnerAnalyzer',
  description: 'Checks that every Service has an owner.',
  inputs: ['Service'],
  messages,
  codes: ['ACM0001'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('Service')) {
      if (resource.metadata.labels?.['owner'] === undefined) {
        context.report('ACM0001', { name: resource.metadata.name }, { resource });
      }
    }
  },
});
const cart = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' } };
for (const finding of runAnalyzers([owner], createResourceSet([cart]), { now: new Date(0) }).findings) console.log(finding.message);
`;
