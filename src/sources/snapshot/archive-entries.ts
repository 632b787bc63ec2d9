import { addAbortSignal, type Readable } from 'node:stream';
import { type Extract, type Header, extract as tarExtract } from 'tar-stream';
import { dataError, MeshscopeError } from '../../util/errors.ts';
import { escapeLine } from '../../util/text.ts';
import { type ByteCounts, UNPACK, unpack } from './archive-bytes.ts';
import { checkEntryPath } from './entry-path.ts';
import { systemCode } from './folder-store.ts';
import { canonicalPath } from './layout.ts';
import { formatBytes, type SnapshotLimits } from './limits.ts';

/** A plain file of a tar archive. */
export interface ArchiveEntry {
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
  /** Chunks of the content, to be read to the end or not at all before the next entry comes. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Takes an entry; the next one comes when it is done, unless it answers `stop`. */
export type VisitEntry = (entry: ArchiveEntry) => Promise<'stop' | undefined>;

/** Where an archive comes from: a stream of a file or stdin, and its name in messages. */
export interface ArchiveInput {
  readonly label: string;
  readonly stream: Readable;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls `visit` for each file of a tar archive (plain or gzip, told apart by content) in one streamed pass, until the
 * end or the first visit that answers `stop`. Writes nothing anywhere. Throws exit 65, naming the archive and the entry, for whatever is no honest archive of plain
 * files: links, devices, paths that lead outside, names given twice, more than `limits` allow, damage, a cut-off end.
 */
export async function readArchive(
  input: ArchiveInput,
  limits: SnapshotLimits,
  visit: VisitEntry,
): Promise<void> {
  const progress: Progress = { last: undefined, entries: 0, nameLength: 0, whole: 0, packed: 0, unpacked: 0 };
  if (input.signal !== undefined) addAbortSignal(input.signal, input.stream);
  const extract = tarExtract();
  try {
    const unpacked = await unpack(input.stream, input.label, limits, progress);
    await Promise.all([feed(extract, unpacked), eachEntry(extract, input.label, limits, progress, visit)]);
  } catch (cause) {
    input.signal?.throwIfAborted();
    throw archiveError(cause, input.label, progress);
  } finally {
    extract.destroy();
    input.stream.destroy();
  }
  if (progress.last === undefined)
    throw dataError(`${input.label} is an empty archive`, { hint: 'copy it again' });
}

interface Progress extends ByteCounts {
  last: string | undefined;
  entries: number;
  /** Characters of all names. */
  nameLength: number;
  /** Files read to their end. */
  whole: number;
}

async function eachEntry(
  extract: Extract,
  label: string,
  limits: SnapshotLimits,
  progress: Progress,
  visit: VisitEntry,
): Promise<void> {
  const seen = new Set<string>();
  for await (const entry of extract) {
    const header = entry.header;
    countEntry(header, label, limits, progress);
    const path = entryPath(header, label, limits);
    if (path === undefined) {
      entry.resume();
      continue;
    }
    const place = canonicalPath(path);
    if (seen.has(place)) throw refusal(label, path, 'it is there twice');
    seen.add(place);
    progress.last = path;
    // The library types its chunks as unknown; they are windows into what was written to it.
    const content = entry as unknown as AsyncIterable<Uint8Array>;
    const after = await visit({ path, size: header.size, modified: header.mtime, content });
    if (after === 'stop') return;
    entry.resume();
    progress.whole += 1;
  }
}

/** Throws when there are too many entries, or when their names alone are too much to remember. */
function countEntry(header: Header, label: string, limits: SnapshotLimits, progress: Progress): void {
  progress.entries += 1;
  progress.nameLength += header.name.length;
  if (progress.entries > limits.entries)
    throw dataError(`${label} is refused: it holds more than ${limits.entries} entries`, UNPACK);
  if (progress.nameLength > limits.nameLength)
    throw dataError(
      `${label} is refused: the names of its entries have more than ${formatBytes(limits.nameLength)}`,
      UNPACK,
    );
}

/** Path of a plain file; `undefined` for a folder. Throws for every other type. */
function entryPath(header: Header, label: string, limits: SnapshotLimits): string | undefined {
  const { name, type } = header;
  if (type !== 'file' && type !== 'contiguous-file' && type !== 'directory') {
    throw refusal(
      label,
      name,
      `it is a ${TYPE_NAMES[type] ?? 'special entry'}, a snapshot holds plain files only`,
    );
  }
  const checked = checkEntryPath(name, limits);
  if ('refused' in checked) throw refusal(label, name, checked.refused);
  return type === 'directory' ? undefined : checked.path;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  link: 'hard link',
  symlink: 'symbolic link',
  'character-device': 'device',
  'block-device': 'device',
  fifo: 'named pipe',
};

function refusal(label: string, name: string, reason: string): MeshscopeError {
  return dataError(`${label} is refused: entry ${escapeLine(name.slice(0, 200))}: ${reason}`, UNPACK);
}

/** Writes `chunks` to `extract`; a failure is handed on to whoever iterates over its entries. */
async function feed(extract: Extract, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (extract.destroying) return;
      if (!extract.write(chunk)) await drained(extract);
    }
    extract.end(null);
  } catch (cause) {
    extract.destroy(cause instanceof Error ? cause : new Error(String(cause)));
  }
}

function drained(extract: Extract): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      extract.off('drain', settle);
      extract.off('close', settle);
      resolve();
    };
    extract.on('drain', settle);
    extract.on('close', settle);
    if (extract.destroying) settle();
  });
}

function archiveError(cause: unknown, label: string, progress: Progress): unknown {
  if (cause instanceof MeshscopeError || !(cause instanceof Error)) return cause;
  const where =
    progress.last === undefined ? 'before its first file' : `in or after ${escapeLine(progress.last)}`;
  const again = { hint: 'copy it again, or unpack what is there and give the folder', cause };
  if (progress.last === undefined && /tar header|Invalid header|end of data/i.test(cause.message)) {
    return dataError(`${label} holds no tar archive`, { hint: 'give a folder, a .tar.gz or a .tar', cause });
  }
  if ('syscall' in cause) return dataError(`can't read ${label} (${systemCode(cause)})`, { cause });
  // The first header of gzip was whole: what is no header comes after the end.
  if (cause.message === 'incorrect header check')
    return dataError(`${label} goes on after its end with bytes that are no gzip`, {
      hint: 'gzip -dc ARCHIVE > archive.tar leaves them out: give archive.tar',
      cause,
    });
  if (isTruncation(cause))
    return dataError(`${label} is cut off ${where} (${progress.whole} files are whole)`, again);
  return dataError(`${label} is damaged ${where} (${escapeLine(cause.message)})`, again);
}

function isTruncation(cause: Error): boolean {
  return ('code' in cause && cause.code === 'Z_BUF_ERROR') || cause.message === 'Unexpected end of data';
}
