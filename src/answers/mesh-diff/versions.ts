import { compareText } from '../../util/text.ts';
import type { Side } from './objects.ts';

/** How many run a version. */
export interface VersionCount {
  readonly version: string;
  readonly count: number;
}

/** What has a version of its own. */
export type VersionedPart = 'istiod' | 'proxies' | 'nodes';

/** The versions that run on one side. */
export interface KnownVersions {
  readonly versions: readonly string[];
  /** Whether there are no others: only then one that is not among them does not run. */
  readonly isWhole: boolean;
}

/** Versions of each part on one side; `undefined` where nobody tells them. */
export type VersionsSide = Readonly<Record<VersionedPart, KnownVersions | undefined>>;

/** A part whose versions differ. */
export interface VersionChange {
  readonly part: VersionedPart;
  readonly before: readonly VersionCount[];
  readonly after: readonly VersionCount[];
}

/** How the versions in a mesh differ. */
export interface VersionsDiff {
  readonly changes: readonly VersionChange[];
  /** Parts of the same versions. */
  readonly same: readonly VersionChange[];
  readonly notCompared: readonly { readonly part: VersionedPart; readonly side: Side | 'both' }[];
}

const PARTS: readonly VersionedPart[] = ['istiod', 'proxies', 'nodes'];

/**
 * Compares the versions that run, and where there are several of them and all are known, how many run each. What only
 * one side tells of is no difference where the other side may lack some.
 */
export function diffVersions(left: VersionsSide, right: VersionsSide): VersionsDiff {
  const changes: VersionChange[] = [];
  const same: VersionChange[] = [];
  const notCompared: VersionsDiff['notCompared'][number][] = [];
  for (const part of PARTS) {
    const [before, after] = [left[part], right[part]];
    if (before === undefined || after === undefined) {
      const side = before === undefined ? (after === undefined ? 'both' : 'left') : 'right';
      notCompared.push({ part, side });
      continue;
    }
    const change = { part, before: countVersions(before), after: countVersions(after) };
    const outcome = compare(change, before.isWhole, after.isWhole);
    if (outcome === 'differs') changes.push(change);
    else if (outcome === 'same') same.push(change);
    else notCompared.push({ part, side: before.isWhole ? 'right' : after.isWhole ? 'left' : 'both' });
  }
  return { changes, same, notCompared };
}

function countVersions({ versions }: KnownVersions): readonly VersionCount[] {
  const counts = new Map<string, number>();
  for (const version of versions) counts.set(version, (counts.get(version) ?? 0) + 1);
  return [...counts]
    .map(([version, count]) => ({ version, count }))
    .sort((a, b) => compareText(a.version, b.version));
}

/** More pods of the one version are no other version. */
function compare(
  { before, after }: VersionChange,
  knowsBefore: boolean,
  knowsAfter: boolean,
): 'same' | 'differs' | 'unknown' {
  const names = (counts: readonly VersionCount[]): readonly string[] => counts.map(({ version }) => version);
  const [gone, come] = [
    names(before).filter((version) => !names(after).includes(version)),
    names(after).filter((version) => !names(before).includes(version)),
  ];
  if ((gone.length > 0 && knowsAfter) || (come.length > 0 && knowsBefore)) return 'differs';
  if (gone.length + come.length > 0) return 'unknown';
  const isSpread = before.length > 1 && knowsBefore && knowsAfter;
  return isSpread && JSON.stringify(before) !== JSON.stringify(after) ? 'differs' : 'same';
}
