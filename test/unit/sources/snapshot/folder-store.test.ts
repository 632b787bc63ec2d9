import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type FolderStore, openFolder } from '../../../../src/sources/snapshot/folder-store.ts';
import { DEFAULT_LIMITS } from '../../../../src/sources/snapshot/limits.ts';

/** How many files are open, and how many were at the most. */
const opened = vi.hoisted(() => ({ now: 0, most: 0 }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof files>();
  const open: typeof real.open = async (...args) => {
    opened.now += 1;
    opened.most = Math.max(opened.most, opened.now);
    const file = await real.open(...args);
    const close = file.close.bind(file);
    file.close = async () => {
      opened.now -= 1;
      await close();
    };
    return file;
  };
  return { ...real, open };
});

const folder = mkdtempSync(join(tmpdir(), 'folder-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
async function store(names: readonly string[]): Promise<FolderStore> {
  const root = join(folder, String(made++));
  mkdirSync(root);
  for (const name of names) writeFileSync(join(root, name), name);
  return openFolder(root, root, DEFAULT_LIMITS);
}

describe('a folder of many files', () => {
  it('has few of them open at a time, however many are asked for at once', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `file-${index}`);
    const one = await store(names);
    opened.most = 0;
    const answers = await Promise.all(names.map((name) => one.read(name)));
    expect(answers.every((answer, index) => answer.ok && String(answer.bytes) === names[index])).toBe(true);
    expect(opened).toEqual({ now: 0, most: expect.any(Number) });
    // macOS allows 256 files.
    expect(opened.most).toBeLessThanOrEqual(64);
  });
});

describe('a file that is given piece by piece', () => {
  it('hands on what its reader throws, and is given once', async () => {
    const one = await store(['a']);
    const take = vi.fn(async () => {
      throw new Error('too large for an index');
    });
    await expect(one.stream('a', take)).rejects.toThrow('too large for an index');
    expect(take).toHaveBeenCalledTimes(1);
  });

  it('is given without content when it is gone', async () => {
    const one = await store(['a']);
    rmSync(join(folder, String(made - 1), 'a'));
    const seen: unknown[] = [];
    await one.stream('a', async (size, content) => {
      seen.push([size, content]);
    });
    expect(seen).toEqual([[0, undefined]]);
  });
});
