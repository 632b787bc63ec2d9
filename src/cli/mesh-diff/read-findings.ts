import type { Analyzer } from '../../analysis/analyzer.ts';
import type { ResourceRef } from '../../analysis/finding.ts';
import { auditCodes } from '../../analysis/profile.ts';
import { type AnalysisResult, runAnalyzers } from '../../analysis/runner.ts';
import { judge } from '../../analysis/settings/judge.ts';
import { shownFindings } from '../../answers/analysis.ts';
import { blindCodes } from '../../answers/mesh-diff/blind-codes.ts';
import { diffFindings, type FindingsDiff } from '../../answers/mesh-diff/findings.ts';
import type { KubeObject } from '../../kube/object.ts';
import { podRunner } from '../../kube/workload.ts';
import { isStandIn } from '../../mesh/default-gateway.ts';
import { KINDS, type Kind } from '../../mesh/kinds.ts';
import { createResourceSet } from '../../mesh/resource-set.ts';
import { type AnalysisInput, readAnalysisInput } from '../analysis-input.ts';
import type { AnalysisSettings } from '../analysis-settings.ts';
import { objectLookup } from '../analysis-view.ts';
import { lacks } from '../missing.ts';
import { wantedNamespace } from '../namespaces.ts';
import { sharedLimit } from '../time-limit.ts';
import type { DiffSide, DiffSides } from './sides.ts';

/** Who looks for findings, and how they are judged. */
export interface FindingsRequest {
  readonly analyzers: readonly Analyzer[];
  readonly settings: AnalysisSettings;
  /** What is left of `--timeout`, in ms; 0 for no limit. */
  readonly leftMs: number;
}

/** Analyzes both sides in the same way, and compares what was found. */
export async function readFindingsDiff(
  { left, right }: DiffSides,
  request: FindingsRequest,
): Promise<FindingsDiff> {
  const limit = request.leftMs > 0 ? sharedLimit(request.leftMs) : undefined;
  const before = await analyzed(left, request, limit);
  const after = await analyzed(right, request, limit);
  return diffFindings(
    { ...before, blind: blindCodes(request.analyzers, before, after) },
    { ...after, blind: blindCodes(request.analyzers, after, before) },
  );
}

interface Analyzed extends Pick<AnalysisResult, 'findings' | 'skipped' | 'unfinished'> {
  readonly unavailable: ReadonlySet<Kind>;
  /** Kinds of which there may be more than were read. */
  readonly partial: ReadonlySet<Kind>;
  readonly workloadOf: (resource: ResourceRef) => string | undefined;
}

async function analyzed(
  side: DiffSide,
  { analyzers, settings }: FindingsRequest,
  limit: ReturnType<typeof sharedLimit> | undefined,
): Promise<Analyzed> {
  const { context } = side;
  context.terminal.progress(`analyzing ${side.source.label}`);
  const input = await readAnalysisInput(context, {
    paths: [],
    useMesh: true,
    meshConfigFile: undefined,
    defaultNamespace: 'default',
    analyzers,
  });
  const { objects, unavailable, partial, incomplete, remotes } = input;
  const now = context.now();
  const run = runAnalyzers(analyzers, createResourceSet(objects), {
    now,
    unavailable,
    partial,
    incomplete,
    remotes,
    limit,
  });
  for (const name of run.unfinished)
    context.gap({ what: name, why: 'it did not finish in time', next: '--timeout 2m gives it more' });
  return {
    ...run,
    findings: judged(run, input, { analyzers, settings }, wantedNamespace(context)),
    unavailable,
    partial: await partialKinds(side, analyzers),
    workloadOf: workloads(objects),
  };
}

/** Findings with the levels and suppressions that somebody chose. */
function judged(
  { findings: all }: AnalysisResult,
  { objects }: AnalysisInput,
  { analyzers, settings }: Pick<FindingsRequest, 'analyzers' | 'settings'>,
  namespace: string | undefined,
): Analyzed['findings'] {
  const objectOf = objectLookup(objects);
  const { findings } = judge(
    all.filter(({ resource }) => !isStandIn(resource && objectOf(resource))),
    { ...settings, audits: auditCodes(analyzers) },
  );
  const { suppressions } = settings;
  const view = { namespace, suppressions, outputThreshold: 'info', failureThreshold: 'error' } as const;
  return shownFindings(findings, view, objectOf).findings;
}

/** Kinds whose lists have parts missing. */
async function partialKinds(
  { source }: DiffSide,
  analyzers: readonly Analyzer[],
): Promise<ReadonlySet<Kind>> {
  const partial = new Set<Kind>();
  for (const kind of new Set(analyzers.flatMap(({ inputs }) => inputs))) {
    const { group } = KINDS[kind];
    if (group === 'mesh.istio.io' || (kind === 'Secret' && source.kind === 'cluster')) continue;
    const answer = await source.resources(KINDS[kind]);
    if (answer.ok && lacks(answer).length > 0) partial.add(kind);
  }
  return partial;
}

/** What runs a pod: that one is replaced makes its finding no other one. */
function workloads(objects: readonly KubeObject[]): Analyzed['workloadOf'] {
  const runners = new Map(
    objects
      .filter(({ kind }) => kind === 'Pod')
      .map((pod) => {
        const { kind, namespace, name } = podRunner(pod);
        return [`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`, `${kind} ${namespace}/${name}`];
      }),
  );
  return ({ kind, namespace, name }) =>
    kind === 'Pod' ? runners.get(`${namespace ?? ''}/${name}`) : undefined;
}
