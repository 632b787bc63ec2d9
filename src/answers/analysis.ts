import type { Finding, ResourceRef } from '../analysis/finding.ts';
import { LEVELS, type Level } from '../analysis/message.ts';
import type { SkippedAnalyzer } from '../analysis/runner.ts';
import { type Suppression, suppressedByAnnotation, suppresses } from '../analysis/suppression.ts';
import type { ConfigProblem } from '../config/problem.ts';
import type { KubeObject } from '../kube/object.ts';

/** What an analysis is asked for besides the resources. */
export interface AnalysisView {
  /** Only findings about this namespace, and about what belongs to none; all when absent. */
  readonly namespace: string | undefined;
  readonly suppressions: readonly Suppression[];
  /** Findings below this level are not listed. */
  readonly outputThreshold: Level;
  /** Findings at or over this level fail the run, listed or not. */
  readonly failureThreshold: Level;
}

/** What an analysis found. */
export interface AnalysisAnswer {
  /** What was analyzed, in words: the files, a namespace, or all namespaces. */
  readonly target: string;
  readonly findings: readonly Finding[];
  /** Documents and files that could not be read. */
  readonly unreadable: readonly ConfigProblem[];
  readonly skipped: readonly SkippedAnalyzer[];
  readonly executed: readonly string[];
  readonly resources: number;
  /** Findings that were left out because somebody said so, and those below the output threshold. */
  readonly suppressed: number;
  readonly hidden: number;
  /** Suppressions of the command line that left out nothing. */
  readonly unusedSuppressions: readonly string[];
  readonly failing: boolean;
  readonly failureThreshold: Level;
}

/** Findings as they are to be shown, and what became of the others. */
export type ShownFindings = Pick<
  AnalysisAnswer,
  'findings' | 'suppressed' | 'hidden' | 'unusedSuppressions' | 'failing'
>;

/** Filters findings: namespace, then annotations and suppressions, then the threshold of what is listed. */
export function shownFindings(
  all: readonly Finding[],
  view: AnalysisView,
  objectOf: (resource: ResourceRef) => KubeObject | undefined,
): ShownFindings {
  const used = new Set<Suppression>();
  let suppressed = 0;
  const kept = all.filter((finding) => {
    if (!isIn(finding, view.namespace)) return false;
    const byFlag = view.suppressions.filter((one) => suppresses(one, finding));
    for (const one of byFlag) used.add(one);
    const object = finding.resource && objectOf(finding.resource);
    if (byFlag.length === 0 && !suppressedByAnnotation(object, finding.code)) return true;
    suppressed++;
    return false;
  });
  const findings = kept.filter(({ level }) => isAtLeast(level, view.outputThreshold));
  return {
    findings,
    suppressed,
    hidden: kept.length - findings.length,
    unusedSuppressions: view.suppressions
      .filter((one) => !used.has(one))
      .map(({ code, pattern }) => `${code}=${pattern}`),
    failing: kept.some(({ level }) => isAtLeast(level, view.failureThreshold)),
  };
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
