import { type Finding, type ResourceRef, resourceText } from '../analysis/finding.ts';
import { fingerprint } from '../analysis/fingerprint.ts';
import { type Catalogue, LEVELS, type Level } from '../analysis/message.ts';
import type { SkippedAnalyzer } from '../analysis/runner.ts';
import { type Suppression, suppressedByAnnotation, suppresses } from '../analysis/suppression.ts';
import { isLost } from '../analysis/unreadable.ts';
import type { KubeObject } from '../kube/object.ts';

/** A finding as it is remembered: by its fingerprint, with words for the reader. */
export interface KnownFinding {
  readonly fingerprint: string;
  readonly code: string;
  /** `Kind namespace/name`, or the file. */
  readonly subject: string;
  readonly message: string;
}

/** What an analysis is asked for besides the resources. */
export interface AnalysisView {
  /** Only findings about this namespace, and about what belongs to none; all when absent. */
  readonly namespace: string | undefined;
  readonly suppressions: readonly Suppression[];
  /** Findings that were there before: they are counted, not listed, and do not fail the run. */
  readonly known?: readonly KnownFinding[] | undefined;
  /** Whether a finding stands in a file that is looked at; all are when absent. */
  readonly isInScope?: ((finding: Finding) => boolean) | undefined;
  /** Findings below this level are not listed. */
  readonly outputThreshold: Level;
  /** Findings at or over this level fail the run, listed or not. */
  readonly failureThreshold: Level;
}

/** What became of the findings of an earlier run. */
export interface Comparison {
  /** What was compared with: a baseline file, or the mesh without the files. */
  readonly with: string;
  /** How many of them are still there. */
  readonly known: number;
  /** Those that are gone. */
  readonly fixed: readonly KnownFinding[];
}

/** What an analysis found. */
export interface AnalysisAnswer {
  /** What was analyzed, in words: the files, a namespace, or all namespaces. */
  readonly target: string;
  readonly findings: readonly Finding[];
  /** The messages of the codes that were found. */
  readonly rules: Catalogue;
  readonly skipped: readonly SkippedAnalyzer[];
  readonly executed: readonly string[];
  /** Analyzers that were ended because the time was up. */
  readonly unfinished: readonly string[];
  readonly resources: number;
  /** Findings that were left out because somebody said so, and those below the output threshold. */
  readonly suppressed: number;
  readonly hidden: number;
  /** Findings outside the files that are looked at. */
  readonly elsewhere: number;
  readonly comparison: Comparison | undefined;
  /** Suppressions that left out nothing. */
  readonly unusedSuppressions: readonly Suppression[];
  readonly failing: boolean;
  /** Whether something could not be read and is missing from what was analyzed. */
  readonly isIncomplete: boolean;
  /** Whether a part of the mesh could not be read or checked. */
  readonly hasGaps: boolean;
  readonly failureThreshold: Level;
  /** Folder that relative paths start from. */
  readonly root: string;
}

/** Findings as they are to be shown, and what became of the others. */
export type ShownFindings = Pick<
  AnalysisAnswer,
  'findings' | 'suppressed' | 'hidden' | 'elsewhere' | 'unusedSuppressions' | 'failing' | 'isIncomplete'
> & { readonly known: number; readonly fixed: readonly KnownFinding[]; readonly all: readonly Finding[] };

/**
 * Filters findings: namespace, then annotations and suppressions, then what was known before, then the files that are
 * looked at, then the threshold of what is listed. `all` are those that nobody suppressed, known or not.
 */
export function shownFindings(
  found: readonly Finding[],
  view: AnalysisView,
  objectOf: (resource: ResourceRef) => KubeObject | undefined,
): ShownFindings {
  const inNamespace = found.filter((finding) => isIn(finding, view.namespace));
  const { kept: all, unused } = withoutSuppressed(inNamespace, view.suppressions, objectOf);
  const { fresh, fixed } = withoutKnown(all, view.known ?? []);
  const { isInScope = () => true } = view;
  const kept = fresh.filter(isInScope);
  const findings = kept.filter(({ level }) => isAtLeast(level, view.outputThreshold));
  return {
    all,
    findings,
    suppressed: inNamespace.length - all.length,
    known: all.length - fresh.length,
    fixed,
    elsewhere: fresh.length - kept.length,
    hidden: kept.length - findings.length,
    unusedSuppressions: unused,
    // What can't be read has an exit code of its own.
    failing: kept.some((one) => !isLost(one) && isAtLeast(one.level, view.failureThreshold)),
    isIncomplete: kept.some(isLost),
  };
}

function withoutSuppressed(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  objectOf: (resource: ResourceRef) => KubeObject | undefined,
): { readonly kept: readonly Finding[]; readonly unused: readonly Suppression[] } {
  const used = new Set<Suppression>();
  const kept = findings.filter((finding) => {
    // What can't be read may hold anything: nobody can know that it does not matter.
    if (isLost(finding)) return true;
    const matching = suppressions.filter((one) => suppresses(one, finding));
    for (const one of matching) used.add(one);
    const object = finding.resource && objectOf(finding.resource);
    return matching.length === 0 && !suppressedByAnnotation(object, finding.code);
  });
  return { kept, unused: suppressions.filter((one) => !used.has(one)) };
}

/** Takes out what was known, as often as it was known; what is known and not there any more is fixed. */
function withoutKnown(
  findings: readonly Finding[],
  known: readonly KnownFinding[],
): { readonly fresh: readonly Finding[]; readonly fixed: readonly KnownFinding[] } {
  if (known.length === 0) return { fresh: findings, fixed: [] };
  const left = new Map<string, KnownFinding[]>();
  for (const one of known) left.set(one.fingerprint, [...(left.get(one.fingerprint) ?? []), one]);
  const fresh = findings.filter(
    // A document that can't be read may hold anything: it is never taken as known.
    (finding) => isLost(finding) || left.get(fingerprint(finding))?.pop() === undefined,
  );
  return { fresh, fixed: [...left.values()].flat() };
}

/** Findings as a later run can know them again; without what could not be read. */
export function knownFindings(findings: readonly Finding[]): readonly KnownFinding[] {
  return findings
    .filter((finding) => !isLost(finding))
    .map((finding) => ({
      fingerprint: fingerprint(finding),
      code: finding.code,
      subject: subjectText(finding),
      message: finding.message,
    }));
}

/** What a finding is about: a resource, else a file. */
export function subjectText({ resource, location }: Finding): string {
  return resource === undefined ? (location?.file ?? '') : resourceText(resource);
}

/** What a finding says; of one that something unread could make untrue that it is likely. */
export function messageText({ message, confidence }: Pick<Finding, 'message' | 'confidence'>): string {
  return confidence === 'likely' ? `likely: ${message}` : message;
}

/** How many findings there are of each level. */
export function countLevels(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { level } of findings) counts[level]++;
  return counts;
}

/** Whether a level is as bad as another one, or worse. */
export function isAtLeast(level: Level, threshold: Level): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(threshold);
}

/** A Namespace counts as being in itself; what belongs to no namespace is everybody's. */
function isIn({ resource }: Finding, namespace: string | undefined): boolean {
  if (namespace === undefined || resource === undefined) return true;
  if (resource.kind === 'Namespace') return resource.name === namespace;
  return resource.namespace === undefined || resource.namespace === namespace;
}
