import { compareText } from '../../util/text.ts';

/** A cluster as each side calls it; `undefined` where a side does not name its only one. */
export interface ClusterPair {
  /** The name to show, where there are several. */
  readonly name?: string | undefined;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

/** Which clusters are compared with one another, and those that one side alone has. */
export interface ClusterPairs {
  readonly pairs: readonly ClusterPair[];
  readonly onlyLeft: readonly string[];
  readonly onlyRight: readonly string[];
}

/** Pairs clusters by name; where each side has just one, whatever it is called, these two. */
export function pairClusters(left: readonly string[], right: readonly string[]): ClusterPairs {
  if (left.length <= 1 && right.length <= 1)
    return { pairs: [{ left: left[0], right: right[0] }], onlyLeft: [], onlyRight: [] };
  const others = new Set(right);
  const both = left.filter((name) => others.has(name)).sort(compareText);
  return {
    pairs: both.map((name) => ({ name, left: name, right: name })),
    onlyLeft: left.filter((name) => !both.includes(name)),
    onlyRight: right.filter((name) => !both.includes(name)),
  };
}
