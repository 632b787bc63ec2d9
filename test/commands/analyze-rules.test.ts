import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type RunResult, run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

interface Fields {
  readonly kinds?: string;
  readonly match?: string;
  readonly expr?: string;
  readonly message?: string;
  readonly more?: string;
}

function rule({
  kinds = 'Service',
  match = '',
  expr = '1 == 2',
  message = '"{metadata.name}"',
  more = '',
}: Fields): string {
  return `apiVersion: meshscope.io/v1
kind: Rule
metadata:
  name: probe
spec:
  code: ACM0001
  level: warning
  match:
    kinds: [${kinds}]
${match}
  expr: ${expr}
  message: ${message}
  why: Because.
  fix: Change it.
${more}
`;
}

/** Runs a rule alone on the bundled mesh. */
async function probe(fields: Fields, ...args: string[]): Promise<RunResult> {
  write('rule.yaml', rule(fields));
  return run(
    ['analyze', '--from', 'demo', '--rules', 'rule.yaml', '--analyzer', 'rule.probe', '-o', 'json', ...args],
    {
      cwd: folder,
    },
  );
}

async function messages(fields: Fields): Promise<readonly string[]> {
  const { stdout, stderr } = await probe(fields);
  expect(stderr).not.toContain('error');
  return (JSON.parse(stdout) as { message: string }[]).map(({ message }) => message).sort();
}

describe('a rule', () => {
  test('is about the resources that it matches, and reports those for which it does not hold', async () => {
    const match = '    namespaces: ["shop*", "!shop-legacy"]\n    selector: app notin (cart)';
    const found = await messages({ match, expr: 'object.metadata.name.startsWith("c")' });
    expect(found).toContain('catalog'.replace('catalog', 'images'));
    expect(found).not.toContain('catalog');
    expect(found).not.toContain('cart');
    expect(found).not.toContain('istiod');
  });

  test('sees pods, services, the Namespace and other kinds', async () => {
    const found = await messages({
      kinds: 'VirtualService',
      expr: 'namespaceObject.metadata.name != "shop" || resources("Service", "shop").exists(s, s.metadata.name == object.metadata.name)',
      message:
        '\'{metadata.name} {{ size(pods) }} {{ services.map(s, s.metadata.name) }} {{ size(resources("Gateway")) }}\'',
    });
    expect(found).toEqual(['promo 0 1', 'recommender-v2 1 recommender 1']);
  });

  test('names a field that is not there instead of hiding it', async () => {
    const found = await messages({
      match: '    namespaces: [edge]',
      message: '"{spec.nothing} {metadata.name} {{ object.nix }}"',
    });
    expect(found[0]).toBe('(not set) edge-gateway (No such key: nix)');
  });

  test('never prints what is secret', async () => {
    const { stdout } = await probe({ kinds: 'Secret', message: "'{{ object }} {data}'" });
    const found = JSON.parse(stdout) as { message: string }[];
    expect(found.length).toBeGreaterThan(0);
    for (const { message } of found) expect(message).not.toMatch(/LS0t|"[A-Za-z0-9+/]{40,}={0,2}"/);
  });

  test('that fails is one finding about the rule, with the place and the resource; the others are judged', async () => {
    const { stdout } = await probe({ expr: 'object.metadata.labels.app == "cart"' });
    const found = JSON.parse(stdout) as { code: string; message: string }[];
    expect(found.filter(({ code }) => code === 'ACM0001').length).toBeGreaterThan(3);
    const own = found.filter(({ code }) => code === 'IST0001');
    expect(own).toHaveLength(1);
    expect(own[0]?.message).toMatch(
      /^the analyzer rule\.probe failed: rule\.yaml:11:\d+: No such key: \w+ \(for Service .+\)$/,
    );
  });

  test('is listed, and findings lead to it', async () => {
    write('rule.yaml', rule({}));
    const { stdout } = await run('analyze -L --rules rule.yaml', { cwd: folder });
    expect(stdout).toContain('rule.probe  ACM0001\n    Checks the rule probe of rule.yaml.');
  });

  test('is described in SARIF without a command that does not know it', async () => {
    const { stdout } = await probe({}, '-o', 'sarif');
    const [{ tool }] = JSON.parse(stdout).runs;
    const [described] = tool.driver.rules;
    expect(described.id).toBe('ACM0001');
    expect(described.help.text).toBe('Because.\n\nChange it.');
    expect(stdout).not.toContain('meshscope explain');
  });
});

