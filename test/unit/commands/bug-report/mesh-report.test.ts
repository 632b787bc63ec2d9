import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../../src/cli/context.ts';
import { type ReportRequest, reportFiles } from '../../../../src/commands/bug-report/mesh-report.ts';
import { ReportStore } from '../../../../src/commands/bug-report/report-store.ts';
import type { SnapshotSink } from '../../../../src/sources/snapshot/folder-writer.ts';
import type { Manifest } from '../../../../src/sources/snapshot/manifest.ts';
import { MemoryStore } from '../../../../src/sources/snapshot/memory-store.ts';

const MANIFEST: Manifest = {
  createdAt: new Date('2026-05-04T03:02:01Z'),
  createdBy: 'a test',
  context: 'east',
  istioNamespace: 'istio-system',
  revision: undefined,
  redaction: { mode: 'default' },
  contents: [],
};

function contextOf(signal: AbortSignal): CommandContext {
  const terminal = { color: false, width: 80, progress: () => {}, clearProgress: () => {} };
  const io = { cwd: '/', env: {}, clock: () => new Date(0), signal };
  const globals = { timeout: 0, compat: false, allNamespaces: false };
  return { globals, configFile: undefined, fromFoundFile: new Set(), io, signal, terminal } as never;
}

async function made(request: Partial<ReportRequest>, signal = new AbortController().signal) {
  const files = new MemoryStore('an.tar.gz', 1024 * 1024);
  const start = performance.now();
  const all = await reportFiles(contextOf(signal), {
    files,
    manifest: MANIFEST,
    left: undefined,
    mostMs: 20_000.25,
    ...request,
  });
  const told = all.map(({ name, answer }) => [name, answer.ok ? 'ok' : answer.error.reason]);
  return { told: Object.fromEntries(told), all, tookMs: performance.now() - start };
}

describe('the report of an archive', () => {
  it('of nothing is made, and says that nothing is known', async () => {
    const { told, all } = await made({});
    expect(told).toEqual({
      'report.json': 'ok',
      'findings.json': 'ok',
      'proxy-status.json': 'ok',
      'index.html': 'ok',
    });
    const [first] = all;
    const text = first?.answer.ok ? Buffer.from(first.answer.value).toString() : '{}';
    expect(JSON.parse(text).verdict.title).toBe('not known: nothing of the mesh could be read');
  });

  it('is not begun after Ctrl-C', async () => {
    const { told, all, tookMs } = await made({ left: 'it was interrupted' });
    expect(new Set(Object.values(told))).toEqual(new Set(['it was interrupted']));
    expect(all.every(({ answer }) => !answer.ok && answer.error.leftOut === true)).toBe(true);
    expect(tookMs).toBeLessThan(200);
  });

  it('is given up at Ctrl-C', async () => {
    const ending = new AbortController();
    const hanging = new (class extends MemoryStore {
      override read(): Promise<never> {
        setTimeout(() => ending.abort(), 50);
        return new Promise(() => {});
      }
    })('an.tar.gz', 1024);
    const { told, tookMs } = await made({ files: hanging }, ending.signal);
    expect(new Set(Object.values(told))).toEqual(new Set(['it was interrupted']));
    expect(tookMs).toBeLessThan(1_000);
  });

  it('is given up when its time is up', async () => {
    const hanging = new (class extends MemoryStore {
      override read(): Promise<never> {
        return new Promise(() => {});
      }
    })('an.tar.gz', 1024);
    const { told, tookMs } = await made({ files: hanging, mostMs: 300 });
    expect(new Set(Object.values(told))).toEqual(new Set(['it was not made within 0.3 s']));
    expect(tookMs).toBeLessThan(1_500);
  });

  it('is never a reason to lose the archive', async () => {
    const broken = new (class extends MemoryStore {
      override read(): Promise<never> {
        throw new TypeError('what nobody thought of');
      }
    })('an.tar.gz', 1024);
    const { told } = await made({ files: broken });
    for (const reason of Object.values(told)) expect(reason).toContain('what nobody thought of');
  });
});

const POD = 'clusters/east/proxies/shop/cart-1';
const SYNC = 'clusters/east/istiod/istio-system/istiod-1/debug/syncz.json';

async function stored(paths: readonly string[], refused: readonly string[] = []): Promise<readonly string[]> {
  const store = new ReportStore('an.tar.gz');
  const sink: SnapshotSink = { write: async (path) => (refused.includes(path) ? 'no room' : undefined) };
  const beside = store.beside(sink);
  for (const path of paths) await beside.write(path, Buffer.from(path));
  const kept: string[] = [];
  for (const path of store.files.paths) if ((await store.files.read(path)).ok) kept.push(path);
  return kept;
}

describe('of the files of an archive', () => {
  it('what a report reads is kept, and of the others the names', async () => {
    const read = ['clusters/east/kubernetes/core/v1/pods.json', SYNC, `${POD}/certs.json`];
    const others = [
      `${POD}/stats.prom`,
      `${POD}/logs/istio-proxy.log`,
      'clusters/east/kubernetes/core/v1/events.json',
    ];
    expect(await stored([...read, ...others])).toEqual([...read].sort());
  });

  it('dumps are kept while no istiod has spoken', async () => {
    const dumps = [`${POD}/config_dump.json`, 'clusters/east/proxies/shop/cart-2/config_dump.json'];
    expect(await stored(dumps)).toEqual(dumps);
    expect(await stored([SYNC, ...dumps])).toEqual([SYNC]);
    expect(await stored([...dumps, SYNC])).toEqual([SYNC]);
  });

  it('what the archive did not take is not kept either', async () => {
    expect(await stored([SYNC, `${POD}/certs.json`], [`${POD}/certs.json`])).toEqual([SYNC]);
  });

  it('no more is kept than fits', async () => {
    const files = new MemoryStore('an.tar.gz', 2_000);
    const random = (seed: string): Buffer =>
      Buffer.concat(
        Array.from({ length: 40 }, (_, index) => createHash('sha256').update(`${seed}${index}`).digest()),
      );
    await files.add('a', random('a'));
    await files.add('b', random('b'));
    expect(await files.read('a')).toEqual({ ok: true, bytes: random('a') });
    expect(await files.read('b')).toMatchObject({ ok: false, code: 'TooLarge' });
    files.leaveOut('a', 'not needed');
    await files.add('b', random('b'));
    expect(await files.read('b')).toEqual({ ok: true, bytes: random('b') });
    expect(files.paths).toEqual(['a', 'b']);
  });
});
