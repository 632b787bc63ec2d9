import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rename, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ArchiveFile } from '../../src/sources/snapshot/archive-file.ts';
import { type LazyArchive, openLazyArchive } from '../../src/sources/snapshot/lazy-archive.ts';
import { DEFAULT_LIMITS, type SnapshotLimits } from '../../src/sources/snapshot/limits.ts';
import { tarGzOf } from '../helpers/archive.ts';
import { DUMP_BYTES, loadPod, manyProxies } from '../helpers/many-proxies.ts';
import { run } from '../helpers/run.ts';

const PROXIES = 200;
const folder = mkdtempSync(join(tmpdir(), 'meshscope-lazy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const large = join(folder, 'large.tar.gz');
beforeAll(async () => writeFileSync(large, await manyProxies(PROXIES)));

async function open(path: string, limits: Partial<SnapshotLimits> = {}): Promise<LazyArchive> {
  const file = await ArchiveFile.open(path, path);
  return openLazyArchive(file, { ...DEFAULT_LIMITS, ...limits }, undefined);
}

const dumpOf = (index: number): string => `clusters/demo/proxies/shop/${loadPod(index)}/config_dump.json`;

describe('an archive of 200 proxies', () => {
  test('keeps a small part of what it unpacks to', async () => {
    const archive = await open(large);
    expect(archive.keptBytes).toBeLessThanOrEqual(DEFAULT_LIMITS.smallBytes);
    expect(archive.keptBytes).toBeLessThan((PROXIES * DUMP_BYTES) / 5);
    expect(archive.cost).toEqual({ passes: 1, fetchedFiles: 0, fetchedBytes: 0 });
    await archive.close();
  });

  test('gives one file for one pass more, and fetches that file alone', async () => {
    const archive = await open(large);
    const file = await archive.read(dumpOf(120));
    expect(file.ok && file.bytes.byteLength).toBeGreaterThan(DUMP_BYTES / 2);
    expect(archive.cost).toMatchObject({ passes: 2, fetchedFiles: 1 });
    expect(archive.cost.fetchedBytes).toBe(file.ok && file.bytes.byteLength);
    await archive.read(dumpOf(120));
    expect(archive.cost.fetchedFiles).toBe(1);
    await archive.close();
  });

  test('gives all files for one pass when they are asked for in their order, a few at a time', async () => {
    const archive = await open(large);
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < PROXIES) {
        const file = await archive.read(dumpOf(next++));
        expect(file.ok).toBe(true);
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    expect(archive.cost).toMatchObject({ passes: 2, fetchedFiles: PROXIES });
    await archive.close();
  });

  test('gives files of two places in turn for two passes', async () => {
    const archive = await open(large);
    for (let index = 0; index < 40; index += 1) {
      await Promise.all([archive.read(dumpOf(index)), archive.read(dumpOf(PROXIES - 50 + index))]);
    }
    expect(archive.cost.passes).toBeLessThanOrEqual(3);
    await archive.close();
  });

  test('gives files asked for in no order for a bounded number of passes', async () => {
    const archive = await open(large, { smallBytes: 100_000, passes: 6 });
    const files = new Set<boolean>();
    for (let index = PROXIES - 1; index >= 0; index -= 5) files.add((await archive.read(dumpOf(index))).ok);
    expect([...files]).toEqual([true]);
    expect(archive.cost.fetchedFiles).toBeLessThanOrEqual(6);
    expect(archive.cost.passes).toBeLessThanOrEqual(7);
    await archive.close();
  });

  test('gives files asked for in no order also where not all of it fits into memory', async () => {
    const archive = await open(large, { smallBytes: 100_000, passes: 3, plainBytes: 1, keptBytes: 50_000 });
    for (let index = PROXIES - 1; index > PROXIES - 100; index -= 9)
      expect((await archive.read(dumpOf(index))).ok).toBe(true);
    await archive.close();
  });

  test('answers with a failure when not even the state of the file can be told', async () => {
    const archive = await open(large, { smallBytes: 100_000 });
    vi.spyOn(archive.file, 'change').mockRejectedValue(new Error('ESTALE: stale file handle, fstat'));
    expect(await archive.read(dumpOf(3))).toMatchObject({
      ok: false,
      code: 'Corrupt',
      reason: expect.stringContaining('ESTALE'),
    });
    await archive.close();
  });

  test('answers every question that is open when it is closed', async () => {
    const archive = await open(large);
    const files = [3, 150, 2].map((index) => archive.read(dumpOf(index)));
    await archive.close();
    for (const file of await Promise.all(files)) expect(file.ok || file.reason).toBe('it was closed');
  });
});

/** Characters of all that is parsed as JSON while `body` runs. */
async function parsedBy(body: () => Promise<unknown>): Promise<number> {
  const parse = vi.spyOn(JSON, 'parse');
  try {
    await body();
    return parse.mock.calls.reduce((sum, [text]) => sum + String(text).length, 0);
  } finally {
    parse.mockRestore();
  }
}

describe('a command on an archive of 200 proxies', () => {
  test('parses the dump that it shows and no other', async () => {
    const line = ['proxy-config', 'cluster', `${loadPod(120)}.shop`, '--from', large];
    const parsed = await parsedBy(async () => {
      const { exitCode, stdout } = await run(line);
      expect({ exitCode, hasRows: /\.svc\.cluster\.local/.test(stdout) }).toEqual({
        exitCode: 0,
        hasRows: true,
      });
    });
    expect(parsed).toBeGreaterThan(DUMP_BYTES / 2);
    expect(parsed).toBeLessThan(4 * DUMP_BYTES);
  });

  test('parses no dump when it needs none', async () => {
    const parsed = await parsedBy(async () => {
      expect((await run(['proxy-status', '--from', large])).exitCode).toBe(0);
    });
    expect(parsed).toBeLessThan(3 * DUMP_BYTES);
  });
});

describe('an archive that changes while it is read', () => {
  const entries = [
    { path: 'snapshot.json', content: '{}' },
    { path: 'clusters/east/proxies/shop/cart/config_dump.json', content: 'x'.repeat(2000) },
  ];
  const dump = entries[1]?.path ?? '';

  test('says so instead of answering', async () => {
    const path = join(folder, 'growing.tar.gz');
    writeFileSync(path, await tarGzOf(entries));
    const archive = await open(path, { smallBytes: 100 });
    appendFileSync(path, 'more');
    expect(await archive.read(dump)).toMatchObject({
      ok: false,
      code: 'Corrupt',
      reason: expect.stringMatching(/was changed while it was read: it had \d+ bytes, now it has \d+$/),
    });
    await archive.close();
  });

  test('is noticed when its size stays the same', async () => {
    const path = join(folder, 'touched.tar.gz');
    writeFileSync(path, await tarGzOf(entries));
    const archive = await open(path, { smallBytes: 100 });
    await utimes(path, new Date(1), new Date(1));
    const file = await archive.read(dump);
    expect(file.ok || file.reason).toContain('was changed while it was read: it was written to');
    await archive.close();
  });

  test('is read on when another file takes its place', async () => {
    const path = join(folder, 'replaced.tar.gz');
    writeFileSync(path, await tarGzOf(entries));
    const archive = await open(path, { smallBytes: 100 });
    writeFileSync(`${path}.new`, 'another');
    await rename(`${path}.new`, path);
    expect(await archive.read(dump)).toMatchObject({ ok: true });
    await archive.close();
  });
});
