import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { dataError } from '../../util/errors.ts';
import { compareText } from '../../util/text.ts';
import { type ArchiveEntry, type ArchiveInput, readArchive } from './archive-entries.ts';
import { collect } from './collect.ts';
import { formatBytes, type SnapshotLimits } from './limits.ts';
import { NO_SUCH_FILE, type SnapshotStore, type StoredFile, tooLarge } from './store.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Files that no question asks for and that can be very large: kept by name only. */
const NEVER_ASKED = /(?:^|\/)(?:cores\/[^/]*|netstat)$/;

/**
 * The files of an archive that can be read once only (stdin), kept in memory: plain while they fit, compressed one by
 * one from then on, so that an archive costs about its own size however much it unpacks to.
 * Throws what `readArchive` throws, and exit 65 when even that is too much.
 */
export async function openArchive(input: ArchiveInput, limits: SnapshotLimits): Promise<SnapshotStore> {
  const store = new ArchiveStore(input.label, limits);
  await readArchive(input, limits, (entry) => store.add(entry));
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

  async add(entry: ArchiveEntry): Promise<undefined> {
    const { path, size, modified } = entry;
    this.newestTime = Math.max(this.newestTime, modified.getTime() || 0);
    if (size > this.limits.entryBytes || NEVER_ASKED.test(path)) {
      this.files.set(path, { form: 'dropped', size });
      return;
    }
    const bytes = await collect(entry.content);
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

  async read(path: string, mostBytes = this.limits.entryBytes): Promise<StoredFile> {
    const kept = this.files.get(path);
    if (kept === undefined) return NO_SUCH_FILE;
    const size = kept.form === 'plain' ? kept.bytes.byteLength : kept.size;
    if (size > mostBytes) return tooLarge(size, mostBytes);
    switch (kept.form) {
      case 'plain':
        return { ok: true, bytes: kept.bytes };
      case 'deflated':
        return { ok: true, bytes: await inflate(kept.bytes, { maxOutputLength: kept.size }) };
      case 'dropped': {
        return tooLarge(kept.size, this.limits.entryBytes);
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