describe('a rule that can not be used is refused with its place', () => {
  test.each<[string, Fields, string]>([
    ['syntax', { expr: '"1 +"' }, 'rule.yaml:11:13: Unexpected token: EOF'],
    [
      'a block',
      { expr: '|\n    has(object.spec) &&\n      nothing.here' },
      'rule.yaml:13:7: Unknown variable: nothing',
    ],
    ['type', { expr: 'size(pods)' }, 'rule.yaml:11:9: it is a int, not true or false'],
    ['message', { message: '"{{ object. }}"' }, 'rule.yaml:12:'],
    ['kind', { kinds: 'Services' }, 'rule.yaml:9:13: the kind "Services" is not analyzed'],
    [
      'kind in expr',
      { expr: "resources('Services') == []" },
      'rule.yaml:11:9: the kind "Services" is not analyzed; did you mean Service?',
    ],
    ['kind by computation', { expr: 'resources(object.kind) == []' }, 'resources() needs the kind in quotes'],
    ['selector', { match: '    selector: "app ~ x"' }, 'rule.yaml:10:15: "app ~ x" is no label selector'],
    ['unknown field', { more: '  lvel: 1' }, 'there is no field "lvel" here'],
    ['prototype', { more: '  __proto__: {code: ACM0002}' }, 'there is no field "__proto__" here'],
    ['path', { more: '  path: "x[\\"\\\\q\\"]"' }, 'rule.yaml:15:9'],
    ['anchors that multiply', { more: `  audit: &a [${'*b,'.repeat(3)}]` }, 'rule.yaml'],
  ])('%s', async (_, fields, problem) => {
    const { stderr, stdout, exitCode } = await probe(fields);
    expect(stderr).toContain(problem);
    expect(stdout).toBe('');
    expect(exitCode).toBe(65);
  });

  test('a code of ours, two rules of one name, a file without rules, one that is not there', async () => {
    write('taken.yaml', rule({}).replace('ACM0001', 'MSH0001'));
    expect((await run('analyze --from demo --rules taken.yaml', { cwd: folder })).stderr).toContain(
      'taken.yaml:6:9: the codes MSH… are taken',
    );
    write('two/a.yaml', rule({}));
    write('two/b.yaml', rule({}));
    expect((await run('analyze --from demo --rules two', { cwd: folder })).stderr).toContain(
      'two analyzers with the name rule.probe',
    );
    write('other.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n');
    expect((await run('analyze --from demo --rules other.yaml', { cwd: folder })).stderr).toContain(
      'there is no rule in other.yaml',
    );
    expect((await run('analyze --from demo --rules absent.yaml', { cwd: folder })).exitCode).toBe(66);
  });
});

describe('hostile rules', () => {
  test.each<[string, Fields]>([
    [
      'loops in loops',
      {
        expr: 'resources("Service").all(a, resources("Service").all(b, resources("Service").all(c, resources("Service").all(d, resources("Service").all(e, size(e.metadata.name) > 0)))))',
      },
    ],
    [
      'text that doubles',
      {
        expr: `'${'cel.bind(x, x0, '.replace('x0', '"0123456789abcdef"')}${'cel.bind(x, x + x, '.repeat(40)}size(x) > 0${')'.repeat(41)}'`,
      },
    ],
    [
      'patterns',
      { expr: `'("a" + "${'a'.repeat(5000)}").matches("^(a+)+(a|a)*(a?){500}$") && ("a").matches("(") '` },
    ],
  ])('%s end soon, as a finding about the rule', async (_, fields) => {
    const started = performance.now();
    const { stdout } = await probe(fields);
    const found = JSON.parse(stdout) as { code: string; message: string }[];
    expect(found.map(({ code }) => code)).toContain('IST0001');
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
