import type { Analyzer } from '../../analysis/analyzer.ts';
import type { AnalysisAnswer } from '../../answers/analysis.ts';
import { countLevels } from '../../answers/analysis.ts';
import { isAskedFor, partOf } from '../../answers/graph/whole.ts';
import { reportCertificates, silentProxies } from '../../answers/mesh-report/certificates.ts';
import type {
  MeshReport,
  ReportFindings,
  ReportProxies,
  ReportSubject,
} from '../../answers/mesh-report/mesh-report.ts';
import { objectCertificates } from '../../answers/mesh-report/object-certificates.ts';
import { reportVerdict } from '../../answers/mesh-report/verdict.ts';
import { reportVersions } from '../../answers/mesh-report/versions.ts';
import type { ProxyStatus } from '../../answers/proxy-status.ts';
import { buildGraph, GRAPH_KINDS } from '../../graph/build.ts';
import type { KubeObject } from '../../kube/object.ts';
import { createResourceSet } from '../../mesh/resource-set.ts';
import type { MeshSource } from '../../sources/source.ts';
import { secondsOf } from '../../util/duration.ts';
import { MESHSCOPE_VERSION } from '../../util/version.ts';
import { type AnalysisInput, readAnalysisInput } from '../analysis-input.ts';
import { type AnalysisParts, analyzeInput } from '../analysis-run.ts';
import { ANALYZE_OPTIONS, type AnalyzeInput } from '../analyze-options.ts';
import type { CommandContext } from '../context.ts';
import { atNodes } from '../graph-findings.ts';
import { shownPart } from '../graph-part.ts';
import { placeFinder } from '../graph-places.ts';
import { meshStatus } from '../mesh-status.ts';
import { requireNamespace, wantedNamespace } from '../namespaces.ts';
import { runLimited } from '../time-limit.ts';
import { proxyCertificates } from './read-certificates.ts';
import { controlPlane, versions } from './read-control-plane.ts';
import { ReportGaps } from './report-gaps.ts';

/**
 * Asks a mesh for all that its report is made of, each thing once, and puts the report together. A part that can't be
 * had is a gap, and the rest is reported. Throws what opening the source throws, exit 130 on Ctrl-C, and exit 66 for a
 * namespace `-n` that is not there.
 */
export async function meshReport(context: CommandContext, parts: AnalysisParts): Promise<MeshReport> {
  const started = performance.now();
  const source = await context.source();
  const gaps = new ReportGaps();
  const [status, read, istiods] = await Promise.all([
    gaps.part(context, 'proxies', 'proxies', async (own) => (await meshStatus(own)).status),
    gaps.part(context, 'configuration', 'configuration', (own) => readObjects(own, parts.analyzers)),
    gaps.part(context, 'metrics', 'metrics of istiod', controlPlane),
  ]);
  const findings =
    read &&
    (await gaps.part(context, 'configuration', 'findings', (own) =>
      analyzeInput(own, NO_OPTIONS, parts, { read, started }),
    ));
  const namespace = wantedNamespace(context);
  const isEmpty = status?.rows.length === 0 && (findings?.findings.length ?? 0) === 0;
  if (namespace !== undefined && isEmpty) await requireNamespace(context, namespace);
  const graph =
    read &&
    (await gaps.part(context, 'graph', 'dependency graph', async (own) =>
      graphOf(own, read, findings, started),
    ));
  const shared = await gaps.part(context, 'versions', 'versions', (own) => versions(own, status));
  const held = await gaps.part(context, 'certificates', 'certificates of the proxies', (own) =>
    proxyCertificates(own, status),
  );
  // A Secret that nothing names is in recordings alone: a report of the live mesh has to say the same.
  const inObjects = objectCertificates(
    (read?.objects ?? []).filter((one) => read?.unnamed.has(one) !== true && isIn(one, namespace)),
  );
  const silent = { held: [], unread: silentProxies(status?.rows ?? [], held?.asked ?? []) };
  const certificates = reportCertificates([...(held?.found ?? []), silent, inObjects], context.now());
  const report = {
    findings: findingsOf(findings, read),
    proxies: proxiesOf(status),
    certificates,
    versions: shared ?? reportVersions({ istiods: [], proxies: [], skew: [], nodes: [] }),
    controlPlane: istiods ?? [],
    graph,
    gaps: gaps.all(source),
  };
  const subject = await subjectOf(context, source);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'MeshReport',
    subject,
    verdict: reportVerdict(report, subject),
    ...report,
  };
}

