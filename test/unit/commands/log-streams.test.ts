import { describe, expect, it } from 'vitest';
import { textLines } from '../../../src/commands/logs/line-stream.ts';
import { mergeStreams } from '../../../src/commands/logs/merge-streams.ts';

async function* chunks(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('a followed log', () => {
  it('is cut into lines wherever its pieces end, characters kept whole', async () => {
    const euro = Buffer.from('€');
    const lines = await all(
      textLines(chunks('a', 'b\nc', '\n\n', euro.subarray(0, 1), euro.subarray(1), '\nlast')),
    );
    expect(lines).toEqual(['ab', 'c', '€', 'last']);
  });

  it('with a line that does not end is not kept in memory for ever', async () => {
    const endless = Array.from({ length: 100 }, () => 'x'.repeat(10_000));
    const [line = ''] = await all(textLines(chunks(...endless)));
    expect(line.length).toBeLessThan(80_000);
  });

  it('comes with those of other pods, whichever writes first, until all have ended', async () => {
    async function* slow(): AsyncGenerator<string> {
      yield 'slow 1';
      await new Promise((resolve) => setTimeout(resolve, 30));
      yield 'slow 2';
    }
    async function* quick(): AsyncGenerator<string> {
      await new Promise((resolve) => setTimeout(resolve, 5));
      yield 'quick';
    }
    expect(await all(mergeStreams([slow(), quick()]))).toEqual(['slow 1', 'quick', 'slow 2']);
  });

  it('that waits for its next line does not hold up the end', async () => {
    async function* silent(): AsyncGenerator<string> {
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
      yield 'never';
    }
    async function* one(): AsyncGenerator<string> {
      yield 'first';
    }
    for await (const line of mergeStreams([silent(), one()])) {
      expect(line).toBe('first');
      break;
    }
  });
});
