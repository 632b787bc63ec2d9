import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ArchiveWriter } from '../../../../src/sources/snapshot/archive-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'archive-writer-'));
afterAll(() => rmSync(folder, { recursive: true }));
const open = (name: string): Promise<ArchiveWriter> =>
  ArchiveWriter.open({ path: join(folder, name), date: new Date(0), maxBytes: 1024 * 1024 });
const last = { path: 'snapshot.json', bytes: Buffer.from('{}') };

describe('an archive that is being written', () => {
  it('leaves nothing when the process is told to end at once', async () => {
    const before = new Set(process.listeners('exit'));
    const archive = await open('cut-short.tar.gz');
    expect(readdirSync(folder)).toEqual([`cut-short.tar.gz.${process.pid}.partial`]);
    const [onExit, ...others] = process.listeners('exit').filter((listener) => !before.has(listener));
    expect(others).toEqual([]);
    onExit?.call(process, 130);
    expect(readdirSync(folder)).toEqual([]);
    await archive.discard();
  });

  it('listens to the end of the process no longer than it is written', async () => {
    const before = process.listenerCount('exit');
    await (await open('whole.tar.gz')).finish(last);
    await (await open('discarded.tar.gz')).discard();
    await expect(open('no/such/folder.tar.gz')).rejects.toMatchObject({ exitCode: 1 });
    expect(process.listenerCount('exit')).toBe(before);
    expect(readdirSync(folder)).toEqual(['whole.tar.gz']);
  });

  it('is written beside what a killed process of the same number left', async () => {
    writeFileSync(join(folder, `again.tar.gz.${process.pid}.partial`), 'left');
    await (await open('again.tar.gz')).finish(last);
    expect(readdirSync(folder)).toContain('again.tar.gz');
  });

  it('has no room for two files when each of them alone would have fitted', async () => {
    const maxBytes = 1024 * 1024;
    const archive = await ArchiveWriter.open({
      path: join(folder, 'two.tar.gz'),
      date: new Date(0),
      maxBytes,
    });
    // Large enough to be measured, not guessed: some 800 kB packed.
    const text = (): Buffer => Buffer.from(randomBytes(700_000).toString('hex'));
    const files = [text(), text()];
    const refused = await Promise.all(files.map((file) => archive.accept(file)));
    expect(refused.filter((reason) => reason !== undefined)).toEqual([
      'no room is left in the archive (--max-size 1 MiB)',
    ]);
    const taken = files.find((_, index) => refused[index] === undefined) ?? Buffer.alloc(0);
    await archive.append('one', taken);
    expect(await archive.finish(last)).toBeLessThanOrEqual(maxBytes);
  });
});
