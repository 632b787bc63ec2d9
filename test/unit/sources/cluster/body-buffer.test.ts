import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BodyBuffer } from '../../../../src/sources/cluster/body-buffer.ts';

const MB = 1024 * 1024;

describe('the bytes of a body', () => {
  it('are those of its chunks, whatever was claimed of their length', () => {
    const claims = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -1, max: 300_000 }), fc.double());
    const chunks = fc.array(fc.uint8Array({ maxLength: 50_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(claims, chunks, (claimed, parts) => {
        const body = new BodyBuffer(claimed, 64 * MB);
        for (const part of parts) expect(body.add(Buffer.from(part))).toBe(true);
        expect(body.bytes().equals(Buffer.concat(parts))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('are copies: a chunk may be used again', () => {
    const body = new BodyBuffer(Number.NaN, MB);
    const chunk = Buffer.from('abc');
    body.add(chunk);
    chunk.fill(0);
    expect(body.bytes().toString()).toBe('abc');
  });

  it('never exceed the limit', () => {
    const body = new BodyBuffer(Number.NaN, 100_000);
    expect(body.add(Buffer.alloc(60_000))).toBe(true);
    expect(body.add(Buffer.alloc(40_001))).toBe(false);
    expect(body.add(Buffer.alloc(40_000))).toBe(true);
    expect(body.bytes().length).toBe(100_000);
  });

  it('take no more memory than came, whatever was claimed', () => {
    const before = process.memoryUsage().rss;
    const bodies = Array.from({ length: 20 }, () => new BodyBuffer(1e15, 512 * MB));
    for (const body of bodies) body.add(Buffer.alloc(1000));
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MB);
    expect(bodies.every((body) => body.bytes().buffer.byteLength === 1000)).toBe(true);
  });
});
