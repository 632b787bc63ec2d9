import { joinAdjacent, type MatchingBlock } from './sequence-match.ts';

/**
 * Matching blocks in near-linear time, for texts too large for difflib's search: common ends first, then lines that
 * stand exactly once on both sides serve as anchors, and the gaps between them are searched the same way.
 */
export function anchoredBlocks(a: readonly string[], b: readonly string[]): MatchingBlock[] {
  const blocks: MatchingBlock[] = [];
  const ranges: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    const [aLow, aHigh, bLow, bHigh] = trimEnds(a, b, range, blocks);
    if (aLow >= aHigh || bLow >= bHigh) continue;
    let [aFrom, bFrom] = [aLow, bLow];
    const anchors = increasing(uniquePairs(a, b, aLow, aHigh, bLow, bHigh));
    for (const [i, j] of anchors) {
      ranges.push([aFrom, i, bFrom, j]);
      blocks.push({ a: i, b: j, size: 1 });
      [aFrom, bFrom] = [i + 1, j + 1];
    }
    if (anchors.length > 0) ranges.push([aFrom, aHigh, bFrom, bHigh]);
  }
  blocks.sort((x, y) => x.a - y.a || x.b - y.b);
  return joinAdjacent(blocks, a.length, b.length);
}

function trimEnds(
  a: readonly string[],
  b: readonly string[],
  range: readonly [number, number, number, number],
  blocks: MatchingBlock[],
): [number, number, number, number] {
  let [aLow, aHigh, bLow, bHigh] = range;
  const [aStart, bStart] = [aLow, bLow];
  while (aLow < aHigh && bLow < bHigh && a[aLow] === b[bLow]) {
    aLow++;
    bLow++;
  }
  if (aLow > aStart) blocks.push({ a: aStart, b: bStart, size: aLow - aStart });
  const aEnd = aHigh;
  while (aLow < aHigh && bLow < bHigh && a[aHigh - 1] === b[bHigh - 1]) {
    aHigh--;
    bHigh--;
  }
  if (aHigh < aEnd) blocks.push({ a: aHigh, b: bHigh, size: aEnd - aHigh });
  return [aLow, aHigh, bLow, bHigh];
}

function uniquePairs(
  a: readonly string[],
  b: readonly string[],
  aLow: number,
  aHigh: number,
  bLow: number,
  bHigh: number,
): [number, number][] {
  const inA = uniqueLines(a, aLow, aHigh);
  const inB = uniqueLines(b, bLow, bHigh);
  const pairs: [number, number][] = [];
  for (const [line, i] of inA) {
    const j = i < 0 ? undefined : inB.get(line);
    if (j !== undefined && j >= 0) pairs.push([i, j]);
  }
  return pairs;
}

/** Where each line stands; -1 when it stands there more than once. */
function uniqueLines(lines: readonly string[], low: number, high: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let index = low; index < high; index++) {
    const line = lines[index] ?? '';
    found.set(line, found.has(line) ? -1 : index);
  }
  return found;
}

/** The longest chain of pairs that rises on both sides (patience sorting). */
function increasing(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const tails: number[] = [];
  const previous: number[] = [];
  for (const [index, [, j]] of pairs.entries()) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.[1] ?? 0) < j) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  }
  const chain: (readonly [number, number])[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) {
    const pair = pairs[index];
    if (pair) chain.push(pair);
  }
  return chain.reverse();
}
