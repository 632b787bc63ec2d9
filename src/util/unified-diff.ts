import { anchoredBlocks } from './anchored-match.ts';
import { type MatchingBlock, matchingBlocks } from './sequence-match.ts';

/** A unified diff; `approximate` when the texts were too large for difflib's own choice of hunks. */
export interface UnifiedDiff {
  readonly text: string;
  readonly approximate: boolean;
}

/** How a unified diff is labelled and how many equal lines surround a hunk. */
export interface UnifiedDiffOptions {
  readonly from: string;
  readonly to: string;
  readonly context: number;
  /** Search steps before the faster, differently chosen matches are taken. */
  readonly budget?: number;
}

/** Unified diff of two texts with the hunks that difflib makes (`--- from`, `+++ to`); empty when they are equal. */
export function unifiedDiff(before: string, after: string, options: UnifiedDiffOptions): UnifiedDiff {
  if (before === after) return { text: '', approximate: false };
  const [a, b] = [before.split('\n'), after.split('\n')];
  const exact = matchingBlocks(a, b, options.budget);
  const groups = groupChanges(changes(exact ?? anchoredBlocks(a, b)), options.context);
  const out = [`--- ${options.from}\n`, `+++ ${options.to}\n`];
  for (const group of groups) printHunk(group, a, b, out);
  return { text: out.join(''), approximate: exact === undefined };
}

interface Change {
  readonly equal: boolean;
  readonly aLow: number;
  readonly aHigh: number;
  readonly bLow: number;
  readonly bHigh: number;
}

function changes(blocks: readonly MatchingBlock[]): Change[] {
  const result: Change[] = [];
  let [a, b] = [0, 0];
  for (const block of blocks) {
    if (a < block.a || b < block.b)
      result.push({ equal: false, aLow: a, aHigh: block.a, bLow: b, bHigh: block.b });
    [a, b] = [block.a + block.size, block.b + block.size];
    if (block.size > 0) result.push({ equal: true, aLow: block.a, aHigh: a, bLow: block.b, bHigh: b });
  }
  return result;
}

/** Hunks: equal runs of more than twice the context part them, and are cut to the context at the ends. */
function groupChanges(all: readonly Change[], context: number): Change[][] {
  const groups: Change[][] = [];
  let group: Change[] = [];
  for (const [index, change] of all.entries()) {
    if (!change.equal) {
      group.push(change);
      continue;
    }
    const length = change.aHigh - change.aLow;
    const [first, last] = [index === 0, index === all.length - 1];
    if (first) group.push(keepEnd(change, context));
    else if (last) group.push(keepStart(change, context));
    else if (length > 2 * context) {
      group.push(keepStart(change, context));
      groups.push(group);
      group = [keepEnd(change, context)];
    } else group.push(change);
  }
  if (group.some((change) => !change.equal)) groups.push(group);
  return groups;
}

function keepStart(change: Change, lines: number): Change {
  return {
    ...change,
    aHigh: Math.min(change.aHigh, change.aLow + lines),
    bHigh: Math.min(change.bHigh, change.bLow + lines),
  };
}

function keepEnd(change: Change, lines: number): Change {
  return {
    ...change,
    aLow: Math.max(change.aLow, change.aHigh - lines),
    bLow: Math.max(change.bLow, change.bHigh - lines),
  };
}

function printHunk(
  group: readonly Change[],
  a: readonly string[],
  b: readonly string[],
  out: string[],
): void {
  const [first, last] = [group[0], group.at(-1)];
  if (!first || !last) return;
  out.push(`@@ -${range(first.aLow, last.aHigh)} +${range(first.bLow, last.bHigh)} @@\n`);
  for (const change of group) {
    if (change.equal) {
      for (let i = change.aLow; i < change.aHigh; i++) out.push(` ${a[i]}\n`);
      continue;
    }
    for (let i = change.aLow; i < change.aHigh; i++) out.push(`-${a[i]}\n`);
    for (let j = change.bLow; j < change.bHigh; j++) out.push(`+${b[j]}\n`);
  }
}

/** Line numbers start at 1; a single line has no length, an empty range names the line in front of it. */
function range(low: number, high: number): string {
  const length = high - low;
  if (length === 1) return String(low + 1);
  return `${length === 0 ? low : low + 1},${length}`;
}