/** What an analysis of the mesh alone is given on the command line: nothing. */
const NO_OPTIONS: AnalyzeInput = {
  args: [],
  options: Object.fromEntries(
    Object.entries(ANALYZE_OPTIONS).map(([name, spec]) => [name, spec.default]),
  ) as AnalyzeInput['options'],
};

/** The objects that the analyzers and the graph need. */
function readObjects(context: CommandContext, analyzers: readonly Analyzer[]): Promise<AnalysisInput> {
  return readAnalysisInput(context, {
    paths: [],
    useMesh: true,
    meshConfigFile: undefined,
    defaultNamespace: 'default',
    analyzers: [{ inputs: GRAPH_KINDS }, ...analyzers],
  });
}

function findingsOf(answer: AnalysisAnswer | undefined, read: AnalysisInput | undefined): ReportFindings {
  const resources = read?.count ?? 0;
  if (answer === undefined) {
    const skipped = [{ analyzer: 'all', why: 'the configuration could not be read' }];
    return { counts: { error: 0, warning: 0, info: 0 }, findings: [], skipped, resources };
  }
  const inPart = [...(read?.incomplete ?? [])].sort();
  return {
    counts: countLevels(answer.findings),
    findings: answer.findings,
    skipped: [
      ...answer.skipped.map(({ analyzer, missing }) => ({
        analyzer,
        why: `${missing.join(', ')} could not be read`,
      })),
      ...answer.unfinished.map((analyzer) => ({ analyzer, why: 'it did not finish in time' })),
    ],
    ...(inPart.length === 0 ? {} : { inPart }),
    resources,
  };
}

function proxiesOf(status: ProxyStatus | undefined): ReportProxies {
  if (status === undefined) {
    return { rows: [], inSync: 0, istiodsAnswered: 0, istiodsAsked: 0, podsKnown: false };
  }
  const { rows, inSync, istiods, podsKnown } = status;
  const istiodsAnswered = istiods.filter(({ sync }) => sync !== undefined).length;
  return { rows, inSync, istiodsAnswered, istiodsAsked: istiods.length, podsKnown };
}

/** Whether an object is looked at: with `-n` what stands in another namespace is not. */
function isIn({ metadata }: KubeObject, namespace: string | undefined): boolean {
  return namespace === undefined || (metadata.namespace ?? namespace) === namespace;
}

/** Builds the graph within what is left of `--timeout`. */
function graphOf(
  context: CommandContext,
  read: AnalysisInput,
  answer: AnalysisAnswer | undefined,
  started: number,
): MeshReport['graph'] {
  let graph: MeshReport['graph'];
  const build = (): void => {
    const resources = createResourceSet(read.objects);
    const incomplete = new Set([...read.unavailable, ...read.partial]);
    const whole = buildGraph(resources, { incomplete, filesOnly: false });
    const filter = { namespace: wantedNamespace(context), kinds: [] };
    const part = partOf(whole, (node) => isAskedFor(node, filter));
    graph = {
      ...shownPart(part, whole, resources, { placeOf: placeFinder(read), places: true }),
      findings: atNodes(answer?.findings ?? [], whole, resources),
    };
  };
  const { timeout } = context.globals;
  if (timeout <= 0) build();
  else if (!runLimited(build, timeout - (performance.now() - started)))
    context.gap({
      what: 'dependency graph',
      why: 'it was not finished in time',
      next: '--timeout 2m gives it more',
    });
  // No objects: that is nothing to draw, not a mesh without references.
  return read.count === 0 ? undefined : graph;
}

async function subjectOf(context: CommandContext, source: MeshSource): Promise<ReportSubject> {
  return {
    source: sourceText(source),
    takenAt: secondsOf(context.now()),
    madeBy: `meshscope ${MESHSCOPE_VERSION}`,
    istioNamespace: await context.istioNamespace(),
    clusters: await source.clusters(),
    namespace: wantedNamespace(context),
    revision: context.globals.revision,
    redaction: source.recorded?.redaction,
  };
}

/** A recording is called by the context that it was read from: its file may have any name. */
function sourceText({ kind, context, label }: MeshSource): string {
  const isNamed = context !== undefined && context !== '';
  if (kind === 'cluster') return `context ${isNamed ? context : label}`;
  return isNamed ? `recording of context ${context}` : (label.split('/').at(-1) ?? label);
}
