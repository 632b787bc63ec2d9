import { constants, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dataHeader, pingFrame, SpdyReader, synStream } from '../../../../src/sources/cluster/spdy-frames.ts';

/** What a reader makes of bytes that come in pieces of this size. */
function read(bytes: Buffer, pieces: number): string[] {
  const seen: string[] = [];
  const contents = new Map<number, string>();
  const reader = new SpdyReader({
    data: (stream, part) => contents.set(stream, `${contents.get(stream) ?? ''}${part.toString('utf8')}`),
    end: (stream) => seen.push(`end ${stream} ${contents.get(stream) ?? ''}`),
    reset: (stream) => seen.push(`reset ${stream}`),
    ping: (id) => seen.push(`ping ${id}`),
    goAway: () => seen.push('go away'),
  });
  for (let at = 0; at < bytes.length; at += pieces) reader.feed(bytes.subarray(at, at + pieces));
  return seen;
}

const reset = Buffer.from([0x80, 3, 0, 3, 0, 0, 0, 8, 0, 0, 0, 5, 0, 0, 0, 1]);
const goAway = Buffer.from([0x80, 3, 0, 7, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
const replyThatEnds = Buffer.from([0x80, 3, 0, 2, 1, 0, 0, 4, 0, 0, 0, 7]);
const settings = Buffer.from([0x80, 3, 0, 4, 0, 0, 0, 4, 0, 0, 0, 0]);

describe('a SPDY reader', () => {
  const all = Buffer.concat([
    settings,
    dataHeader(3, 5, false),
    Buffer.from('hello'),
    pingFrame(2),
    dataHeader(3, 6, true),
    Buffer.from(' world'),
    reset,
    replyThatEnds,
    dataHeader(9, 0, true),
    goAway,
  ]);

  it.each([1, 2, 7, 8, 13, 1000])('understands frames that come in pieces of %i bytes', (pieces) => {
    expect(read(all, pieces)).toEqual([
      'ping 2',
      'end 3 hello world',
      'reset 5',
      'end 7 ',
      'end 9 ',
      'go away',
    ]);
  });

  it('refuses what is no SPDY', () => {
    expect(() => read(Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 0]), 8)).toThrow('does not speak SPDY');
    expect(() => read(Buffer.from([0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff]), 8)).toThrow('does not speak SPDY');
  });
});

describe('the frame that opens a stream', () => {
  const headersOf = (frames: readonly Buffer[]): string[] => {
    const packed = Buffer.concat(frames.map((frame) => frame.subarray(18)));
    const plain = inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
    const words: string[] = [];
    for (let at = 0; at < plain.length; ) {
      const count = plain.readUInt32BE(at);
      at += 4;
      for (let word = 0; word < count * 2; word++) {
        const length = plain.readUInt32BE(at);
        words.push(plain.subarray(at + 4, at + 4 + length).toString('utf8'));
        at += 4 + length;
      }
    }
    return words;
  };

  it('holds its headers in the one zlib stream of the connection', () => {
    const frames = [
      synStream(1, { streamType: 'error', port: '15000' }, true),
      synStream(3, { streamType: 'data' }, false),
    ];
    expect(headersOf(frames)).toEqual(['streamtype', 'error', 'port', '15000', 'streamtype', 'data']);
  });

  it('names its stream and its length', () => {
    const frame = synStream(3, { port: '15000' }, true);
    expect(frame.readUInt32BE(8)).toBe(3);
    expect(frame.readUIntBE(5, 3)).toBe(frame.length - 8);
  });
});
