import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { ROOT, run } from '../helpers/run.ts';

/** A folder with the files that examples name: saved dumps, a WorkloadGroup. */
const folder = mkdtempSync(join(tmpdir(), 'meshscope-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const proxies = join(ROOT, 'fixtures/meshes/shop/clusters/demo/proxies/shop');
const [before, after] = ['storefront-v1-6588479589-4ksqx', 'storefront-v1-6588479589-bsq2b'];
for (const [name, pod] of [
  ['config_dump.json', before],
  ['before.json', before],
  ['after.json', after],
] as const) {
  copyFileSync(join(proxies, pod, 'config_dump.json'), join(folder, name));
}
writeFileSync(
  join(folder, 'workloadgroup.yaml'),
  'apiVersion: networking.istio.io/v1\nkind: WorkloadGroup\nmetadata: {name: ledger-vm, namespace: payments}\n',
);

const ztunnel = 'fixtures/meshes/ambient/clusters/demo/ztunnel/istio-system/ztunnel-qvvs4/config_dump.json';
copyFileSync(join(ROOT, ztunnel), join(folder, 'ztunnel.json'));
const route =
  'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: cart}\nspec: {hosts: [cart], http: [{redirect: {uri: /}}]}\n';
writeFileSync(join(folder, 'route.yaml'), route);
for (const name of ['config', 'crds']) {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'route.yaml'), route);
}

writeFileSync(join(folder, 'saved.json'), (await run('report --from demo -o json')).stdout);
writeFileSync(
  join(folder, 'bug-report-20261123-021139.names.json'),
  JSON.stringify({
    apiVersion: 'meshscope.io/v1',
    kind: 'RedactionKey',
    key: Buffer.alloc(32).toString('base64'),
    names: { cart: 'bosami' },
  }),
);
writeFileSync(join(folder, 'answer.txt'), 'bosami-v1 is stale\n');
const crd =
  'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: virtualservices.networking.istio.io}\nspec:\n  group: networking.istio.io\n  names: {kind: VirtualService, plural: virtualservices}\n  scope: Namespaced\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]\n';
writeFileSync(join(folder, 'crds', 'crd.yaml'), crd);

cpSync(join(ROOT, 'docs/plugins/rules'), join(folder, 'policy'), { recursive: true });

/** Words of a command line as a shell takes them: quotes hold blanks together. Fails on what a shell would act on. */
function shellWords(line: string): string[] {
  const bare = line.replace(/'[^']*'|"[^"]*"/g, '');
  expect(bare, `${line}: quote what a shell acts on`).not.toMatch(/[<>|&;$`*?(){}!#'"\\]/);
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(/['"]/g, ''));
}

async function runs(line: string): Promise<void> {
  const [program, ...argv] = shellWords(line);
  expect(program).toBe('meshscope');
  const { stdout, stderr, exitCode } = await run(argv, { cwd: folder });
  // 79: a gate that closes on the demo mesh, as it should.
  expect([0, 1, 79], `${line}: exit ${exitCode}: ${stderr}`).toContain(exitCode);
  expect(stdout, line).not.toBe('');
}

/** An example that needs a cluster: its options are read, and a recording is no cluster. */
async function needsCluster(line: string): Promise<void> {
  const [, ...argv] = shellWords(line);
  const { stderr, exitCode } = await run([...argv, '--from', 'demo'], { cwd: folder });
  if (argv.some((word) => word === '--prometheus-url')) expect([0, 69]).toContain(exitCode);
  else expect([exitCode, stderr], line).toEqual([64, expect.stringContaining('needs a live cluster')]);
}

const commands = await Promise.all(
  COMMANDS.commands.map(async ({ name, load }) => [name, (await load()).command] as const),
);

describe('the examples of', () => {
  test.each(commands)('%s run as they are printed', async (_, command) => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { command: line, live } of command.examples)
      await (live === true ? needsCluster(line) : runs(line));
  });

  test('meshscope --help run as they are printed', async () => {
    const { stdout } = await run('--help');
    const lines = stdout.match(/^ {2}meshscope .*$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) await runs(line.trim());
  });

  test('README.md run as they are printed', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const lines = [...readme.matchAll(/^\$ (meshscope .*)$/gm)].map(([, line = '']) => line);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) await runs(line);
  });
});
