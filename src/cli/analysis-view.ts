import { resolve } from 'node:path';
import {
  compareFindings,
  type Finding,
  type ResourceRef,
  resourceKey,
  resourceRef,
} from '../analysis/finding.ts';
import type { AnalysisResult } from '../analysis/runner.ts';
import { isExpired, type Suppression, suppressionFindings } from '../analysis/suppression.ts';
import {
  type AnalysisView,
  type Comparison,
  type KnownFinding,
  knownFindings,
  type ShownFindings,
  shownFindings,
} from '../answers/analysis.ts';
import type { KubeObject } from '../kube/object.ts';
import type { AnalysisInput } from './analysis-input.ts';
import type { AnalysisSettings } from './analysis-settings.ts';
import { type AnalyzeInput, namedFiles } from './analyze-options.ts';
import { readBaseline, writeBaseline } from './baseline-file.ts';
import type { CommandContext } from './context.ts';
import { requireNamespace, wantedNamespace } from './namespaces.ts';

/** What was found, and what is needed to tell which of it is to be shown. */
export interface FoundInMesh {
  readonly findings: readonly Finding[];
  readonly read: AnalysisInput;
  readonly objectOf: ObjectLookup;
  /** Finds what there is in the mesh without the files. */
  readonly ofMesh: () => AnalysisResult;
  /** Those of the command line. */
  readonly suppressions: readonly Suppression[];
  readonly settings: AnalysisSettings;
}

/** Finds the object that a finding is about. */
export type ObjectLookup = (resource: ResourceRef) => KubeObject | undefined;

/** The findings to show, and what they were compared with. */
export type ViewedFindings = Omit<ShownFindings, 'all' | 'known' | 'fixed'> & {
  readonly comparison: Comparison | undefined;
};

/** Leaves out what is suppressed, was known before, or stands outside the files that are looked at; writes the baseline. */
export async function viewedFindings(
  context: CommandContext,
  input: AnalyzeInput,
  { findings, read, objectOf, ofMesh, suppressions, settings }: FoundInMesh,
): Promise<ViewedFindings> {
  const { args, options } = input;
  const now = context.now();
  const earlier = await earlierFindings(context, input, read, ofMesh);
  const view: AnalysisView = {
    namespace: reportedNamespace(context),
    suppressions: [...suppressions, ...settings.suppressions.filter((one) => !isExpired(one, now))],
    known: earlier?.findings,
    isInScope: await changedFiles(context, input, read, objectOf),
    outputThreshold: settings.outputThreshold,
    failureThreshold: settings.failureThreshold,
  };
  let shown = shownFindings(findings, view, objectOf);
  // Nothing is wrong in a namespace that is not there: a misspelt one must not look sound.
  if (args.length === 0 && !context.globals.compat && view.namespace !== undefined && shown.all.length === 0)
    await requireNamespace(context, view.namespace);
  const expired = settings.suppressions.filter((one) => isExpired(one, now));
  const notes = await suppressionNotes(context, input, expired, shown.unusedSuppressions);
  const whole = notes.length === 0 ? findings : [...findings, ...notes].sort(compareFindings);
  if (notes.length > 0) shown = shownFindings(whole, view, objectOf);
  if (options.writeBaseline !== undefined) {
    const written = knownFindings(shown.all);
    await writeBaseline(context.io.cwd, options.writeBaseline, written);
    await context.terminal.note(`wrote ${written.length} findings to ${options.writeBaseline}`);
    shown = shownFindings(whole, { ...view, known: written }, objectOf);
  }
  const { all: _, known, fixed, ...rest } = shown;
  const comparedWith = options.writeBaseline ?? earlier?.from;
  return {
    ...rest,
    comparison: comparedWith === undefined ? undefined : { with: comparedWith, known, fixed },
  };
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
  objectOf: ObjectLookup,
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

/** The namespace that is reported on; the reference takes one where none is named. */
export function reportedNamespace(context: CommandContext): string | undefined {
  const { allNamespaces, compat, namespace } = context.globals;
  if (compat && !allNamespaces) return namespace || 'default';
  return wantedNamespace(context);
}

/** The look-up of objects by kind, namespace and name. */
export function objectLookup(objects: readonly KubeObject[]): ObjectLookup {
  const byKey = new Map(objects.map((object) => [resourceKey(resourceRef(object)), object]));
  return (resource) => byKey.get(resourceKey(resource));
}
