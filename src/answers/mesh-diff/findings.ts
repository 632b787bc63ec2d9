import { compareFindings, type Finding, type ResourceRef, resourceKey } from '../../analysis/finding.ts';
import { fingerprint } from '../../analysis/fingerprint.ts';

/** What was found on a side. */
export interface FindingsSide {
  readonly findings: readonly Finding[];
  /** Codes whose analyzers did not run here, or had less to read than on the other side, with why. */
  readonly blind: ReadonlyMap<string, string>;
  /** What runs a pod, which keeps its name when the pod is replaced. */
  readonly workloadOf: (resource: ResourceRef) => string | undefined;
}

/** How the findings of a mesh differ. */
export interface FindingsDiff {
  /** Worst first. */
  readonly added: readonly Finding[];
  readonly fixed: readonly Finding[];
  /** How many are on both sides. */
  readonly remaining: number;
  /** On one side alone, where the other side could not be checked for them in the same way. */
  readonly unknown: readonly {
    readonly on: 'left' | 'right';
    readonly why: string;
    readonly finding: Finding;
  }[];
}

/**
 * Compares findings by fingerprint; then, of those left over, by code, resource and field (a sentence may name a date),
 * and by code and workload where a pod was replaced. What a side could not be checked for is neither new nor fixed.
 */
export function diffFindings(left: FindingsSide, right: FindingsSide): FindingsDiff {
  const keys: readonly ((finding: Finding, side: FindingsSide) => string | undefined)[] = [
    (finding) => fingerprint(finding),
    ({ code, resource, location }) =>
      resource && `${code} ${resourceKey(resource)} ${(location?.path ?? '').replace(/\[\d+\]/g, '[]')}`,
    ({ code, resource }, side) => {
      const workload = resource && side.workloadOf(resource);
      return workload && `${code} ${workload}`;
    },
  ];
  let [before, after] = [[...left.findings].sort(compareFindings), [...right.findings].sort(compareFindings)];
  let remaining = 0;
  for (const keyOf of keys) {
    const rest = leftOver(
      before,
      after,
      (finding) => keyOf(finding, left),
      (finding) => keyOf(finding, right),
    );
    remaining += rest.both;
    [before, after] = [rest.left, rest.right];
  }
  const unknown: FindingsDiff['unknown'][number][] = [];
  const known = (finding: Finding, on: 'left' | 'right', other: FindingsSide): boolean => {
    const why = other.blind.get(finding.code);
    if (why !== undefined) unknown.push({ on, why, finding });
    return why === undefined;
  };
  const added = after.filter((finding) => known(finding, 'right', left));
  const fixed = before.filter((finding) => known(finding, 'left', right));
  return {
    added: [...added].sort(compareFindings),
    fixed: [...fixed].sort(compareFindings),
    remaining,
    unknown: unknown.sort((a, b) => compareFindings(a.finding, b.finding)),
  };
}

interface LeftOver {
  readonly left: Finding[];
  readonly right: Finding[];
  readonly both: number;
}

function leftOver(
  left: readonly Finding[],
  right: readonly Finding[],
  leftKey: (finding: Finding) => string | undefined,
  rightKey: (finding: Finding) => string | undefined,
): LeftOver {
  const waiting = new Map<string, Finding[]>();
  const keyless: Finding[] = [];
  for (const finding of right) {
    const key = rightKey(finding);
    const list = key === undefined ? keyless : (waiting.get(key) ?? []);
    list.push(finding);
    if (key !== undefined) waiting.set(key, list);
  }
  let both = 0;
  const rest = left.filter((finding) => {
    const key = leftKey(finding);
    const found = key === undefined ? undefined : waiting.get(key)?.shift();
    if (found !== undefined) both++;
    return found === undefined;
  });
  return { left: rest, right: [...keyless, ...[...waiting.values()].flat()].sort(compareFindings), both };
}
