import { clusterStats } from '../../answers/envoy-stats/cluster-stats.ts';
import type { StatsBody } from '../../answers/envoy-stats/envoy-stats.ts';
import { isShown, type StatFilter, serverStats } from '../../answers/envoy-stats/server-stats.ts';
import { envoyPage } from '../../cli/admin-page.ts';
import type { CommandContext } from '../../cli/context.ts';
import { clusterStatuses } from '../../envoy/clusters-page.ts';
import { clustersText, outlierClusters } from '../../envoy/clusters-text.ts';
import { openDumpBytes } from '../../envoy/dump.ts';
import { clusterEntries } from '../../envoy/entry.ts';
import { isHistogram, parseStatsProm, parseStatsText, type Stat } from '../../envoy/stats.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { EnvoyPage } from '../../sources/source.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import type { MeshscopeError } from '../../util/errors.ts';
import { asArray, asNumber, asObject, asString, field } from '../../util/json.ts';
import { decodeText, loadJson } from '../../util/load-json.ts';
import { mergedMetrics } from './merged-metrics.ts';

/** Which statistics, in which form. */
export interface StatsRequest {
  readonly type: 'server' | 'clusters';
  readonly format: string;
  readonly compat: boolean;
  readonly filter: StatFilter;
}

/** The statistics of one proxy in the form that is asked for. Throws what the source says when there are none. */
export async function statsBody(
  context: CommandContext,
  pod: PodRef,
  request: StatsRequest,
): Promise<StatsBody> {
  const { type, format, compat } = request;
  if (type === 'clusters') return clustersBody(context, pod, request);
  if (format === 'prom') return { form: 'text', text: promText(await page(context, pod, 'stats'), request) };
  if (format === 'prom-merged') {
    const text = decodeText(await mergedMetrics(context, pod, compat));
    return { form: 'text', text: promText(text, request) };
  }
  if (format !== 'table') return { form: 'data', data: await statsData(context, pod, request) };
  if (compat) {
    const text = await page(context, pod, 'stats_text');
    return { form: 'text', text: linesMatching(text, request, (line) => parseStatsText(line)[0]) };
  }
  const plain = await optionalPage(context, pod, 'stats_text');
  if (plain !== undefined) {
    return { form: 'view', view: serverStats(parseStatsText(plain), 'envoy', request.filter) };
  }
  const stats = parseStatsProm(await page(context, pod, 'stats'));
  return { form: 'view', view: serverStats(stats, 'prometheus', request.filter) };
}

async function clustersBody(
  context: CommandContext,
  pod: PodRef,
  { format, compat, filter }: StatsRequest,
): Promise<StatsBody> {
  const { pattern } = filter;
  if (format === 'json' || format === 'yaml') {
    const data = loadJson((await envoyPage(context, pod, 'clusters')).bytes, `clusters of ${proxyId(pod)}`);
    if (pattern === undefined) return { form: 'data', data };
    const statuses = asArray(field(data, 'cluster_statuses'));
    const kept = statuses.filter((status) => pattern.test(asString(field(status, 'name')) ?? ''));
    return { form: 'data', data: { ...asObject(data), cluster_statuses: kept } };
  }
  if (format === 'table' && !compat) {
    const { bytes, label } = await envoyPage(context, pod, 'clusters');
    return { form: 'view', view: clusterStats(await clusterStatuses(loadJson(bytes, label), label), filter) };
  }
  const text = (await optionalPage(context, pod, 'clusters_text')) ?? (await derivedClusters(context, pod));
  const lines = text.split('\n');
  const kept =
    pattern === undefined ? lines : lines.filter((line) => pattern.test(line.split('::', 1)[0] ?? ''));
  return { form: 'text', text: kept.join('\n') };
}

