import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { readInput } from '../../../../src/sources/files/read-input.ts';

const cwd = mkdtempSync(join(tmpdir(), 'meshscope-input-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
writeFileSync(join(cwd, 'config_dump.json'), '{"configs":[]}');
writeFileSync(join(cwd, 'empty.json'), '');
mkdirSync(join(cwd, 'folder'));

const read = (path: string, stdin: Readable = Readable.from([]), limit?: number) => {
  return readInput(path, { cwd, stdin, limit });
};

describe('readInput', () => {
  test('reads a file relative to the working folder, and stdin for -', async () => {
    expect(await read('config_dump.json')).toEqual({
      label: 'config_dump.json',
      bytes: Buffer.from('{"configs":[]}'),
    });
    const stdin = Readable.from([Buffer.from('{"a"'), Buffer.from(':1}')]);
    expect(await read('-', stdin)).toEqual({ label: 'stdin', bytes: Buffer.from('{"a":1}') });
  });

  test('says that a file does not exist and names one like it (exit 66)', async () => {
    await expect(read('config_dmp.json')).rejects.toMatchObject({
      exitCode: 66,
      lines: [['near', 'config_dump.json']],
    });
    await expect(read('config_dump.json/x')).rejects.toMatchObject({ exitCode: 66 });
  });

  test('refuses a folder, an empty file, and one that is too large (exit 65)', async () => {
    await expect(read('folder')).rejects.toMatchObject({ exitCode: 65, message: 'folder is a folder' });
    await expect(read('empty.json')).rejects.toMatchObject({ exitCode: 65, message: 'empty.json is empty' });
    await expect(read('-')).rejects.toMatchObject({ exitCode: 65, message: 'stdin is empty' });
    await expect(read('config_dump.json', undefined, 5)).rejects.toMatchObject({ exitCode: 65 });
    await expect(read('-', Readable.from([Buffer.alloc(10)]), 5)).rejects.toMatchObject({ exitCode: 65 });
  });

  test('refuses a terminal as stdin (exit 64)', async () => {
    await expect(read('-', Object.assign(Readable.from([]), { isTTY: true }))).rejects.toMatchObject({
      exitCode: 64,
    });
  });
});
