import { resolve } from 'node:path';
import type { Analyzer } from '../analysis/analyzer.ts';
import { compareFindings, type Finding, type ResourceRef } from '../analysis/finding.ts';
import type { Catalogue } from '../analysis/message.ts';
import { auditCodes } from '../analysis/profile.ts';
import { type AnalysisResult, type RunOptions, runAnalyzers } from '../analysis/runner.ts';
import { judge } from '../analysis/settings/judge.ts';
import { isExpired, type Suppression, suppressionFindings } from '../analysis/suppression.ts';
import { unreadableFindings } from '../analysis/unreadable.ts';
import {
  type AnalysisAnswer,
  type AnalysisView,
  type KnownFinding,
  knownFindings,
  shownFindings,
} from '../answers/analysis.ts';
import type { KubeObject } from '../kube/object.ts';
import { isStandIn } from '../mesh/default-gateway.ts';
import { createResourceSet } from '../mesh/resource-set.ts';
import { type AnalysisInput, readAnalysisInput } from './analysis-input.ts';
import { type AnalysisSettings, heldText } from './analysis-settings.ts';
import { type AnalyzeInput, namedFiles } from './analyze-options.ts';
import { readBaseline, writeBaseline } from './baseline-file.ts';
import type { CommandContext } from './context.ts';
import { crdCheckOf, noteUnevaluated } from './crd-check-of.ts';
import { locate } from './located-findings.ts';
import { requireNamespace, wantedNamespace } from './namespaces.ts';
import { suppressionFile } from './suppression-file.ts';
import { sharedLimit } from './time-limit.ts';

/** What a run of `analyze` is composed of. */
export interface AnalysisParts {
  readonly analyzers: readonly Analyzer[];
  readonly catalogue: Catalogue;
  /** Those of the command line. */
  readonly suppressions: readonly Suppression[];
  readonly settings: AnalysisSettings;
  /** Options of a found file that were not followed, since they narrow what is judged. */
  readonly dropped: readonly string[];
}