/** The plain page from the JSON page and the configuration, as recordings hold them. */
async function derivedClusters(context: CommandContext, pod: PodRef): Promise<string> {
  const { bytes, label } = await envoyPage(context, pod, 'clusters');
  const statuses = await clusterStatuses(loadJson(bytes, label), label);
  const dump = await (await context.source()).envoy(pod, 'config_dump');
  if (!dump.ok) {
    const why = 'which clusters detect outliers is not known: their lines are left out';
    context.gap({ what: `clusters of ${proxyId(pod)}`, why });
    return clustersText(statuses, new Set());
  }
  const clusters = clusterEntries(await openDumpBytes(dump.value, proxyId(pod)));
  return clustersText(statuses, outlierClusters(clusters.map(({ message }) => message)));
}

/** Envoy's JSON; from the plain page where a recording holds that alone: then histograms are left out. */
async function statsData(context: CommandContext, pod: PodRef, { filter }: StatsRequest): Promise<unknown> {
  const json = await optionalPage(context, pod, 'stats_json');
  if (json !== undefined) {
    const stats = asArray(field(loadJson(Buffer.from(json), `stats of ${proxyId(pod)}`), 'stats'));
    return { stats: stats.filter((stat) => isJsonShown(stat, filter)) };
  }
  const all = parseStatsText(await page(context, pod, 'stats_text'));
  const stats = all.filter((stat) => !isHistogram(stat));
  if (stats.length < all.length) {
    const why = `${all.length - stats.length} histograms are not in this recording as data`;
    context.gap({ what: `statistics of ${proxyId(pod)}`, why, next: '-o prom has them' });
  }
  return { stats: stats.filter((stat) => isShown(stat, filter)) };
}

/** Histograms stand together in one member without a name: they stay unless names are picked. */
function isJsonShown(stat: unknown, filter: StatFilter): boolean {
  const name = asString(field(stat, 'name'));
  if (name === undefined) return filter.pattern === undefined;
  const value = asNumber(field(stat, 'value')) ?? asString(field(stat, 'value')) ?? '';
  return isShown({ name, value }, filter);
}

function promText(text: string, { filter }: StatsRequest): string {
  if (filter.pattern === undefined && !filter.usedOnly) return text;
  const samples = parseStatsProm(text).filter((stat) => isShown(stat, filter));
  const families = new Set(samples.map(({ name }) => familyOf(name)));
  const kept = new Set(samples.map(({ name }) => name));
  return text
    .split('\n')
    .filter((line) => {
      const family = /^# (?:TYPE|HELP) (\S+)/.exec(line)?.[1];
      if (family !== undefined) return families.has(family);
      return kept.has(line.slice(0, Math.max(0, line.lastIndexOf(' '))));
    })
    .join('\n');
}

/** The metric that a sample belongs to: buckets, sums and counts are those of a histogram. */
function familyOf(sample: string): string {
  return (sample.split('{', 1)[0] ?? sample).replace(/_(?:bucket|sum|count)$/, '');
}

function linesMatching(
  text: string,
  { filter }: StatsRequest,
  read: (line: string) => Stat | undefined,
): string {
  if (filter.pattern === undefined && !filter.usedOnly) return text;
  return text
    .split('\n')
    .filter((line) => {
      const stat = read(line);
      return stat !== undefined && isShown(stat, filter);
    })
    .join('\n');
}

async function page(context: CommandContext, pod: PodRef, name: EnvoyPage): Promise<string> {
  return decodeText((await envoyPage(context, pod, name)).bytes);
}

/** A page that recordings may lack; every other failure is thrown. */
async function optionalPage(
  context: CommandContext,
  pod: PodRef,
  name: EnvoyPage,
): Promise<string | undefined> {
  const answer = await (await context.source()).envoy(pod, name);
  if (answer.ok) return decodeText(answer.value);
  if (answer.error.code === 'NotRecorded' || answer.error.code === 'NotFound') return undefined;
  const error: MeshscopeError = toMeshscopeError(answer.error);
  throw error;
}
