import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Extract, type Header, extract as tarExtract } from 'tar-stream';
import { dataError, MeshscopeError } from '../../util/errors.ts';
import { describeBinary } from '../../util/load-json.ts';
import { escapeLine } from '../../util/text.ts';
import { checkEntryPath } from './entry-path.ts';
import { formatBytes, type SnapshotLimits } from './limits.ts';

/** A plain file of a tar archive. */
export interface ArchiveEntry {
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
  /** Chunks of the content, to be read to the end before the next entry comes. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Where an archive comes from: a stream of a file or stdin, and its name in messages. */
export interface ArchiveInput {
  readonly label: string;
  readonly stream: Readable;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls `visit` for each file of a tar archive (plain or gzip, told apart by content) in one streamed pass. Writes
 * nothing anywhere. Throws exit 65, naming the archive and the entry, for whatever is no honest archive of plain
 * files: links, devices, paths that lead outside, names given twice, more than `limits` allow, damage, a cut-off end.
 */
export async function readArchive(
  input: ArchiveInput,
  limits: SnapshotLimits,
  visit: (entry: ArchiveEntry) => Promise<void>,
): Promise<void> {
  const progress: Progress = { last: undefined, entries: 0, whole: 0, packed: 0, unpacked: 0 };
  if (input.signal !== undefined) addAbortSignal(input.signal, input.stream);
  const extract = tarExtract();
  try {
    const unpacked = await unpack(input, progress);
    await Promise.all([
      feed(extract, metered(unpacked, input.label, limits, progress)),
      eachEntry(extract, input.label, limits, progress, visit),
    ]);
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

interface Progress {
  last: string | undefined;
  entries: number;
  /** Files read to their end. */
  whole: number;
  packed: number;
  unpacked: number;
}

async function eachEntry(
  extract: Extract,
  label: string,
  limits: SnapshotLimits,
  progress: Progress,
  visit: (entry: ArchiveEntry) => Promise<void>,
): Promise<void> {
  const seen = new Set<string>();
  for await (const entry of extract) {
    const header = entry.header;
    progress.entries += 1;
    if (progress.entries > limits.entries)
      throw dataError(`${label} holds more than ${limits.entries} entries`, UNPACK);
    const path = entryPath(header, label, limits);
    if (path === undefined) {
      entry.resume();
      continue;
    }
    if (seen.has(path)) throw refusal(label, path, 'it is there twice');
    seen.add(path);
    progress.last = path;
    // The library types its chunks as unknown; they are windows into what was written to it.
    const content = entry as unknown as AsyncIterable<Uint8Array>;
    await visit({ path, size: header.size, modified: header.mtime, content });
    progress.whole += 1;
  }
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

const UNPACK = { hint: 'if you trust it, unpack it yourself and give the folder' };

function refusal(label: string, name: string, reason: string): MeshscopeError {
  return dataError(`${label} is refused: entry ${escapeLine(name.slice(0, 200))}: ${reason}`, UNPACK);
}

/** The bytes of the tar inside `input`, gunzipped where needed. Throws exit 65 when the first bytes are neither. */
async function unpack(input: ArchiveInput, progress: Progress): Promise<AsyncIterable<Uint8Array>> {
  const rest: AsyncIterator<Uint8Array | string> = input.stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < 512) {
    const { done, value } = await rest.next();
    if (done === true) break;
    const chunk = Buffer.from(value);
    first.push(chunk);
    size += chunk.byteLength;
  }
  if (size === 0) throw dataError(`${input.label} is empty`, { hint: 'copy it again' });
  const head = Buffer.concat(first);
  const packed = counted(head, rest, progress);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    refuseOtherFormats(head, input.label);
    return packed;
  }
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // A failure also ends the iteration over `gunzip`, which is where it is noticed.
  pipeline(Readable.from(packed, { objectMode: false }), gunzip, () => {});
  return gunzip;
}

async function* counted(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array | string>,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  progress.packed += head.byteLength;
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    const chunk = Buffer.from(next.value);
    progress.packed += chunk.byteLength;
    yield chunk;
  }
}

/** Passes unpacked bytes on; throws exit 65 when they are too many, or packed once more. */
async function* metered(
  chunks: AsyncIterable<Uint8Array>,
  label: string,
  limits: SnapshotLimits,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (progress.unpacked === 0 && chunk[0] === 0x1f && chunk[1] === 0x8b) {
      throw dataError(`${label} is compressed twice`, { hint: 'unpack it once with gunzip' });
    }
    progress.unpacked += chunk.byteLength;
    if (progress.unpacked > limits.totalBytes) {
      throw dataError(
        `${label} is refused: it unpacks to more than ${formatBytes(limits.totalBytes)}`,
        UNPACK,
      );
    }
    if (progress.unpacked > limits.ratioFrom && progress.unpacked > progress.packed * limits.ratio) {
      const sizes = `${formatBytes(progress.packed)} unpack to more than ${formatBytes(progress.unpacked)}`;
      throw dataError(`${label} is refused: ${sizes}, no snapshot is that repetitive`, UNPACK);
    }
    yield chunk;
  }
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

function refuseOtherFormats(head: Uint8Array, label: string): void {
  if (head.byteLength > 262 && Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar') return;
  const binary = describeBinary(head);
  if (binary !== undefined) {
    throw dataError(`${label} is no snapshot: it is ${binary.what}`, {
      hint: 'give a folder, a .tar.gz or a .tar',
    });
  }
  const text = Buffer.from(head).toString('utf8').trimStart();
  if (/^[[{]/.test(text)) {
    throw dataError(`${label} is no snapshot: it looks like JSON`, {
      hint: 'give a single config_dump.json with --file; --from takes a folder or an archive',
    });
  }
  throw dataError(`${label} is no snapshot: it is neither gzip nor tar`, {
    hint: 'give a folder, a .tar.gz or a .tar',
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
  if (isTruncation(cause))
    return dataError(`${label} is cut off ${where} (${progress.whole} files are whole)`, again);
  return dataError(`${label} is damaged ${where} (${escapeLine(cause.message)})`, again);
}

function isTruncation(cause: Error): boolean {
  return ('code' in cause && cause.code === 'Z_BUF_ERROR') || cause.message === 'Unexpected end of data';
}
