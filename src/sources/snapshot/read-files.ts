import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { notFoundError } from '../../util/errors.ts';
import { demoPath, isDemo } from '../demo.ts';
import { readArchive } from './archive-entries.ts';
import { DEFAULT_LIMITS } from './limits.ts';

/** A file of a recording: its path and its bytes, or `undefined` where it is too large to be read. */
export type VisitFile = (path: string, bytes: Uint8Array | undefined, size: number) => void | Promise<void>;

/** Where the files are. */
export interface FilesInput {
  /** A folder, an archive, `-`, or a bundled recording by its name. */
  readonly from: string;
  readonly cwd: string;
  readonly stdin: Readable;
  readonly signal: AbortSignal;
  /** Larger files are not read. */
  readonly mostBytes: number;
}

/**
 * Visits the files of a recording one by one, in the memory of one of them. Throws exit 66 when there is no such
 * recording and 65 for whatever is no honest archive.
 */
export async function eachFile(input: FilesInput, visit: VisitFile): Promise<void> {
  const path = isDemo(input.from) ? demoPath(input.from) : resolve(input.cwd, input.from);
  const stats = input.from === '-' ? undefined : await stat(path).catch(() => undefined);
  if (input.from !== '-' && stats === undefined)
    throw notFoundError(`there is no file or folder ${input.from}`);
  if (stats?.isDirectory()) {
    const { openFolder } = await import('./folder-store.ts');
    const store = await openFolder(path, input.from, DEFAULT_LIMITS);
    for (const name of store.paths) {
      input.signal.throwIfAborted();
      const file = await store.read(name);
      const isSmall = file.ok && file.bytes.byteLength <= input.mostBytes;
      await visit(name, isSmall ? file.bytes : undefined, file.ok ? file.bytes.byteLength : 0);
    }
    return;
  }
  const stream = input.from === '-' ? input.stdin : createReadStream(path, { highWaterMark: 256 * 1024 });
  await readArchive({ label: input.from, stream, signal: input.signal }, DEFAULT_LIMITS, async (entry) => {
    const isSmall = entry.size <= input.mostBytes;
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.content) if (isSmall) chunks.push(chunk);
    await visit(entry.path, isSmall ? Buffer.concat(chunks) : undefined, entry.size);
  });
}
