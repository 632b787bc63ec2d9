/** A run of equal lines: `size` lines from `a` in the old text and from `b` in the new one. */
export interface MatchingBlock {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** Steps after which the search for longest matches gives up (some seconds of one core). */
const DEFAULT_BUDGET = 600_000_000;

/**
 * The matching blocks that Python's and Go's difflib find: the longest match, then left and right of it, where lines
 * that make up more than 1 % of a new text of 200 lines or more do not start a match. `undefined` when that takes
 * more than `budget` steps (its cost is quadratic). Ends with an empty block behind both texts.
 */
export function matchingBlocks(
  a: readonly string[],
  b: readonly string[],
  budget = DEFAULT_BUDGET,
): MatchingBlock[] | undefined {
  const matcher = new Matcher(a, b, budget);
  const found: MatchingBlock[] = [];
  const queue: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const [aLow, aHigh, bLow, bHigh] = next;
    const block = matcher.longest(aLow, aHigh, bLow, bHigh);
    if (block === undefined) return undefined;
    if (block.size === 0) continue;
    found.push(block);
    if (aLow < block.a && bLow < block.b) queue.push([aLow, block.a, bLow, block.b]);
    const [aEnd, bEnd] = [block.a + block.size, block.b + block.size];
    if (aEnd < aHigh && bEnd < bHigh) queue.push([aEnd, aHigh, bEnd, bHigh]);
  }
  found.sort((x, y) => x.a - y.a || x.b - y.b);
  return joinAdjacent(found, a.length, b.length);
}

/** Blocks that touch become one; the empty end block is added. */
export function joinAdjacent(
  blocks: readonly MatchingBlock[],
  aLength: number,
  bLength: number,
): MatchingBlock[] {
  const joined: MatchingBlock[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (last && last.a + last.size === block.a && last.b + last.size === block.b) {
      joined[joined.length - 1] = { a: last.a, b: last.b, size: last.size + block.size };
    } else joined.push(block);
  }
  joined.push({ a: aLength, b: bLength, size: 0 });
  return joined;
}

const NOWHERE: readonly number[] = [];

class Matcher {
  private readonly a: Int32Array;
  private readonly b: Int32Array;
  /** Where each line of the new text stands, without the popular ones. */
  private readonly positions: (readonly number[])[] = [];
  private lengths: Int32Array;
  private nextLengths: Int32Array;
  private steps = 0;
  private readonly budget: number;

  constructor(a: readonly string[], b: readonly string[], budget: number) {
    this.budget = budget;
    const ids = new Map<string, number>();
    const intern = (line: string): number => {
      const known = ids.get(line);
      if (known !== undefined) return known;
      ids.set(line, ids.size);
      return ids.size - 1;
    };
    this.b = Int32Array.from(b, intern);
    this.a = Int32Array.from(a, intern);
    const all: number[][] = [];
    for (let j = 0; j < this.b.length; j++) {
      const id = this.b[j] ?? 0;
      const list = all[id];
      if (list) list.push(j);
      else all[id] = [j];
    }
    const popular = b.length >= 200 ? Math.floor(b.length / 100) + 1 : Number.POSITIVE_INFINITY;
    this.positions = all.map((list) => (list.length > popular ? NOWHERE : list));
    this.lengths = new Int32Array(b.length + 1);
    this.nextLengths = new Int32Array(b.length + 1);
  }

  /** The longest match in the ranges, earliest in the old text, then in the new one; `undefined` over budget. */
  longest(aLow: number, aHigh: number, bLow: number, bHigh: number): MatchingBlock | undefined {
    let [bestA, bestB, bestSize] = [aLow, bLow, 0];
    let written: readonly number[] = NOWHERE;
    for (let i = aLow; i < aHigh; i++) {
      const places = this.positions[this.a[i] ?? -1] ?? NOWHERE;
      for (const j of places) {
        if (j < bLow) continue;
        if (j >= bHigh) break;
        const size = (this.lengths[j] ?? 0) + 1;
        this.nextLengths[j + 1] = size;
        if (size > bestSize) [bestA, bestB, bestSize] = [i - size + 1, j - size + 1, size];
      }
      this.steps += places.length + 1;
      for (const j of written) this.lengths[j + 1] = 0;
      written = places;
      [this.lengths, this.nextLengths] = [this.nextLengths, this.lengths];
      if (this.steps > this.budget) return undefined;
    }
    for (const j of written) this.lengths[j + 1] = 0;
    return this.extend(bestA, bestB, bestSize, aLow, aHigh, bLow, bHigh);
  }

  /** Popular lines on both sides of the match belong to it. */
  private extend(
    a: number,
    b: number,
    size: number,
    aLow: number,
    aHigh: number,
    bLow: number,
    bHigh: number,
  ): MatchingBlock {
    let [bestA, bestB, bestSize] = [a, b, size];
    while (bestA > aLow && bestB > bLow && this.a[bestA - 1] === this.b[bestB - 1]) {
      bestA--;
      bestB--;
      bestSize++;
    }
    while (
      bestA + bestSize < aHigh &&
      bestB + bestSize < bHigh &&
      this.a[bestA + bestSize] === this.b[bestB + bestSize]
    ) {
      bestSize++;
    }
    return { a: bestA, b: bestB, size: bestSize };
  }
}
