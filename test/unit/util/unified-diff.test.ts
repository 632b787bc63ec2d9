import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anchoredBlocks } from '../../../src/util/anchored-match.ts';
import { type MatchingBlock, matchingBlocks } from '../../../src/util/sequence-match.ts';
import { unifiedDiff } from '../../../src/util/unified-diff.ts';

const labels = { from: 'Istiod Routes', to: 'Envoy Routes', context: 1 };

describe('unifiedDiff', () => {
  test('equal texts have none', () => {
    expect(unifiedDiff('a\nb', 'a\nb', labels)).toEqual({ text: '', approximate: false });
  });

  test('hunks with context, line numbers from 1, a single line without a length', () => {
    const before = 'one\ntwo\nthree\nfour\nfive\nsix\nseven';
    const after = 'one\n2\nthree\nfour\nfive\nsix\nseven\neight';
    expect(unifiedDiff(before, after, labels).text).toBe(
      '--- Istiod Routes\n+++ Envoy Routes\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n@@ -7 +7,2 @@\n seven\n+eight\n',
    );
  });

  test('an empty side names the line in front of it', () => {
    expect(unifiedDiff('a\nb\nc', 'a\nc', { ...labels, context: 0 }).text).toContain('@@ -2 +1,0 @@\n-b\n');
  });

  test('lines that make up more than 1 % of a long text start no match', () => {
    // 199 of 200 new lines are the same, so only the one rare line can start a match; the old text has that line once.
    const common = '}';
    const after = [
      ...Array.from({ length: 150 }, () => common),
      'rare',
      ...Array.from({ length: 50 }, () => common),
    ];
    const before = ['rare', common, common];
    expect(matchingBlocks(before, after)).toEqual([
      { a: 0, b: 150, size: 3 },
      { a: 3, b: 201, size: 0 },
    ]);
    expect(matchingBlocks(['other', common], after)).toEqual([{ a: 2, b: 201, size: 0 }]);
  });

  test('over its budget it still gives a correct diff, and says that it is another one', () => {
    const before = Array.from({ length: 400 }, (_, i) => `line ${i % 50}`).join('\n');
    const diff = unifiedDiff(before, `new\n${before}`, { ...labels, budget: 10 });
    expect(diff.approximate).toBe(true);
    expect(diff.text).toBe('--- Istiod Routes\n+++ Envoy Routes\n@@ -1 +1,2 @@\n+new\n line 0\n');
  });
});

const lines = fc.array(fc.constantFrom('{', '}', 'a', 'b', 'c', 'd', 'e'), { maxLength: 60 });

test.each([
  ['matchingBlocks', matchingBlocks],
  ['anchoredBlocks', anchoredBlocks],
])('%s: blocks rise, never overlap and join equal lines', (_, blocksOf) => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const blocks: readonly MatchingBlock[] = blocksOf(a, b) ?? [];
      let [aEnd, bEnd] = [0, 0];
      for (const block of blocks) {
        expect(block.a >= aEnd && block.b >= bEnd).toBe(true);
        expect(a.slice(block.a, block.a + block.size)).toEqual(b.slice(block.b, block.b + block.size));
        [aEnd, bEnd] = [block.a + block.size, block.b + block.size];
      }
      expect(blocks.at(-1)).toEqual({ a: a.length, b: b.length, size: 0 });
    }),
  );
});
