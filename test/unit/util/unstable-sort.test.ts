import { describe, expect, it } from 'vitest';
import { unstableSort } from '../../../src/util/unstable-sort.ts';

/** Values of a fixed pseudo-random sequence, with their positions, in which many are equal. */
function sample(length: number): [number, number][] {
  let state = 12_345 + length;
  return Array.from({ length }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return [(state >>> 16) % (Math.trunc(length / 3) + 2), index];
  });
}

const positions = (list: readonly [number, number][]): number =>
  list.reduce((hash, [, index]) => (Math.imul(hash, 31) + index) >>> 0, 0);

describe('unstableSort', () => {
  it('orders only adjacent numbers when names and numbers mix, as the reference does', () => {
    const isNumber = (text: string) => /^\d+$/.test(text);
    const sorted = unstableSort(
      ['zeta', '8080', '80', 'alpha', '15010'],
      (a, b) => isNumber(a) && isNumber(b) && Number(a) < Number(b),
    );
    expect(sorted).toEqual(['zeta', '80', '8080', 'alpha', '15010']);
  });

  // Hashes of the order that the runtime of the reference gives for the same lists and comparison.
  it.each([
    [13, 822307804],
    [30, 1559460019],
    [49, 1574129948],
    [50, 3588430167],
    [77, 934434488],
    [200, 206021820],
    [1000, 2300611332],
    [5000, 1131683832],
  ] as [number, number][])(
    'leaves %i elements that the comparison mixes up where the reference does',
    (length, hash) => {
      const sorted = unstableSort(sample(length), ([a], [b]) => a % 3 !== 0 && b % 3 !== 0 && a < b);
      expect(positions(sorted)).toBe(hash);
    },
  );

  it('sorts', () => {
    const sorted = unstableSort(sample(1000), ([a], [b]) => a < b).map(([value]) => value);
    expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
  });
});
