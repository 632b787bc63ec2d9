import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeAtomically } from '../../../src/cli/write-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-write-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('writeAtomically', () => {
  test('makes the file and its folder, and leaves nothing beside it', async () => {
    await writeAtomically(folder, 'new/out.json', 'text');
    expect(readFileSync(join(folder, 'new/out.json'), 'utf8')).toBe('text');
    expect(readdirSync(join(folder, 'new'))).toEqual(['out.json']);
  });

  test('writes to a pipe and leaves it a pipe, as for a device', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = await open(pipe, 'r+');
    try {
      await writeAtomically(folder, 'pipe', 'text');
      const { bytesRead, buffer } = await reader.read(Buffer.alloc(10), 0, 10);
      expect(buffer.toString('utf8', 0, bytesRead)).toBe('text');
    } finally {
      await reader.close();
    }
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  test('replaces the file that a link leads to, and leaves the link', async () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync('real', join(folder, 'link'));
    await writeAtomically(folder, 'link', 'text');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('text');
  });

  test('names what can not be written', async () => {
    await expect(writeAtomically(folder, '.', 'text')).rejects.toThrow("can't write . (EISDIR)");
  });
});
