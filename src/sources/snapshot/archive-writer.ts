import { once } from 'node:events';
import { createWriteStream, unlinkSync, type WriteStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import type { TarArchive } from 'archiver';
import { claimName } from './claim-name.ts';
import { systemCode } from './folder-store.ts';
import { type SnapshotSink, writeError } from './folder-writer.ts';
import { formatBytes } from './limits.ts';

const deflate = promisify(deflateRaw);

/** Where an archive goes and how large it may become. */
export interface ArchiveOptions {
  readonly path: string;
  /** Time of every file in it, so that the same answers make the same archive. */
  readonly date: Date;
  /** Largest size of the packed archive, in bytes. */
  readonly maxBytes: number;
  /** Room that is kept free, in bytes, until `useReserve`. */
  readonly reserve?: number | undefined;
}

/** Room that is kept for the index, which comes last. */
const INDEX_BYTES = 2 * 1024 * 1024;
/** Until more is known: text packs to about a sixth. */
const FIRST_RATIO = 0.17;
/** Packed size of the head of an entry. */
const HEAD_BYTES = 200;
/** Names of temporary files that are tried. */
const MOST_ATTEMPTS = 20;

/**
 * A `.tar.gz` that is written while its files come, to a temporary file beside `path`, which gets its name at the end:
 * there is never half an archive of that name. Readable by the user alone. All methods throw exit 1 when the disk can't
 * be written.
 */
export class ArchiveWriter implements SnapshotSink {
  readonly #options: ArchiveOptions;
  readonly #temporary: string;
  readonly #archive: TarArchive;
  readonly #file: WriteStream;
  readonly #written: Promise<void>;
  #path: string;
  #failure: unknown;
  #packed = 0;
  #raw = 0;
  /** Expected packed size of what was taken and is not written yet, of each file and in all. */
  readonly #accepted = new Map<Uint8Array, number[]>();
  #expected = 0;
  #reserve: number;

  /** A second Ctrl-C ends the process at once: nothing half is left by it. */
  readonly #onExit = (): void => {
    try {
      unlinkSync(this.#temporary);
    } catch {
      // It is gone already.
    }
  };

  private constructor(options: ArchiveOptions, archive: TarArchive, temporary: string) {
    this.#options = options;
    this.#path = options.path;
    this.#reserve = Math.min(options.reserve ?? 0, options.maxBytes / 8);
    this.#archive = archive;
    this.#temporary = temporary;
    const file = createWriteStream(temporary, { flags: 'wx', mode: 0o600 });
    this.#file = file;
    archive.on('data', (chunk: Buffer) => {
      this.#packed += chunk.byteLength;
    });
    archive.pipe(file);
    archive.on('error', (cause) => file.destroy(cause));
    this.#written = finished(file);
    this.#written.catch((cause: unknown) => {
      this.#failure = cause;
    });
  }

  static async open(options: ArchiveOptions): Promise<ArchiveWriter> {
    const archiver = await import('archiver');
    for (let attempt = 1; ; attempt++) {
      const archive = new archiver.TarArchive({ gzip: true, gzipOptions: { level: 6 } });
      const number = attempt === 1 ? process.pid : `${process.pid}-${attempt}`;
      const writer = new ArchiveWriter(options, archive, `${options.path}.${number}.partial`);
      // Nothing is asked of a mesh for an archive that can't be written.
      try {
        await once(writer.#file, 'open');
      } catch (cause) {
        archive.abort();
        // In containers every process has the same number, and one that was killed leaves its file.
        if (systemCode(cause) === 'EEXIST' && attempt < MOST_ATTEMPTS) continue;
        throw writeError(options.path, cause);
      }
      process.once('exit', writer.#onExit);
      return writer;
    }
  }

  /** Where the archive is: another path than asked for when a file of that name came to be meanwhile. */
  get path(): string {
    return this.#path;
  }

  /** Bytes of the archive so far. */
  get bytes(): number {
    return this.#packed;
  }

  /** Whether so little room is left that nothing more need be asked for. */
  get isFull(): boolean {
    return this.#room() < this.#options.maxBytes / 50;
  }

  #room(): number {
    const { maxBytes } = this.#options;
    const kept = Math.min(INDEX_BYTES, maxBytes / 8) + this.#reserve;
    return maxBytes - kept - this.#packed - this.#expected;
  }

  /** From now on the room that was kept free may be used. */
  useReserve(): void {
    this.#reserve = 0;
  }

  /** Takes a file into account; answers why there is no room for it. What was accepted must be appended. */
  async accept(bytes: Uint8Array): Promise<string | undefined> {
    const { maxBytes } = this.#options;
    const guess = this.#guess(bytes);
    // Near the end it is measured: a guess could be wrong by all that is left.
    const isSmall = guess * 4 < this.#room();
    const size = isSmall ? guess : (await deflate(bytes)).byteLength + HEAD_BYTES;
    // Others may have been taken while it was measured.
    if (size > this.#room()) return `no room is left in the archive (--max-size ${formatBytes(maxBytes)})`;
    this.#expected += size;
    this.#accepted.set(bytes, [...(this.#accepted.get(bytes) ?? []), size]);
    return undefined;
  }

  async append(path: string, bytes: Uint8Array): Promise<void> {
    await this.#entry(path, bytes);
    this.#raw += bytes.byteLength;
    const [size = 0, ...others] = this.#accepted.get(bytes) ?? [];
    this.#expected -= size;
    if (others.length === 0) this.#accepted.delete(bytes);
    else this.#accepted.set(bytes, others);
  }

  async write(path: string, bytes: Uint8Array): Promise<string | undefined> {
    const refused = await this.accept(bytes);
    if (refused === undefined) await this.append(path, bytes);
    return refused;
  }

  /** Writes the last file whatever its size, ends the archive and gives it its name. */
  async finish(last: { readonly path: string; readonly bytes: Uint8Array }): Promise<number> {
    await this.#entry(last.path, last.bytes);
    try {
      await Promise.all([this.#archive.finalize(), this.#written]);
      this.#path = await claimName(this.#temporary, this.#options.path);
      process.off('exit', this.#onExit);
    } catch (cause) {
      await this.discard();
      throw writeError(this.#options.path, cause);
    }
    return this.#packed;
  }

  /** Ends without an archive. */
  async discard(): Promise<void> {
    process.off('exit', this.#onExit);
    this.#archive.abort();
    this.#file.destroy();
    await this.#written.catch(() => {});
    await unlink(this.#temporary).catch(() => {});
  }

  #guess(bytes: Uint8Array): number {
    const ratio = this.#raw > 1024 * 1024 ? Math.min(1, (this.#packed + 4096) / this.#raw) : FIRST_RATIO;
    return Math.ceil(bytes.byteLength * ratio) + HEAD_BYTES;
  }

  async #entry(name: string, bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw writeError(this.#options.path, this.#failure);
    const ended = once(this.#archive, 'entry');
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#archive.append(buffer, { name, date: this.#options.date, mode: 0o600 });
    await Promise.race([
      ended,
      this.#written.catch((cause: unknown) => {
        throw writeError(this.#options.path, cause);
      }),
    ]);
  }
}
