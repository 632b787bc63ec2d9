import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLive } from '../bench.ts';
import { buildCli, startCli } from '../built-cli.ts';

const ISTIOD_PORT = 15014;
const ADMIN_PORT = 15000;
/** Ages and the time of the answer run on; the archive stands still. */
const withoutAges = (text: string): string =>
  text.replace(/\b(?:\d+(?:d|h|m|s))+\b/g, 'AGE').replace(/ +/g, ' ');

/** Read commands that one proxy or the mesh answers. */
const READ = [
  'proxy-status',
  'proxy-status --deep',
  'proxy-config cluster deploy/cart-v1.shop',
  'proxy-config listener deploy/cart-v1.shop',
  'proxy-config route deploy/cart-v1.shop -o json',
  'proxy-config endpoint deploy/cart-v1.shop',
  'proxy-config secret deploy/cart-v1.shop -o json',
  'proxy-config bootstrap deploy/cart-v1.shop',
  'proxy-config log deploy/cart-v1.shop',
  'authz check deploy/cart-v1.shop',
  'describe service catalog.shop',
  'internal-debug clusterz',
  'admin log',
  'injector list',
  'check-inject deploy/cart-v1.shop',
];

describeLive('bug-report of a live mesh', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'bug-report-'));
  const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const archive = join(folder, 'whole.tar.gz');
  const cli = async (...args: readonly string[]) => startCli(args).result;

  beforeAll(async () => {
    buildCli();
    const made = await cli('bug-report', '--output-file', archive, ...live);
    expect(made.code, made.stderr).toBe(0);
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is whole and without secrets', async () => {
    const verified = await cli('bug-report', 'verify', archive);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    expect((await cli('bug-report', 'scan', archive)).code).toBe(0);
  });

  it.each(READ)('%s says the same from the archive', { timeout: 90_000 }, async (line) => {
    const words = line.split(' ');
    const before = await cli(...words, ...live);
    const after = await cli(...words, '--from', archive);
    expect(before.stdout.length).toBeGreaterThan(0);
    expect(withoutAges(after.stdout.replaceAll(archive, 'admin'))).toBe(withoutAges(before.stdout));
    expect(after.code).toBe(before.code);
  });

  it('ends in time, with a true archive, where much hangs and half is forbidden', {
    timeout: 120_000,
  }, async () => {
    const [istiod] = bench.istiods;
    const [first, second] = bench.proxies;
    if (istiod === undefined || first === undefined || second === undefined) throw new Error('no mesh');
    await bench.setFault(istiod, ISTIOD_PORT, 'hang');
    await bench.setFault(first, ADMIN_PORT, 'hang');
    await bench.setFault(second, ADMIN_PORT, 'hang');
    const path = join(folder, 'hard.tar.gz');
    try {
      const start = performance.now();
      const context = ['--kubeconfig', bench.kubeconfig, '--context', 'no-exec'];
      const made = await cli(
        'bug-report',
        '--timeout',
        '10s',
        '--output-file',
        path,
        '-o',
        'json',
        ...context,
      );
      const tookMs = performance.now() - start;
      process.stderr.write(`  ended after ${Math.round(tookMs)} ms, ${statSync(path).size} bytes\n`);
      expect(made.code, made.stderr).toBe(0);
      expect(tookMs).toBeLessThan(15_000);
      const report = JSON.parse(made.stdout);
      expect(report.missingRights.length).toBeGreaterThan(0);
      expect(report.counts.ok).toBeGreaterThan(5);
      expect((await cli('bug-report', 'verify', path)).code).toBe(0);
      const reasons = report.unanswered.map(({ reason }: { reason: string }) => reason);
      expect(reasons.some((reason: string) => reason.startsWith('no answer'))).toBe(true);
      expect(reasons.some((reason: string) => reason.startsWith('forbidden: '))).toBe(true);
    } finally {
      for (const [pod, port] of [
        [istiod, ISTIOD_PORT],
        [first, ADMIN_PORT],
        [second, ADMIN_PORT],
      ] as const)
        await bench.setFault(pod, port, 'none');
    }
  });
});
