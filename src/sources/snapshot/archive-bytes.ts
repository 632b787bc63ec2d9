import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { dataError, type MeshscopeError } from '../../util/errors.ts';
import { decodeText, describeBinary, describeText } from '../../util/load-json.ts';
import { formatBytes, type SnapshotLimits } from './limits.ts';

/** Bytes read of an archive so far, before and after unpacking. */
export interface ByteCounts {
  packed: number;
  unpacked: number;
}

/** The next step for whoever knows where a refused archive comes from. */
export const UNPACK = { hint: 'if you trust it, unpack it yourself and give the folder' };

/**
 * The tar in a stream, gunzipped where its first bytes say so. Counts what passes. Throws exit 65 when it is neither
 * gzip nor tar, and while it is read, when it unpacks to more than `limits` allow or is packed once more.
 */
export async function unpack(
  stream: Readable,
  label: string,
  limits: SnapshotLimits,
  counts: ByteCounts,
): Promise<AsyncIterable<Uint8Array>> {
  return metered(await gunzipped(stream, label, counts), label, limits, counts);
}

async function gunzipped(
  stream: Readable,
  label: string,
  counts: ByteCounts,
): Promise<AsyncIterable<Uint8Array>> {
  const rest: AsyncIterator<Uint8Array | string> = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < 512) {
    const { done, value } = await rest.next();
    if (done === true) break;
    const chunk = Buffer.from(value);
    first.push(chunk);
    size += chunk.byteLength;
  }
  if (size === 0) throw dataError(`${label} is empty`, { hint: 'copy it again' });
  const head = Buffer.concat(first);
  const packed = counted(head, rest, counts);
  if (!isGzip(head)) {
    refuseOtherFormats(head, label);
    return packed;
  }
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // A failure also ends the iteration over `gunzip`, which is where it is noticed.
  pipeline(Readable.from(packed, { objectMode: false }), gunzip, () => {});
  return gunzip;
}

/** Whether the first bytes are those of gzip. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* counted(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array | string>,
  counts: ByteCounts,
): AsyncGenerator<Uint8Array> {
  counts.packed += head.byteLength;
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    const chunk = Buffer.from(next.value);
    counts.packed += chunk.byteLength;
    yield chunk;
  }
}

/** Passes unpacked bytes on; throws exit 65 when they are too many, or packed once more. */
async function* metered(
  chunks: AsyncIterable<Uint8Array>,
  label: string,
  limits: SnapshotLimits,
  counts: ByteCounts,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (counts.unpacked === 0 && isGzip(chunk)) {
      throw dataError(`${label} is compressed twice`, { hint: 'unpack it once with gunzip' });
    }
    counts.unpacked += chunk.byteLength;
    if (counts.unpacked > limits.totalBytes) {
      throw dataError(
        `${label} is refused: it unpacks to more than ${formatBytes(limits.totalBytes)}`,
        UNPACK,
      );
    }
    if (counts.unpacked > limits.ratioFrom && counts.unpacked > counts.packed * limits.ratio) {
      const sizes = `${formatBytes(counts.packed)} unpack to more than ${formatBytes(counts.unpacked)}`;
      throw dataError(`${label} is refused: ${sizes}, no snapshot is that repetitive`, UNPACK);
    }
    yield chunk;
  }
}

function refuseOtherFormats(head: Uint8Array, label: string): void {
  if (head.byteLength > 262 && Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar') return;
  const binary = describeBinary(head);
  if (binary !== undefined) throw noArchive(label, binary.what, binary.hint);
  const text = decodeText(head).trimStart();
  if (/^[[{]/.test(text)) {
    throw dataError(`${label} is no snapshot: it looks like JSON`, {
      hint: 'give a single config_dump.json with --file; --from takes a folder or an archive',
    });
  }
  const form = TEXTS.find(([pattern]) => pattern.test(text))?.[1];
  if (form !== undefined) throw noArchive(label, form.what, form.hint);
  const guess = describeText(text);
  if (guess !== undefined)
    throw noArchive(label, guess.what, guess.what === 'YAML' ? 'a folder of such files is read' : guess.hint);
  throw dataError(`${label} is no snapshot: it is neither gzip nor tar`, { hint: TAKEN });
}

const TAKEN = 'give a folder, a .tar.gz or a .tar';

/** What an archive becomes on its way, by its first characters. */
const TEXTS: readonly (readonly [RegExp, { readonly what: string; readonly hint: string }])[] = [
  [/^H4sI/, { what: 'gzip in base64', hint: 'decode it first (base64 -d)' }],
  [
    /^version https:\/\/git-lfs\./,
    { what: 'the pointer of Git LFS to a file', hint: 'fetch the file itself (git lfs pull)' },
  ],
];

function noArchive(label: string, what: string, hint: string | undefined): MeshscopeError {
  return dataError(`${label} is no snapshot: it is ${what}`, {
    hint: hint === undefined ? TAKEN : `${hint}; ${TAKEN}`,
  });
}
