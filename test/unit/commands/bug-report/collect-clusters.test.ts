import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ClusterView } from '../../../../src/sources/cluster-view.ts';
import { JoinedSource } from '../../../../src/sources/joined-source.ts';
import { openSource } from '../../../../src/sources/open-source.ts';
import { archiveFolder, collectedTo, type Run } from '../../../helpers/collected.ts';
import { ROOT, run } from '../../../helpers/run.ts';
import { TroubledSource, type Troubles } from '../../../helpers/troubled-source.ts';

const folder = archiveFolder();

function joined(members: Readonly<Record<string, Troubles>>) {
  const sources = Object.entries(members).map(
    ([name, troubles]) => [name, new TroubledSource(troubles)] as const,
  );
  const views = sources.map(([name, source]) => [name, new ClusterView(source, name)] as const);
  return { source: new JoinedSource(new Map(views)), of: Object.fromEntries(sources) };
}

async function collected(name: string, members: Readonly<Record<string, Troubles>>, options: Run = {}) {
  const { source, of } = joined(members);
  const result = await collectedTo(join(folder, name), source, options);
  const verified = await run(`bug-report verify ${result.path}`);
  expect(verified.exitCode, verified.stdout).toBe(0);
  const dumpsOf = (cluster: string) =>
    result.manifest.contents.filter(({ path }) =>
      new RegExp(`^clusters/${cluster}/proxies/shop/web-\\d+/config_dump.json$`).test(path),
    );
  return { ...result, of, dumpsOf };
}

describe('several clusters', () => {
  it('are in one archive, each under its name though all call themselves the same', async () => {
    const { manifest, dumpsOf } = await collected('two.tar.gz', {
      east: { proxies: 3 },
      west: { proxies: 5 },
    });
    expect(dumpsOf('east').map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    expect(dumpsOf('west')).toHaveLength(5);
    expect(new Set(manifest.contents.map(({ path }) => path.split('/')[1]))).toEqual(
      new Set(['east', 'west']),
    );
    for (const cluster of ['east', 'west'])
      expect(manifest.contents.some(({ path }) => path.startsWith(`clusters/${cluster}/istiod/`))).toBe(true);
  });

  it.each([['unreachable'], ['hangs']] as const)(
    'are collected but for one that %s, which is named',
    {
      timeout: 30_000,
    },
    async (cluster) => {
      const members = { east: { proxies: 0, cluster }, west: { proxies: 5 } };
      const { manifest, unreached, ended, dumpsOf, tookMs } = await collected(`${cluster}.tar.gz`, members, {
        timeoutMs: 8_000,
      });
      expect(tookMs).toBeLessThan(6_000);
      expect(ended).toBeUndefined();
      expect(unreached).toEqual([
        { cluster: 'made-up', why: cluster === 'hangs' ? 'no answer within 0.9 s' : 'connection refused' },
      ]);
      expect(dumpsOf('west').every(({ status }) => status === 'ok')).toBe(true);
      const lost = manifest.contents.filter(({ path }) => path.startsWith('clusters/east/kubernetes/'));
      expect(lost.length).toBeGreaterThan(20);
      for (const { status, reason } of lost) {
        expect(status).not.toBe('ok');
        expect(reason).toMatch(/connection refused|no answer/);
      }
      const read = await run(`internal-debug syncz --from ${join(folder, `${cluster}.tar.gz`)}`);
      expect(read.exitCode, read.stderr).toBe(0);
    },
  );

  it('leave places to each other while the proxies of one hang', { timeout: 30_000 }, async () => {
    const hanging = new Set(Array.from({ length: 40 }, (_, index) => index));
    const members = { east: { proxies: 40, hanging }, west: { proxies: 20 } };
    const { dumpsOf } = await collected('half.tar.gz', members, { timeoutMs: 3_000 });
    expect(dumpsOf('west').filter(({ status }) => status === 'ok')).toHaveLength(20);
    expect(dumpsOf('east').every(({ status }) => status !== 'ok')).toBe(true);
  });

  it('are asked no more than the limits of one run allow', async () => {
    const { of } = await collected(
      'few.tar.gz',
      { east: { proxies: 20 }, west: { proxies: 20 } },
      { concurrency: 4 },
    );
    expect((of['east']?.most ?? 9) + (of['west']?.most ?? 9)).toBeLessThanOrEqual(4);
  });

  it('have their control planes asked before any proxy', async () => {
    const log: string[] = [];
    await collected('order.tar.gz', { east: { proxies: 2, log }, west: { proxies: 2, log } });
    const before = log.slice(0, log.indexOf('envoy'));
    for (const page of ['syncz', 'mesh', 'push_status', 'version', 'metrics'])
      expect(before.filter((one) => one === `istiod ${page}`)).toHaveLength(2);
  });
});

it('a recorded cluster beside a live one keeps the time and the words of each', async () => {
  const demo = await openSource({
    from: 'demo',
    cwd: ROOT,
    stdin: process.stdin,
    clock: () => new Date(0),
  });
  const live = new TroubledSource({ proxies: 1 });
  const joinedSource = new JoinedSource(
    new Map([
      ['made-up', new ClusterView(live, 'made-up')],
      ['demo', new ClusterView(demo, 'demo', 'demo')],
    ]),
  );
  expect(await joinedSource.clusters()).toEqual(['made-up', 'demo']);
  expect(joinedSource.now).toBe(live.now);
  const pods = await joinedSource.resources({ group: '', plural: 'pods', cluster: 'made-up' });
  expect(pods.ok && pods.value).toHaveLength(1);
  await joinedSource.close();
});
