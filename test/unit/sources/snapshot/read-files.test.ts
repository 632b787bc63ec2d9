import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { eachFile } from '../../../../src/sources/snapshot/read-files.ts';

const cwd = mkdtempSync(join(tmpdir(), 'read-files-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const visit = (from: string, stdin: Readable = Readable.from([])): Promise<void> =>
  eachFile({ from, cwd, stdin, signal: new AbortController().signal }, async () => {});

describe('the files of a recording', () => {
  it('are not waited for from a terminal', async () => {
    await expect(visit('-', Object.assign(new Readable(), { isTTY: true }))).rejects.toMatchObject({
      exitCode: 64,
    });
  });

  it('that cannot be reached are not said to be absent', async () => {
    symlinkSync('loop', join(cwd, 'loop'));
    await expect(visit('loop')).rejects.toMatchObject({ exitCode: 65, message: "can't read loop (ELOOP)" });
    await expect(visit('absent')).rejects.toMatchObject({ exitCode: 66 });
  });
});
