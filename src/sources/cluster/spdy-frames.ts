/** What arrives on a SPDY connection; streams are named by their number. */
export interface SpdyEvents {
  data(stream: number, bytes: Buffer): void;
  /** The other side sends no more on this stream. */
  end(stream: number): void;
  /** The other side gave the stream up. */
  reset(stream: number): void;
  ping(id: number): void;
  /** The other side closes the connection. */
  goAway(): void;
}

const HEADER_BYTES = 8;
const FIN = 1;
/** Control frames hold a few headers; more than this is no SPDY. */
const LARGEST_CONTROL = 256 * 1024;

const SYN_STREAM = 1;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;

/**
 * Reads SPDY/3.1 frames (draft-mbelshe-httpbis-spdy-00) from bytes in pieces of any size. Contents of data frames are
 * passed on as they come. Throws an `Error` for what can't be SPDY.
 */
export class SpdyReader {
  readonly #events: SpdyEvents;
  #held: Buffer = Buffer.alloc(0);
  #dataStream = 0;
  #dataLeft = 0;
  #dataEnds = false;

  constructor(events: SpdyEvents) {
    this.#events = events;
  }

  feed(bytes: Buffer): void {
    let rest = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    for (;;) {
      if (this.#dataLeft > 0) rest = this.#passOn(rest);
      const frame = this.#dataLeft > 0 ? undefined : controlOrHeader(rest);
      if (frame === undefined) break;
      rest = rest.subarray(frame.length);
      this.#handle(frame);
    }
    this.#held = rest;
  }

  #passOn(rest: Buffer): Buffer {
    const part = rest.subarray(0, this.#dataLeft);
    this.#dataLeft -= part.length;
    if (part.length > 0) this.#events.data(this.#dataStream, part);
    if (this.#dataLeft === 0 && this.#dataEnds) this.#events.end(this.#dataStream);
    return rest.subarray(part.length);
  }

  #handle(frame: Buffer): void {
    const flags = frame.readUInt8(4);
    if ((frame.readUInt8(0) & 0x80) === 0) {
      this.#dataStream = frame.readUInt32BE(0);
      this.#dataLeft = frame.readUIntBE(5, 3);
      this.#dataEnds = (flags & FIN) !== 0;
      if (this.#dataLeft === 0 && this.#dataEnds) this.#events.end(this.#dataStream);
      return;
    }
    const type = frame.readUInt16BE(2);
    const first = frame.length >= HEADER_BYTES + 4 ? frame.readUInt32BE(HEADER_BYTES) & 0x7fffffff : 0;
    if (type === RST_STREAM) this.#events.reset(first);
    else if (type === PING) this.#events.ping(frame.readUInt32BE(HEADER_BYTES));
    else if (type === GOAWAY) this.#events.goAway();
    // A SYN_REPLY may end the stream at once; its headers say nothing that is used.
    else if ((flags & FIN) !== 0) this.#events.end(first);
  }
}

/** A whole control frame, or the header of a data frame; `undefined` while too little is there. */
function controlOrHeader(bytes: Buffer): Buffer | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  if ((bytes.readUInt8(0) & 0x80) === 0) return bytes.subarray(0, HEADER_BYTES);
  const length = bytes.readUIntBE(5, 3);
  if (bytes.readUInt16BE(0) !== 0x8003 || length > LARGEST_CONTROL)
    throw new Error('the node does not speak SPDY/3.1');
  return bytes.length < HEADER_BYTES + length ? undefined : bytes.subarray(0, HEADER_BYTES + length);
}

/** A data frame's header, for `length` bytes that follow it. */
export function dataHeader(stream: number, length: number, ends: boolean): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(stream, 0);
  header.writeUInt8(ends ? FIN : 0, 4);
  header.writeUIntBE(length, 5, 3);
  return header;
}

/** The frame that opens a stream. `first` is true for the first stream of a connection. */
export function synStream(stream: number, headers: Readonly<Record<string, string>>, first: boolean): Buffer {
  const fields = Buffer.alloc(10);
  fields.writeUInt32BE(stream, 0);
  return controlFrame(SYN_STREAM, Buffer.concat([fields, packHeaders(headers, first)]));
}

/** The answer to a ping. */
export function pingFrame(id: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt32BE(id);
  return controlFrame(PING, body);
}

function controlFrame(type: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(0x8003, 0);
  header.writeUInt16BE(type, 2);
  header.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([header, body]);
}

/**
 * Headers as one zlib stream over all frames of a connection: its two header bytes come once, then each frame is a
 * stored block (RFC 1951, 3.2.4) and an empty one that makes the reader hand out what it has. Nothing is compressed,
 * so that no dictionary is needed.
 */
function packHeaders(headers: Readonly<Record<string, string>>, first: boolean): Buffer {
  const entries = Object.entries(headers);
  const plain = Buffer.concat([
    uint32(entries.length),
    ...entries.flatMap(([name, value]) => [lengthAndText(name.toLowerCase()), lengthAndText(value)]),
  ]);
  const size = Buffer.alloc(5);
  size.writeUInt16LE(plain.length, 1);
  size.writeUInt16LE(plain.length ^ 0xffff, 3);
  const start = first ? Buffer.from([0x78, 0x01]) : Buffer.alloc(0);
  return Buffer.concat([start, size, plain, Buffer.from([0, 0, 0, 0xff, 0xff])]);
}

function lengthAndText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
