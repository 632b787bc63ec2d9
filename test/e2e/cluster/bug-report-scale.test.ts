import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLive } from '../bench.ts';
import { buildCli, CLI, type Cost, measured } from '../built-cli.ts';

const ADMIN = 15000;
const MB = 1024 * 1024;
const ROUNDS = 3;
const named = (letter: string): readonly string[] =>
  Array.from({ length: 100 }, (_, index) => `${letter}-${index}`);
const FLEET = [...named('a'), ...named('b')];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describeLive('bug-report at scale', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'report-scale-'));
  const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const cart = bench.proxies.find(({ name }) => name.startsWith('cart-'));
  if (cart === undefined) throw new Error('no cart proxy');
  let archives = 0;

  beforeAll(async () => {
    buildCli();
    await bench.addReplicas(cart, ADMIN, FLEET);
  }, 240_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    for (const name of FLEET) await bench.removePod({ namespace: 'load', name });
  }, 240_000);

  const collected = async (include: string): Promise<Cost & { path: string }> => {
    archives += 1;
    const path = join(folder, `${archives}.tar.gz`);
    const words = ['bug-report', '--output-file', path, '--include', include, '-o', 'json', ...live];
    const { result, cost } = await measured([CLI, ...words], folder);
    expect(result.code, result.stderr).toBe(0);
    const { ended } = JSON.parse(result.stdout);
    expect(ended).toBeUndefined();
    return { ...cost, path };
  };

  it('of 200 proxies takes twice what 100 take, in bounded memory', { timeout: 600_000 }, async () => {
    const rounds: Record<'none' | 'half' | 'all', Cost & { path: string }>[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({
        none: await collected('nowhere'),
        half: await collected('load//a-*'),
        all: await collected('load'),
      });
    }
    const cpu = (which: 'none' | 'half' | 'all'): number => median(rounds.map((one) => one[which].cpuMs));
    const ratio = cpu('all') / cpu('half');
    const walls = (['none', 'half', 'all'] as const).map((which) =>
      Math.round(median(rounds.map((one) => one[which].wallMs))),
    );
    const peak = Math.max(...rounds.map(({ all }) => all.rssBytes));
    const [last] = rounds.slice(-1);
    const packed = statSync(last?.all.path ?? '').size;
    process.stderr.write(
      `  bug-report of 0, 100, 200 proxies: ${walls.join(', ')} ms; CPU ${Math.round(cpu('none'))}, ${Math.round(cpu('half'))}, ${Math.round(cpu('all'))} ms (${ratio.toFixed(2)} times); ${Math.round(peak / MB)} MB; archive ${(packed / MB).toFixed(1)} MB\n`,
    );
    expect(ratio).toBeLessThanOrEqual(2.2);
    expect(peak).toBeLessThan(400 * MB);
    expect(packed).toBeGreaterThan(MB);
  });
});
