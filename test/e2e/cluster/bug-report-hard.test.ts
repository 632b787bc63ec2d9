import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ApiFront } from '../api-front.ts';
import { type Entry, openArchive } from '../archive-truth.ts';
import { describeLive } from '../bench.ts';
import { buildCli, type CliResult, startCli } from '../built-cli.ts';
import type { Fault } from '../servers/mesh/page-server.ts';
import type { PodName } from '../servers/mesh/recorded-mesh.ts';

const ADMIN = 15000;
const ISTIOD_PORTS = [15014, 15012, 15010, 9876];
/** Requests that are answered before the API server gets worse: rights, pods and the first kinds are known then. */
const AFTER = 130;
/** What a run may take beyond its time limit. */
const GRACE_MS = 5_000;

describeLive('a bug report of a mesh that does its worst', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'hard-'));
  const [istiod] = bench.istiods;
  const [first, second, third, fourth, fifth, ...others] = bench.proxies;
  if (!istiod || !first || !second || !third || !fourth || !fifth) throw new Error('no mesh');
  const faulty: (readonly [PodName, number])[] = [];
  let front: ApiFront | undefined;
  let archives = 0;

  beforeAll(async () => {
    buildCli();
    front = await ApiFront.start(bench.kubeconfig, mkdtempSync(join(folder, 'front-')));
  });
  afterAll(async () => {
    await front?.stop();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    if (front !== undefined) front.treat = () => undefined;
    for (const [pod, port] of faulty.splice(0)) await bench.setFault(pod, port, 'none');
  });

  async function fault(pod: PodName, port: number, what: Fault): Promise<void> {
    faulty.push([pod, port]);
    await bench.setFault(pod, port, what);
  }

  function begin(...more: readonly string[]) {
    archives += 1;
    const path = join(folder, `${archives}.tar.gz`);
    if (front === undefined) throw new Error('no front');
    const words = ['bug-report', '--output-file', path, '-o', 'json', '--kubeconfig', front.kubeconfig];
    const start = performance.now();
    const run = startCli([...words, ...more]);
    const end = async (): Promise<{ made: CliResult; tookMs: number; path: string }> => {
      const made = await run.result;
      return { made, tookMs: performance.now() - start, path };
    };
    return { run, path, end };
  }

  /** The entries of an archive whose index is true, by path; nothing else is left in the folder. */
  async function trueEntries(path: string): Promise<readonly Entry[]> {
    const verified = await startCli(['bug-report', 'verify', path]).result;
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    const { entries, untrue } = openArchive(path);
    expect(untrue).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
    return entries;
  }
  const of = (entries: readonly Entry[], pod: PodName): readonly Entry[] =>
    entries.filter((entry) => entry.path.includes(`/${pod.namespace}/${pod.name}/`));
  const states = (entries: readonly Entry[]): ReadonlySet<string> =>
    new Set(entries.map(({ status }) => status));

  it('ends in time with a true index where istiod hangs, Envoys never end and half is forbidden', {
    timeout: 90_000,
  }, async () => {
    for (const port of ISTIOD_PORTS) await fault(istiod, port, 'hang');
    await fault(first, ADMIN, 'endless');
    await fault(second, ADMIN, 'trickle');
    await fault(third, ADMIN, 'hang');
    await fault(fourth, ADMIN, 'garbage');
    await fault(fifth, ADMIN, 500);
    if (front === undefined) throw new Error('no front');
    const forbidden = ['virtualservices', 'gateways', 'configmaps', 'services', 'secrets', 'nodes', 'events'];
    front.treat = (_, path) => {
      const kind = /\/([a-z]+)(?:\?|$)/.exec(path)?.[1] ?? '';
      return forbidden.includes(kind) ? { status: 403 } : undefined;
    };
    const { made, tookMs, path } = await begin('--timeout', '20s').end();
    process.stderr.write(`  ended after ${Math.round(tookMs)} ms\n`);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stderr).not.toContain('Warning');
    expect(tookMs).toBeLessThan(20_000 + GRACE_MS);
    const entries = await trueEntries(path);
    for (const pod of [first, second, third, fifth]) {
      const pages = of(entries, pod).filter((entry) => !entry.path.includes('/logs/'));
      expect(pages.length, pod.name).toBeGreaterThan(5);
      for (const page of pages)
        expect(['failed', 'skipped'], `${page.path} ${page.reason}`).toContain(page.status);
    }
    const istiodPages = of(entries, istiod).filter((entry) => !entry.path.includes('/logs/'));
    expect(istiodPages.length).toBeGreaterThan(5);
    expect([...states(istiodPages)].sort()).toEqual(['failed', 'skipped']);
    for (const kind of forbidden) {
      const lists = entries.filter((entry) => entry.path.endsWith(`/${kind}.json`));
      expect(lists.length, kind).toBeGreaterThan(0);
      for (const list of lists) {
        expect(list.status, list.path).toBe('failed');
        expect(list.reason).toMatch(/^forbidden: /);
      }
    }
    const kinds = entries.filter(
      (entry) =>
        entry.path.includes('/kubernetes/') &&
        !forbidden.some((kind) => entry.path.endsWith(`/${kind}.json`)),
    );
    expect(kinds.length).toBeGreaterThan(30);
    for (const kind of kinds) expect(kind.status === 'ok' || kind.code === 'NotFound', kind.path).toBe(true);
    for (const pod of others.filter(({ namespace }) => namespace !== 'load')) {
      const pages = of(entries, pod).filter((entry) => entry.path.includes('/proxies/'));
      const held = pages.filter(({ status }) => status === 'ok');
      expect(held.length, pod.name).toBeGreaterThan(0);
      // Those that came too late say so; one that this Envoy does not have is told of by itself.
      for (const page of pages)
        if (page.status !== 'ok') expect(page.reason, page.path).toMatch(/the time limit|answered 404/);
    }
    const report = JSON.parse(made.stdout);
    expect(report.counts.ok).toBe(
      entries.filter(({ path: at, status }) => status === 'ok' && !at.startsWith('report/')).length,
    );
  });

  it('takes what is left where connections into pods are cut, istiod starts again and pods go', {
    timeout: 90_000,
  }, async () => {
    if (front === undefined) throw new Error('no front');
    const gone: PodName = { namespace: 'load', name: 'short-lived' };
    await bench.addReplicas(third, ADMIN, [gone.name]);
    for (const pod of bench.proxies) if (pod.namespace === 'shop') await fault(pod, ADMIN, 'late');
    const { end } = begin('--timeout', '25s', '--concurrency', '4');
    let cut = 0;
    for (let round = 0; round < 6; round++) {
      await sleep(500);
      cut += front.cut();
      if (round === 1) await fault(istiod, 15014, 'refuse');
      if (round === 2) await bench.removePod(gone);
      if (round === 3) await bench.setFault(istiod, 15014, 'none');
    }
    const { made, tookMs, path } = await end();
    process.stderr.write(`  ${cut} connections cut, ended after ${Math.round(tookMs)} ms\n`);
    expect(cut).toBeGreaterThan(0);
    expect(made.code, made.stderr).toBe(0);
    expect(tookMs).toBeLessThan(25_000 + GRACE_MS);
    const entries = await trueEntries(path);
    for (const entry of of(entries, gone))
      expect(entry.status === 'ok' || entry.reason !== undefined).toBe(true);
  });

  it.each([
    ['answers slowly', { delayMs: 1_500 }],
    ['answers 500', { status: 500 }],
    ['is overloaded (429)', { status: 429, headers: { 'retry-after': '30' } }],
    ['says nothing', 'hang'],
  ] as const)('ends in time where the API server %s', { timeout: 60_000 }, async (_, treatment) => {
    if (front === undefined) throw new Error('no front');
    let requests = 0;
    front.treat = () => {
      requests += 1;
      return requests > AFTER ? treatment : undefined;
    };
    const { made, tookMs, path } = await begin('--timeout', '5s').end();
    process.stderr.write(`  ended after ${Math.round(tookMs)} ms, ${requests} requests\n`);
    expect(made.code, made.stderr).toBe(0);
    expect(tookMs).toBeLessThan(5_000 + GRACE_MS);
    const entries = await trueEntries(path);
    expect(entries.length).toBeGreaterThan(20);
  });

  it.each([
    ['hang', 69],
    [{ status: 500 }, 69],
    [{ status: 403 }, 77],
  ] as const)(
    'ends in time where the API server gives nothing at all (%j: exit code %i)',
    { timeout: 60_000 },
    async (treatment, code) => {
      if (front === undefined) throw new Error('no front');
      front.treat = () => treatment;
      const { made, tookMs, path } = await begin('--timeout', '4s').end();
      process.stderr.write(`  ${made.code} after ${Math.round(tookMs)} ms: ${made.stderr.slice(0, 600)}\n`);
      expect(tookMs).toBeLessThan(4_000 + GRACE_MS);
      expect(made.code).toBe(code);
      await trueEntries(path);
    },
  );
});
