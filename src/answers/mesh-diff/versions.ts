import { compareText } from '../../util/text.ts';
import type { Side } from './objects.ts';

/** How many run a version. */
export interface VersionCount {
  readonly version: string;
  readonly count: number;
}

/** What has a version of its own. */
export type VersionedPart = 'istiod' | 'proxies' | 'nodes';

/** Versions of a part on one side; `undefined` where nobody tells them. */
export type VersionsSide = Readonly<Record<VersionedPart, readonly string[] | undefined>>;

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

/** Compares the versions that run, and where there are several of them, how many run each. */
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
    (isSame(change) ? same : changes).push(change);
  }
  return { changes, same, notCompared };
}

function countVersions(versions: readonly string[]): readonly VersionCount[] {
  const counts = new Map<string, number>();
  for (const version of versions) counts.set(version, (counts.get(version) ?? 0) + 1);
  return [...counts]
    .map(([version, count]) => ({ version, count }))
    .sort((a, b) => compareText(a.version, b.version));
}

/** More pods of the one version are no other version. */
function isSame({ before, after }: VersionChange): boolean {
  const text = (counts: readonly VersionCount[]): string =>
    JSON.stringify(counts.length > 1 ? counts : counts.map(({ version }) => version));
  return text(before) === text(after);
}
