import { Duplex } from 'node:stream';
import { toCallFailure } from './call-failure.ts';
import { dataHeader, pingFrame, SpdyReader, synStream } from './spdy-frames.ts';

/** Bytes that may wait for their reader before the sender is held back: a large dump comes without pauses. */
const READ_AHEAD = 1024 * 1024;

/** A SPDY connection to a node, opened through the API server: a few streams side by side, none of them controlled. */
export class SpdyConnection {
  readonly #socket: Duplex;
  readonly #streams = new Map<number, SpdyStream>();
  #next = 1;

  constructor(socket: Duplex, head: Buffer) {
    this.#socket = socket;
    const reader = new SpdyReader({
      data: (stream, bytes) => this.#streams.get(stream)?.receive(bytes),
      end: (stream) => this.#streams.get(stream)?.receive(null),
      reset: (stream) => this.#streams.get(stream)?.receive(null),
      // Odd numbers answer our own pings, of which there are none.
      ping: (id) => id % 2 === 0 && socket.write(pingFrame(id)),
      goAway: () => this.close(),
    });
    const feed = (bytes: Buffer): void => {
      try {
        reader.feed(bytes);
      } catch (cause) {
        this.#fail(cause);
      }
    };
    socket.on('data', feed);
    socket.on('error', (cause) => this.#fail(cause));
    socket.once('close', () => {
      for (const stream of this.#streams.values()) stream.receive(null);
    });
    if (head.length > 0) feed(head);
  }

  /** Opens a stream with these headers. It ends, for its reader, not before what `endsAfter` waits for. */
  open(headers: Readonly<Record<string, string>>, endsAfter?: () => Promise<unknown>): Duplex {
    const id = this.#next;
    this.#next += 2;
    const stream = new SpdyStream(id, this.#socket, endsAfter);
    this.#streams.set(id, stream);
    this.#socket.write(synStream(id, headers, id === 1));
    return stream;
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(cause: unknown): void {
    const failure = toCallFailure(cause);
    for (const stream of this.#streams.values()) stream.destroy(failure);
    this.#socket.destroy();
  }
}

class SpdyStream extends Duplex {
  /** Bytes that have arrived, as of a socket. */
  bytesRead = 0;
  readonly #id: number;
  readonly #socket: Duplex;
  readonly #endsAfter: (() => Promise<unknown>) | undefined;

  constructor(id: number, socket: Duplex, endsAfter: (() => Promise<unknown>) | undefined) {
    super({ readableHighWaterMark: READ_AHEAD });
    this.#id = id;
    this.#socket = socket;
    this.#endsAfter = endsAfter;
  }

  receive(bytes: Buffer | null): void {
    if (this.destroyed || this.readableEnded) return;
    this.bytesRead += bytes?.length ?? 0;
    if (bytes === null && this.#endsAfter !== undefined) {
      this.#endsAfter().then(() => this.#end());
      return;
    }
    if (!this.push(bytes) && bytes !== null) this.#socket.pause();
  }

  #end(): void {
    if (!this.destroyed && !this.readableEnded) this.push(null);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(dataHeader(this.#id, chunk.length, false));
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#socket.writable) this.#socket.write(dataHeader(this.#id, 0, true));
    done();
  }
}
