import { close, fstat, open, read, type Stats } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';

const openFile = promisify(open) as (path: string, flags: string) => Promise<number>;
const readFrom = promisify(read);
const statOf = promisify(fstat) as (fd: number) => Promise<Stats>;
const closeFile = promisify(close);

/**
 * An archive on disk that is read several times. The file is opened once: whoever replaces it by another one of the
 * same name changes nothing here. One that is written to while it is read is noticed by its size and time.
 */
export class ArchiveFile {
  private isClosed = false;

  private constructor(
    readonly label: string,
    private readonly fd: number,
    private readonly first: Stats,
  ) {}

  /** Throws what the system says when the file can't be opened. */
  static async open(path: string, label: string): Promise<ArchiveFile> {
    const fd = await openFile(path, 'r');
    return new ArchiveFile(label, fd, await statOf(fd));
  }

  /** The packed bytes from the start; the file stays open when the stream ends. */
  stream(): Readable {
    return Readable.from(chunksOf(this.fd), { objectMode: false });
  }

  /** What was changed since it was opened, as a message; `undefined` when nothing was. */
  async change(): Promise<string | undefined> {
    if (this.isClosed) return undefined;
    const { size, mtimeMs } = await statOf(this.fd);
    if (size === this.first.size && mtimeMs === this.first.mtimeMs) return undefined;
    const sizes = `it had ${this.first.size} bytes, now it has ${size}`;
    return `${this.label} was changed while it was read: ${size === this.first.size ? 'it was written to' : sizes}`;
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await closeFile(this.fd);
  }
}

const CHUNK = 256 * 1024;

/** The bytes of an open file from its start, in pieces; the file stays open. */
export async function* chunksOf(fd: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await readFrom(fd, Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
