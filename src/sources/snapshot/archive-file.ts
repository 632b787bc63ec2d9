import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';

/**
 * An archive on disk that is read several times. The file is opened once: whoever replaces it by another one of the
 * same name changes nothing here. One that is written to while it is read is noticed by its size and time.
 */
export class ArchiveFile {
  private constructor(
    readonly label: string,
    private readonly file: FileHandle,
    private readonly first: Stats,
  ) {}

  /** Throws what the system says when the file can't be opened. */
  static async open(path: string, label: string): Promise<ArchiveFile> {
    const file = await open(path);
    return new ArchiveFile(label, file, await file.stat());
  }

  /** The packed bytes from the start; the file stays open when the stream ends. */
  stream(): Readable {
    return Readable.from(chunksOf(this.file), { objectMode: false });
  }

  /** What was changed since it was opened, as a message; `undefined` when nothing was. */
  async change(): Promise<string | undefined> {
    const { size, mtimeMs } = await this.file.stat();
    if (size === this.first.size && mtimeMs === this.first.mtimeMs) return undefined;
    const sizes = `it had ${this.first.size} bytes, now it has ${size}`;
    return `${this.label} was changed while it was read: ${size === this.first.size ? 'it was written to' : sizes}`;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

const CHUNK = 256 * 1024;

async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