/** Reads, analyzes and compares: everything of `analyze` but its options and its output. */
export async function runAnalysis(
  context: CommandContext,
  input: AnalyzeInput,
  parts: AnalysisParts,
): Promise<AnalysisAnswer> {
  const started = performance.now();
  const { args, options } = input;
  const named = namedFiles(input);
  const { globals } = context;
  const { settings } = parts;
  const read = await readAnalysisInput(context, {
    paths: args,
    render: options,
    useMesh:
      named.length === 0 || options.useKube || globals.from !== undefined || globals.context !== undefined,
    meshConfigFile: options.meshConfigFile,
    // The reference gives documents without a namespace none when it looks at all of them.
    defaultNamespace: globals.compat && globals.allNamespaces ? '' : globals.namespace || 'default',
    analyzers: parts.analyzers,
    remoteContexts: options.remoteContexts,
    crds: options.crds,
    ignore: settings.ignore,
  });
  const suppressions = await allSuppressions(context, input, parts);
  const crds = await crdCheckOf(read);
  const run = analysisOf(context, parts, read, { started, refused: crds?.refused });
  const result = run(read.objects);
  noteUnevaluated(context, crds);
  const objectOf = objectLookup(read.objects);
  const judged = judge(
    result.findings.filter(({ resource }) => !isStandIn(resource && objectOf(resource))),
    { ...settings, audits: auditCodes(parts.analyzers) },
  );
  await noteHeld(context, settings, [...parts.dropped, ...judged.held]);
  const reported = globals.compat
    ? judged.findings.filter(({ code }) => code.startsWith('IST'))
    : judged.findings;
  const found = [...unreadableFindings(read.problems), ...reported];
  const known = await earlierFindings(context, input, read, () => run(read.meshObjects));
  const isInScope = await changedFiles(context, input, read, objectOf);
  const view: AnalysisView = {
    namespace: reportedNamespace(context),
    suppressions: suppressions.active,
    known: known?.findings,
    isInScope,
    outputThreshold: settings.outputThreshold,
    failureThreshold: settings.failureThreshold,
  };
  let shown = shownFindings(found.sort(compareFindings), view, objectOf);
  // Nothing is wrong in a namespace that is not there: a misspelt one must not look sound.
  if (args.length === 0 && !globals.compat && view.namespace !== undefined && shown.all.length === 0)
    await requireNamespace(context, view.namespace);
  const notes = await suppressionNotes(context, input, suppressions.expired, shown.unusedSuppressions);
  if (notes.length > 0) shown = shownFindings([...found, ...notes].sort(compareFindings), view, objectOf);
  if (options.writeBaseline !== undefined) {
    const written = knownFindings(shown.all);
    await writeBaseline(context.io.cwd, options.writeBaseline, written);
    await context.terminal.note(`wrote ${written.length} findings to ${options.writeBaseline}`);
    shown = shownFindings(found, { ...view, known: written }, objectOf);
  }
  for (const name of result.unfinished)
    context.gap({ what: name, why: 'it did not finish in time', next: '--timeout 2m gives it more' });
  const { all: _, known: knownCount, fixed, ...counts } = shown;
  const comparedWith = options.writeBaseline ?? known?.from;
  return {
    ...counts,
    findings: locate(
      shown.findings,
      (finding) => finding.resource && objectOf(finding.resource),
      read.originOf,
      read.clusterOf,
    ),
    rules: rulesOf(shown.findings, parts),
    target: targetText(named, view.namespace),
    skipped: result.skipped,
    unfinished: result.unfinished,
    executed: result.runs.map(({ analyzer }) => analyzer),
    resources: read.count,
    comparison: comparedWith === undefined ? undefined : { with: comparedWith, known: knownCount, fixed },
    failureThreshold: view.failureThreshold,
    hasGaps: read.hasGaps || result.skipped.length > 0 || result.unfinished.length > 0,
    root: context.io.cwd,
  };
}

/** Says what of a found file is not followed, so that it does not weaken a gate. */
async function noteHeld(
  context: CommandContext,
  { file = '' }: Pick<AnalysisSettings, 'file'>,
  held: readonly string[],
): Promise<void> {
  if (held.length === 0) return;
  await context.terminal.note(`${heldText(file, held.join(', '))}; --config ${file} follows it`);
}

/** The namespace that is reported on; the reference takes one where none is named. */
function reportedNamespace(context: CommandContext): string | undefined {
  const { allNamespaces, compat, namespace } = context.globals;
  if (compat && !allNamespaces) return namespace || 'default';
  return wantedNamespace(context);
}

/** Runs the analyzers within what is left of `--timeout`. */
function analysisOf(
  context: CommandContext,
  { analyzers }: AnalysisParts,
  { unavailable, partial, remotes }: AnalysisInput,
  { started, refused }: { readonly started: number; readonly refused: RunOptions['refused'] },
): (objects: readonly KubeObject[]) => AnalysisResult {
  const { timeout } = context.globals;
  const limit = timeout > 0 ? sharedLimit(timeout - (performance.now() - started)) : undefined;
  return (objects) =>
    runAnalyzers(analyzers, createResourceSet(objects), {
      now: context.now(),
      unavailable,
      partial,
      remotes,
      refused,
      limit,
    });
}

/** The findings to compare with: of a baseline file, or of the mesh without the files. */
async function earlierFindings(
  context: CommandContext,
  { options }: AnalyzeInput,
  read: AnalysisInput,
  ofMesh: () => AnalysisResult,
): Promise<{ readonly from: string; readonly findings: readonly KnownFinding[] } | undefined> {
  if (options.diff) {
    const before = ofMesh();
    for (const name of before.unfinished)
      context.gap({ what: name, why: 'it did not finish in time over the mesh alone' });
    const namespace = reportedNamespace(context);
    const view = { namespace, suppressions: [], outputThreshold: 'info', failureThreshold: 'error' } as const;
    const { all } = shownFindings(before.findings, view, objectLookup(read.meshObjects));
    return { from: 'the mesh without the files', findings: knownFindings(all) };
  }
  if (options.baseline === undefined) return undefined;
  return { from: options.baseline, findings: await readBaseline(context.io.cwd, options.baseline) };
}

