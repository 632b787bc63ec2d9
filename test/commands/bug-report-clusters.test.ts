import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-clusters-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const MESHES = { east: 'shop', west: 'ambient' };

/** A recording of two clusters: the shop mesh in one, the ambient one in the other. */
function twoClusters(): string {
  const both = at('both');
  for (const [cluster, mesh] of Object.entries(MESHES)) {
    mkdirSync(join(both, 'clusters'), { recursive: true });
    cpSync(join(ROOT, `fixtures/meshes/${mesh}/clusters/demo`), join(both, 'clusters', cluster), {
      recursive: true,
    });
  }
  const index = JSON.parse(readFileSync(join(ROOT, 'fixtures/meshes/shop/snapshot.json'), 'utf8'));
  writeFileSync(join(both, 'snapshot.json'), JSON.stringify({ ...index, contents: [] }));
  return both;
}

beforeAll(async () => {
  const from = twoClusters();
  const { exitCode, stderr } = await run(`bug-report --from ${from} --output-file ${at('both.tar.gz')}`);
  expect(exitCode, stderr).toBe(0);
}, 60_000);

describe('a recording of two clusters', () => {
  it.each([
    'proxy-status --all',
    'proxy-status -o json',
    'proxy-config cluster deploy/cart-v1.shop',
    'proxy-config all deploy/cart-v1.shop -o json',
    'ztunnel-config workload',
    'ztunnel-config all -o json',
    'logs deploy/cart-v1.shop',
    'internal-debug syncz',
    'version',
    'analyze -A --suppress IST0102=*',
  ])('says the same from its archive: %s', { timeout: 60_000 }, async (line) => {
    const [before, after] = [
      await run(`${line} --from ${at('both')}`),
      await run(`${line} --from ${at('both.tar.gz')}`),
    ];
    expect(before.stdout.length).toBeGreaterThan(0);
    expect(after.stdout.replaceAll(at('both.tar.gz'), at('both'))).toBe(before.stdout);
    expect(after.exitCode).toBe(before.exitCode);
  });

  it('is packed with the logs and pages of each istiod under its own cluster', async () => {
    const verified = await run(`bug-report verify ${at('both.tar.gz')}`);
    expect(verified.exitCode, verified.stdout).toBe(0);
    const { stdout } = await run(`bug-report --from ${at('both.tar.gz')} --dry-run -o json`);
    const { lines } = JSON.parse(stdout);
    const answers = (wanted: string): number =>
      lines
        .filter(({ question }: { question: string }) => question === wanted)
        .reduce((sum: number, line: { answers: number }) => sum + line.answers, 0);
    expect(answers('pods')).toBe(2);
    expect(answers('log of istiod')).toBe(2);
  });

  it('is collected again into the same bytes', { timeout: 60_000 }, async () => {
    const line = `bug-report --from ${at('both')} --output-file ${at('again.tar.gz')} --concurrency 2`;
    expect((await run(line)).exitCode).toBe(0);
    expect(readFileSync(at('again.tar.gz')).equals(readFileSync(at('both.tar.gz')))).toBe(true);
  });

  it('gives the workload that is asked for, in whichever cluster it runs', { timeout: 60_000 }, async () => {
    const line = `bug-report --for deploy/cart-v1.shop --from ${at('both')} --output-file ${at('for.tar.gz')}`;
    const { exitCode, stderr } = await run(line);
    expect(exitCode, stderr).toBe(0);
    const read = await run(`proxy-config cluster deploy/cart-v1.shop --from ${at('for.tar.gz')}`);
    expect(read.exitCode, read.stderr).toBe(0);
  });
});

describe('--contexts', () => {
  const kubeconfig = at('kubeconfig');
  beforeAll(() => {
    const cluster = { server: 'https://127.0.0.1:9', 'insecure-skip-tls-verify': true };
    const names = ['east', 'west'];
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: names.map((name) => ({ name, cluster })),
      users: [{ name: 'me', user: { token: 'x' } }],
      contexts: names.map((name) => ({ name, context: { cluster: name, user: 'me' } })),
      'current-context': 'east',
    };
    writeFileSync(kubeconfig, JSON.stringify(config));
  });

  it('names each cluster that can not be reached, soon, and leaves a valid archive', {
    timeout: 30_000,
  }, async () => {
    const path = at('none.tar.gz');
    const line = `bug-report --contexts east,west --kubeconfig ${kubeconfig} --output-file ${path}`;
    const { exitCode, stderr } = await run(line);
    expect(stderr).toMatch(/note: the cluster of context east: connection refused/);
    expect(stderr).toMatch(/note: the cluster of context west: /);
    expect(exitCode).toBe(69);
    expect((await run(`bug-report verify ${path}`)).exitCode).toBe(0);
    const read = await run(`proxy-status --from ${path}`);
    expect(read.stderr).toContain("the cluster can't be reached: connection refused");
    expect(read.exitCode).toBe(66);
  });

  it.each([
    [`--contexts east,nowhere --kubeconfig ${kubeconfig}`, 66, 'nowhere'],
    ['--contexts east,west --from demo', 64, '--contexts needs a live cluster'],
    [`--contexts east --context west --kubeconfig ${kubeconfig}`, 64, 'does not name west'],
  ])('%s is refused before anything is asked', async (flags, code, message) => {
    const { exitCode, stderr } = await run(`bug-report ${flags}`, { cwd: folder });
    expect(stderr).toContain(message);
    expect(exitCode).toBe(code);
  });
});
