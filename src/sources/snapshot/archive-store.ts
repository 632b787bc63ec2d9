import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { dataError } from '../../util/errors.ts';
import { compareText } from '../../util/text.ts';
import { type ArchiveInput, readArchive } from './archive-entries.ts';
import { formatBytes, type SnapshotLimits } from './limits.ts';
import type { SnapshotStore, StoredFile } from './store.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Files that no question asks for and that can be very large: kept by name only. */
const NEVER_ASKED = /(?:^|\/)(?:cores\/[^/]*|netstat)$/;

/**
 * The files of an archive, read in one pass (stdin can't be read twice) and kept in memory: plain while they fit,
 * compressed one by one from then on, so that an archive costs about its own size however much it unpacks to.
 * Throws what `readArchive` throws, and exit 65 when even that is too much.
 */
export async function openArchive(input: ArchiveInput, limits: SnapshotLimits): Promise<SnapshotStore> {
  const store = new ArchiveStore(input.label, limits);
  await readArchive(input, limits, (entry) =>
    store.add(entry.path, entry.size, entry.modified, entry.content),
  );
  return store.finish();
}

type Kept =
  | { readonly form: 'plain'; readonly bytes: Uint8Array }
  | { readonly form: 'deflated'; readonly bytes: Uint8Array; readonly size: number }
  | { readonly form: 'dropped'; readonly size: number };

class ArchiveStore implements SnapshotStore {
  paths: readonly string[] = [];
  private readonly files = new Map<string, Kept>();
  private plainBytes = 0;
  private keptBytes = 0;
  private newestTime = 0;

  constructor(
    readonly label: string,
    private readonly limits: SnapshotLimits,
  ) {}

  /** Reads `content` to its end and keeps it. */
  async add(path: string, size: number, modified: Date, content: AsyncIterable<Uint8Array>): Promise<void> {
    this.newestTime = Math.max(this.newestTime, modified.getTime() || 0);
    const wanted = size <= this.limits.entryBytes && !NEVER_ASKED.test(path);
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) if (wanted) chunks.push(chunk);
    if (!wanted) {
      this.files.set(path, { form: 'dropped', size });
      return;
    }
    // Always a copy: the chunks are windows into larger buffers that would stay in memory with them.
    const bytes = Buffer.concat(chunks);
    const kept = await this.pack(bytes);
    this.keptBytes += kept.bytes.byteLength;
    if (this.keptBytes > this.limits.keptBytes) {
      throw dataError(`${this.label} needs more than ${formatBytes(this.limits.keptBytes)} of memory`, {
        hint: 'unpack it and give the folder',
      });
    }
    this.files.set(path, kept);
  }

  private async pack(bytes: Uint8Array): Promise<Exclude<Kept, { form: 'dropped' }>> {
    if (this.plainBytes + bytes.byteLength <= this.limits.plainBytes || bytes.byteLength < 512) {
      this.plainBytes += bytes.byteLength;
      return { form: 'plain', bytes };
    }
    return { form: 'deflated', bytes: await deflate(bytes, { level: 1 }), size: bytes.byteLength };
  }

  finish(): this {
    this.paths = [...this.files.keys()].sort(compareText);
    return this;
  }

  async read(path: string): Promise<StoredFile> {
    const kept = this.files.get(path);
    if (kept === undefined) return { ok: false, code: 'NotRecorded', reason: 'there is no such file' };
    switch (kept.form) {
      case 'plain':
        return { ok: true, bytes: kept.bytes };
      case 'deflated':
        return { ok: true, bytes: await inflate(kept.bytes, { maxOutputLength: kept.size }) };
      case 'dropped': {
        const reason = `it has ${formatBytes(kept.size)}, the limit is ${formatBytes(this.limits.entryBytes)}`;
        return { ok: false, code: 'TooLarge', reason };
      }
    }
  }

  async head(path: string, length: number): Promise<Uint8Array> {
    const file = await this.read(path);
    return file.ok ? file.bytes.subarray(0, length) : new Uint8Array();
  }

  async newest(): Promise<Date | undefined> {
    return this.newestTime === 0 ? undefined : new Date(this.newestTime);
  }

  async close(): Promise<void> {
    this.files.clear();
  }
}
