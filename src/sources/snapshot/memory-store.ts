import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { compareText } from '../../util/text.ts';
import { formatBytes } from './limits.ts';
import type { SnapshotStore, StoredFile } from './store.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

type Kept = { readonly bytes: Uint8Array; readonly size: number } | { readonly why: string };

/** Files kept in memory, each compressed, up to a limit; those beyond it, and those left out, are known by name. */
export class MemoryStore implements SnapshotStore {
  readonly #files = new Map<string, Kept>();
  #bytes = 0;

  constructor(
    readonly label: string,
    private readonly mostBytes: number,
  ) {}

  get paths(): readonly string[] {
    return [...this.#files.keys()].sort(compareText);
  }

  /** Keeps a file, or its name where there is no room. */
  async add(path: string, bytes: Uint8Array): Promise<void> {
    const packed = await deflate(bytes, { level: 1 });
    if (this.#bytes + packed.byteLength > this.mostBytes) {
      this.leaveOut(path, `there was no room for it in ${formatBytes(this.mostBytes)} of memory`);
      return;
    }
    this.#bytes += packed.byteLength;
    this.#files.set(path, { bytes: packed, size: bytes.byteLength });
  }

  /** Keeps the name of a file alone, and forgets its bytes; `why` is what a reader of it is told. */
  leaveOut(path: string, why: string): void {
    const known = this.#files.get(path);
    if (known !== undefined && 'bytes' in known) this.#bytes -= known.bytes.byteLength;
    this.#files.set(path, { why });
  }

  async read(path: string): Promise<StoredFile> {
    const kept = this.#files.get(path);
    if (kept === undefined) return { ok: false, code: 'NotRecorded', reason: 'there is no such file' };
    if ('why' in kept) return { ok: false, code: 'TooLarge', reason: kept.why };
    return { ok: true, bytes: await inflate(kept.bytes, { maxOutputLength: Math.max(1, kept.size) }) };
  }

  async head(path: string, length: number): Promise<Uint8Array> {
    const file = await this.read(path);
    return file.ok ? file.bytes.subarray(0, length) : new Uint8Array();
  }

  async newest(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    this.#files.clear();
    this.#bytes = 0;
  }
}
