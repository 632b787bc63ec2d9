import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { dataError, notFoundError, usageError } from '../../util/errors.ts';
import { demoPath, isDemo } from '../demo.ts';
import { readArchive } from './archive-entries.ts';
import { systemCode } from './folder-store.ts';
import { DEFAULT_LIMITS } from './limits.ts';

/** A file of a recording. */
export interface VisitedFile {
  readonly path: string;
  readonly size: number;
  /** Its bytes, to be read to the end or not at all; `undefined` when they can't be read. */
  readonly content: AsyncIterable<Uint8Array> | undefined;
}

/** Where the files are. */
export interface FilesInput {
  /** A folder, an archive, `-`, or a bundled recording by its name. */
  readonly from: string;
  readonly cwd: string;
  readonly stdin: Readable;
  readonly signal: AbortSignal;
}

/**
 * Visits the files of a recording one by one; none is kept. Throws exit 66 when there is no such recording, 65 for
 * whatever is no honest archive or can't be read, 64 when stdin is a terminal.
 */
export async function eachFile(
  input: FilesInput,
  visit: (file: VisitedFile) => Promise<void>,
): Promise<void> {
  const path = isDemo(input.from) ? demoPath(input.from) : resolve(input.cwd, input.from);
  if (input.from === '-' && 'isTTY' in input.stdin && input.stdin.isTTY === true)
    throw usageError('- reads an archive from stdin, which is the terminal', {
      hint: 'meshscope … - < snapshot.tar.gz',
    });
  const stats = input.from === '-' ? undefined : await statOf(path, input.from);
  if (stats?.isDirectory()) {
    const { openFolder } = await import('./folder-store.ts');
    const store = await openFolder(path, input.from, DEFAULT_LIMITS);
    for (const name of store.paths) {
      input.signal.throwIfAborted();
      await store.stream(name, (size, content) => visit({ path: name, size, content }));
    }
    return;
  }
  const stream = input.from === '-' ? input.stdin : createReadStream(path, { highWaterMark: 256 * 1024 });
  await readArchive({ label: input.from, stream, signal: input.signal }, DEFAULT_LIMITS, async (entry) => {
    await visit(entry);
    return undefined;
  });
}

async function statOf(path: string, from: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    const code = systemCode(cause);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw dataError(`can't read ${from} (${code})`, { cause });
    throw notFoundError(`there is no file or folder ${from}`, { hint: 'check the path' });
  }
}
