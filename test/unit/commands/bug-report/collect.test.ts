import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archiveFolder, collectedTo, type Run } from '../../../helpers/collected.ts';
import { run } from '../../../helpers/run.ts';
import { TroubledSource, type Troubles } from '../../../helpers/troubled-source.ts';

const folder = archiveFolder();

async function collected(name: string, troubles: Troubles, options: Run = {}) {
  const source = new TroubledSource(troubles);
  return { ...(await collectedTo(join(folder, name), source, options)), source };
}

describe('a mesh in which much goes wrong', () => {
  it('is collected until the deadline, and what is missing is told truly', { timeout: 30_000 }, async () => {
    const troubles = { proxies: 20, istiodHangs: true, hanging: new Set([3, 4]), refuses: true };
    const { manifest, ended, path, tookMs } = await collected('bad.tar.gz', troubles, { timeoutMs: 2_000 });
    expect(tookMs).toBeLessThan(2_000 + 5_000);
    expect(ended).toContain('--timeout 2s');
    const verified = await run(`bug-report verify ${path}`);
    expect(verified.exitCode, verified.stdout).toBe(0);
    const status = (wanted: RegExp) =>
      new Set(manifest.contents.filter(({ path: at }) => wanted.test(at)).map((one) => one.status));
    expect(status(/core\/v1\/pods\.json$/)).toEqual(new Set(['ok']));
    expect(status(/istiod\/.*syncz/).has('ok')).toBe(false);
    expect(manifest.contents.some(({ reason }) => reason?.startsWith('no answer until the end'))).toBe(true);
    // Every proxy is in the index, asked or not.
    for (let index = 0; index < 20; index++)
      expect(status(new RegExp(`shop/web-${index}/config_dump`)).size).toBe(1);
    for (const entry of manifest.contents) {
      if (entry.status === 'ok') expect(entry.sha256, entry.path).toHaveLength(64);
      else expect(entry.reason, entry.path).toBeTruthy();
    }
  });

  it('is collected in what is left when single Envoys hang', { timeout: 30_000 }, async () => {
    const { manifest } = await collected(
      'hang.tar.gz',
      { proxies: 6, hanging: new Set([2]) },
      { timeoutMs: 2_500 },
    );
    const dumps = manifest.contents.filter(
      ({ path }) => path.endsWith('/config_dump.json') && path.includes('proxies'),
    );
    expect(dumps.filter(({ status }) => status === 'ok').length).toBe(5);
    const hung = manifest.contents.filter(({ path }) => path.includes('web-2/') && !path.includes('/logs/'));
    expect(hung.every(({ status }) => status !== 'ok')).toBe(true);
  });

  it('names the right that is missing, and keeps single namespaces', async () => {
    const { manifest } = await collected('forbidden.tar.gz', { proxies: 1, refuses: true });
    const refusals = manifest.contents.filter(({ reason }) => reason?.includes('forbidden: list'));
    expect(refusals.length).toBeGreaterThan(5);
    expect(
      manifest.contents.some(({ status, namespaces }) => status === 'partial' && namespaces !== undefined),
    ).toBe(true);
  });

  it('says why something is missing without the secret that stands in the answer', async () => {
    const reason = 'proxy https://ops:hunter2hunter2@proxy.shop refused: Authorization: Bearer abcdef123456';
    const { manifest } = await collected('reasons.tar.gz', { proxies: 1, refuses: true, reason });
    const reasons = manifest.contents.map((entry) => entry.reason ?? '').join('\n');
    expect(reasons).toContain('https://ops:[redacted]@proxy.shop refused');
    expect(reasons).not.toMatch(/hunter2|abcdef123456/);
  });

  it('is finished when it is interrupted', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const { ended, path, manifest } = await collected(
      'stopped.tar.gz',
      { proxies: 5, hanging: new Set([0, 1, 2, 3, 4]) },
      { signal: stop.signal },
    );
    expect(ended).toBe('it was interrupted');
    expect((await run(`bug-report verify ${path}`)).exitCode).toBe(0);
    expect(manifest.contents.some(({ status }) => status === 'skipped')).toBe(true);
  });
});

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe('many proxies', () => {
  it('are asked a few at a time, in memory that does not grow with them', { timeout: 120_000 }, async () => {
    const cost = async (proxies: number) => {
      let peak = 0;
      const watch = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss);
      }, 20);
      const name = `many-${proxies}.tar.gz`;
      const { source, tookMs, lines, manifest, path } = await collected(name, {
        proxies,
        dumpBytes: 400_000,
      });
      clearInterval(watch);
      expect(source.most).toBeLessThanOrEqual(8);
      const dumps = manifest.contents.filter(({ path: at }) => /proxies\/.*\/config_dump\.json$/.test(at));
      expect(dumps.filter(({ status }) => status === 'ok').length).toBe(proxies);
      expect((await run(`bug-report verify ${path}`)).exitCode).toBe(0);
      return { tookMs, peak, lines };
    };
    const half = await cost(100);
    const all = await cost(200);
    const mb = (bytes: number): number => Math.round(bytes / 1024 / 1024);
    process.stderr.write(
      `  100 proxies: ${Math.round(half.tookMs)} ms, ${mb(half.peak)} MB; 200: ${Math.round(all.tookMs)} ms, ${mb(all.peak)} MB\n`,
    );
    expect(all.peak).toBeLessThan(400 * 1024 * 1024);
    // Twice the proxies are 40 MB more of dumps, several times that when parsed; they are not kept.
    expect(all.peak - half.peak).toBeLessThan(100 * 1024 * 1024);
    expect(all.lines.at(-1)?.text).toMatch(
      /(?:proxies with a problem|further pages of proxies): \d+ of \d{4} questions, archive/,
    );
    // The line is drawn every quarter of a second: nothing holds it up for long.
    expect(all.lines.length).toBeGreaterThan(Math.min(4, all.tookMs / 1000));
    const waits = all.lines.slice(1).map(({ at }, index) => at - (all.lines[index]?.at ?? 0));
    expect(median(waits)).toBeLessThan(1_000);
    expect(readdirSync(folder).some((name) => name.endsWith('.partial'))).toBe(false);
  });

  it('cost no more than in proportion: twice as many, at most 2.2 times the CPU time', {
    timeout: 120_000,
    // What else the machine does slows one round or the other: that is no proof of anything.
    retry: 2,
  }, async () => {
    let rounds = 0;
    const cost = async (proxies: number): Promise<number> => {
      rounds += 1;
      return (await collected(`ratio-${rounds}.tar.gz`, { proxies, dumpBytes: 20_000 })).cpuMs;
    };
    await cost(50);
    const few: number[] = [];
    const many: number[] = [];
    for (let round = 0; round < 3; round++) {
      few.push(await cost(150));
      many.push(await cost(600));
    }
    const ratio = Math.min(...many) / Math.min(...few);
    process.stderr.write(
      `  600 proxies cost ${ratio.toFixed(2)} times what 150 cost (${Math.round(Math.min(...few))} ms of CPU)\n`,
    );
    // Four times as many: twice, and twice again.
    expect(ratio).toBeLessThanOrEqual(2.2 ** 2);
  });
});
