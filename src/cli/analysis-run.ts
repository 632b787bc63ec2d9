import type { Analyzer } from '../analysis/analyzer.ts';
import { compareFindings, type Finding } from '../analysis/finding.ts';
import type { Catalogue } from '../analysis/message.ts';
import { auditCodes } from '../analysis/profile.ts';
import { type AnalysisResult, type RunOptions, runAnalyzers } from '../analysis/runner.ts';
import { judge } from '../analysis/settings/judge.ts';
import type { Suppression } from '../analysis/suppression.ts';
import { unreadableFindings } from '../analysis/unreadable.ts';
import type { AnalysisAnswer } from '../answers/analysis.ts';
import type { KubeObject } from '../kube/object.ts';
import { isStandIn } from '../mesh/default-gateway.ts';
import { createResourceSet } from '../mesh/resource-set.ts';
import { type AnalysisInput, readAnalysisInput, requireRead } from './analysis-input.ts';
import type { AnalysisSettings } from './analysis-settings.ts';
import { type ObjectLookup, objectLookup, reportedNamespace, viewedFindings } from './analysis-view.ts';
import { type AnalyzeInput, namedFiles, pathsText } from './analyze-options.ts';
import type { CommandContext } from './context.ts';
import { crdCheckOf, noteUnevaluated } from './crd-check-of.ts';
import { locate } from './located-findings.ts';
import { sharedLimit } from './time-limit.ts';

/** What a run of `analyze` is composed of. */
export interface AnalysisParts {
  readonly analyzers: readonly Analyzer[];
  readonly catalogue: Catalogue;
  /** Those of the command line. */
  readonly suppressions: readonly Suppression[];
  readonly settings: AnalysisSettings;
}

/** Reads, analyzes and compares: everything of `analyze` but its options and its output. */
export async function runAnalysis(
  context: CommandContext,
  input: AnalyzeInput,
  parts: AnalysisParts,
): Promise<AnalysisAnswer> {
  const started = performance.now();
  const read = await readInput(context, input, parts);
  requireRead(read);
  return analyzeInput(context, input, parts, { read, started });
}

/** What was read, and when that began: the time limit counts from there. */
export interface ReadInput {
  readonly read: AnalysisInput;
  readonly started: number;
}

/** Analyzes and compares what was read. */
export async function analyzeInput(
  context: CommandContext,
  input: AnalyzeInput,
  parts: AnalysisParts,
  { read, started }: ReadInput,
): Promise<AnalysisAnswer> {
  const { suppressions, settings } = parts;
  const crds = await crdCheckOf(read);
  const run = analysisOf(context, parts, read, { started, refused: crds?.refused });
  const result = run(read.objects);
  noteUnevaluated(context, crds);
  const objectOf = objectLookup(read.objects);
  const judged = await judgedFindings(context, parts, result.findings, objectOf);
  const viewed = await viewedFindings(context, input, {
    findings: [...unreadableFindings(read.problems), ...judged].sort(compareFindings),
    read,
    objectOf,
    ofMesh: () => run(read.meshObjects),
    suppressions,
    settings,
  });
  await noteLeft(context, read, viewed.findings);
  for (const name of result.unfinished)
    context.gap({ what: name, why: 'it did not finish in time', next: '--timeout 2m gives it more' });
  return {
    ...viewed,
    findings: locate(
      viewed.findings,
      (finding) => finding.resource && objectOf(finding.resource),
      read.originOf,
      read.clusterOf,
    ),
    rules: rulesOf(viewed.findings, parts),
    target: targetText(namedFiles(input), reportedNamespace(context)),
    skipped: result.skipped,
    unfinished: result.unfinished,
    executed: result.runs.map(({ analyzer }) => analyzer),
    resources: read.count,
    failureThreshold: settings.failureThreshold,
    hasGaps: read.hasGaps || result.skipped.length > 0 || result.unfinished.length > 0,
    root: context.io.cwd,
  };
}

function readInput(
  context: CommandContext,
  input: AnalyzeInput,
  { analyzers, settings }: AnalysisParts,
): Promise<AnalysisInput> {
  const { args, options } = input;
  const { allNamespaces, compat, context: named, from, namespace } = context.globals;
  return readAnalysisInput(context, {
    paths: args,
    render: options,
    useMesh: namedFiles(input).length === 0 || options.useKube || from !== undefined || named !== undefined,
    meshConfigFile: options.meshConfigFile,
    // The reference gives documents without a namespace none when it looks at all of them.
    defaultNamespace: compat && allNamespaces ? '' : namespace || 'default',
    analyzers,
    remoteContexts: options.remoteContexts,
    crds: options.crds,
    ignore: settings.ignore,
  });
}

/** Runs the analyzers within what is left of `--timeout`. */
function analysisOf(
  context: CommandContext,
  { analyzers }: AnalysisParts,
  { unavailable, partial, incomplete, remotes }: AnalysisInput,
  { started, refused }: { readonly started: number; readonly refused: RunOptions['refused'] },
): (objects: readonly KubeObject[]) => AnalysisResult {
  const { timeout } = context.globals;
  const limit = timeout > 0 ? sharedLimit(timeout - (performance.now() - started)) : undefined;
  return (objects) =>
    runAnalyzers(analyzers, createResourceSet(objects), {
      now: context.now(),
      unavailable,
      partial,
      incomplete,
      remotes,
      refused,
      limit,
    });
}

/** Findings with the levels that somebody chose. Says what of a found file is not followed, as it would weaken a gate. */
async function judgedFindings(
  context: CommandContext,
  { analyzers, settings }: AnalysisParts,
  all: readonly Finding[],
  objectOf: ObjectLookup,
): Promise<readonly Finding[]> {
  const { findings, held } = judge(
    all.filter(({ resource }) => !isStandIn(resource && objectOf(resource))),
    { ...settings, audits: auditCodes(analyzers) },
  );
  const { file } = settings;
  const what = [...settings.held, ...held].join(', ');
  if (what !== '')
    await context.terminal.note(
      `${file} would weaken --failure-threshold (${what}), and was found by itself: that is not followed; --config ${file} follows it`,
    );
  return context.globals.compat ? findings.filter(({ code }) => code.startsWith('IST')) : findings;
}

/** Says why findings are likely where files hold no Service or no workload, and who would know. */
async function noteLeft(
  { globals, terminal }: CommandContext,
  { leftToCluster }: AnalysisInput,
  findings: readonly Finding[],
): Promise<void> {
  const isHedged = findings.some(({ confidence, level }) => confidence === 'likely' && level !== 'info');
  if (leftToCluster.size === 0 || !isHedged || globals.compat) return;
  const what = [...leftToCluster].map((kind) => (kind === 'Pod' ? 'workload' : kind)).join(' and no ');
  await terminal.note(
    `there is no ${what} in these files: that one does not exist is likely, not certain; --use-kube looks in the cluster, too`,
  );
}

function rulesOf(findings: readonly Finding[], { analyzers, catalogue }: AnalysisParts): Catalogue {
  const codes = new Set(findings.map(({ code }) => code));
  const messages = analyzers.map((analyzer) => analyzer.messages);
  const all: Catalogue = Object.assign({}, ...messages, catalogue);
  return Object.fromEntries(Object.entries(all).filter(([code]) => codes.has(code)));
}

function targetText(paths: readonly string[], namespace: string | undefined): string {
  if (paths.length > 0) return pathsText(paths);
  return namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
}