async function changedFiles(
  context: CommandContext,
  { options }: AnalyzeInput,
  read: AnalysisInput,
  objectOf: (resource: ResourceRef) => KubeObject | undefined,
): Promise<AnalysisView['isInScope']> {
  if (options.changedSince === undefined) return undefined;
  const { changedSince } = await import('../sources/files/changed-files.ts');
  const { cwd } = context.io;
  const changed = await changedSince(options.changedSince, cwd, context.signal);
  return ({ resource, location }) => {
    const object = resource && objectOf(resource);
    const file = location?.file ?? (object && read.originOf(object)?.file);
    return file !== undefined && changed.has(resolve(cwd, file));
  };
}

interface Suppressions {
  readonly active: readonly Suppression[];
  readonly expired: readonly Suppression[];
}

/** Those of the command line, and those of the configuration file that still hold. */
async function allSuppressions(
  context: CommandContext,
  { options }: AnalyzeInput,
  parts: AnalysisParts,
): Promise<Suppressions> {
  const file = await suppressionFile(context);
  if (file === undefined || file.suppressions.length === 0)
    return { active: parts.suppressions, expired: [] };
  // What lies in the folder must not open a gate that the command line has closed (design: trust boundaries).
  if (file.isFound && options.failureThreshold !== undefined) {
    await context.terminal.note(
      `${file.name}: its suppressions do not count beside --failure-threshold; --config ${file.name} makes them count`,
    );
    return { active: parts.suppressions, expired: [] };
  }
  const now = context.now();
  const expired = file.suppressions.filter((one) => isExpired(one, now));
  const valid = file.suppressions.filter((one) => !isExpired(one, now));
  return { active: [...parts.suppressions, ...valid], expired };
}

/** Findings about suppressions of a file; those of the command line are told on stderr. */
async function suppressionNotes(
  context: CommandContext,
  input: AnalyzeInput,
  expired: readonly Suppression[],
  unused: readonly Suppression[],
): Promise<readonly Finding[]> {
  if (context.globals.compat) return [];
  const { options } = input;
  // A run that looks at a part only can't tell that something is not used.
  const isWhole =
    options.analyzer.length === 0 &&
    wantedNamespace(context) === undefined &&
    !options.diff &&
    (namedFiles(input).length > 0 || !context.globals.namespace);
  const told = isWhole ? unused : [];
  for (const { code, pattern, place } of told)
    if (place === undefined) await context.terminal.note(`--suppress "${code}=${pattern}" hides nothing`);
  return suppressionFindings(
    expired,
    told.filter(({ place }) => place !== undefined),
  );
}

function objectLookup(objects: readonly KubeObject[]): (resource: ResourceRef) => KubeObject | undefined {
  const byName = new Map(objects.map((object) => [keyOf(object.kind, object.metadata), object]));
  return (resource) => byName.get(keyOf(resource.kind, resource));
}

function keyOf(kind: string, { namespace, name }: { namespace?: string | undefined; name: string }): string {
  return `${kind} ${namespace ?? ''}/${name}`;
}

function rulesOf(findings: readonly Finding[], { analyzers, catalogue }: AnalysisParts): Catalogue {
  const codes = new Set(findings.map(({ code }) => code));
  const messages = analyzers.map((analyzer) => analyzer.messages);
  const all: Catalogue = Object.assign({}, ...messages, catalogue);
  return Object.fromEntries(Object.entries(all).filter(([code]) => codes.has(code)));
}

function targetText(paths: readonly string[], namespace: string | undefined): string {
  if (paths.length > 0) return paths.join(', ');
  return namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
}
