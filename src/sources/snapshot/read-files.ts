import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { notFoundError } from '../../util/errors.ts';
import { demoPath, isDemo } from '../demo.ts';
import { readArchive } from './archive-entries.ts';
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
 * Visits the files of a recording one by one; none is kept. Throws exit 66 when there is no such
 * recording and 65 for whatever is no honest archive.
 */
export async function eachFile(
  input: FilesInput,
  visit: (file: VisitedFile) => Promise<void>,
): Promise<void> {
  const path = isDemo(input.from) ? demoPath(input.from) : resolve(input.cwd, input.from);
  const stats = input.from === '-' ? undefined : await stat(path).catch(() => undefined);
  if (input.from !== '-' && stats === undefined)
    throw notFoundError(`there is no file or folder ${input.from}`, { hint: 'check the path' });
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
