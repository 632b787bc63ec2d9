import { compareText } from '../util/text.ts';
import type { WorkloadName, WorkloadQueries } from './promql.ts';

/** A series of an answer of Prometheus. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Prometheus answered to the queries of one workload; text is the reason that there is no answer. */
export type WorkloadSamples = {
  readonly [K in keyof WorkloadQueries]: readonly MetricSample[] | string;
};

/** Who measured: the workload's own proxy, its waypoint, or the proxies of its callers. */
export type MetricReporter = 'destination' | 'waypoint' | 'source';

/** Traffic of one workload. `null` is what is not known, which is never zero. */
export interface WorkloadMetrics {
  readonly workload: string;
  /** `null` when it was looked for in all namespaces and is in none. */
  readonly namespace: string | null;
  /** `no-data`: no request was counted in the window, or Prometheus does not know the workload. */
  readonly state: 'data' | 'no-data' | 'failed';
  readonly reporter: MetricReporter | null;
  readonly totalRps: number | null;
  readonly errorRps: number | null;
  readonly latencyMs: {
    readonly p50: number | null;
    readonly p90: number | null;
    readonly p99: number | null;
  };
  /** Why some of it is not known. */
  readonly reason?: string;
  /** Workloads that Prometheus knows and that are called nearly so. */
  readonly near?: readonly string[];
}

/** Traffic of workloads, worst first. */
export interface WorkloadMetricsAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'WorkloadMetrics';
  readonly prometheus: string;
  /** Time that the rates are taken over. */
  readonly windowSeconds: number;
  readonly workloads: readonly WorkloadMetrics[];
}

const REPORTERS: readonly MetricReporter[] = ['destination', 'waypoint', 'source'];
const NAMESPACE = 'destination_workload_namespace';
const NOTHING = { p50: null, p90: null, p99: null };

/** One entry a namespace that the workload is in; one that says why there is none. */
export function workloadMetrics(name: WorkloadName, samples: WorkloadSamples): readonly WorkloadMetrics[] {
  const { workload, namespace = null } = name;
  const base = { workload, namespace, reporter: null, totalRps: null, errorRps: null, latencyMs: NOTHING };
  const totals = samples.totalRps;
  if (typeof totals === 'string') return [{ ...base, state: 'failed', reason: totals }];
  const known = totals.filter(({ value }) => Number.isFinite(value));
  const namespaces = [...new Set(known.map(({ labels }) => labels[NAMESPACE] ?? ''))].sort(compareText);
  if (namespaces.length === 0) return [{ ...base, state: 'no-data' }];
  return namespaces.map((own) => inNamespace(workload, own, known, samples));
}

function inNamespace(
  workload: string,
  namespace: string,
  totals: readonly MetricSample[],
  samples: WorkloadSamples,
): WorkloadMetrics {
  const reported = (reporter: MetricReporter): MetricSample[] =>
    totals.filter(({ labels }) => labels[NAMESPACE] === namespace && labels['reporter'] === reporter);
  // A workload that left the mesh keeps an old series that no longer counts: where another one does, that is the one.
  const reporter =
    REPORTERS.find((one) => reported(one).some(({ value }) => value > 0)) ??
    REPORTERS.find((one) => reported(one).length > 0) ??
    'destination';
  const total = valueIn(totals, namespace, reporter);
  const errors = samples.errorRps;
  const failures = [...new Set(Object.values(samples).filter((one) => typeof one === 'string'))];
  const latency = (key: 'p50' | 'p90' | 'p99'): number | null => {
    const series = samples[key];
    return typeof series === 'string' ? null : valueIn(series, namespace, reporter);
  };
  return {
    workload,
    namespace,
    state: 'data',
    reporter,
    totalRps: total,
    // Requests were counted and none of them with such a code: that is a zero that is known.
    errorRps:
      typeof errors === 'string'
        ? null
        : (valueIn(errors, namespace, reporter) ?? (total === null ? null : 0)),
    latencyMs: { p50: latency('p50'), p90: latency('p90'), p99: latency('p99') },
    ...(failures.length > 0 ? { reason: failures.join('; ') } : {}),
  };
}

function valueIn(
  series: readonly MetricSample[],
  namespace: string,
  reporter: MetricReporter,
): number | null {
  const found = series.find(
    ({ labels }) => labels[NAMESPACE] === namespace && (labels['reporter'] ?? 'destination') === reporter,
  );
  return found !== undefined && Number.isFinite(found.value) ? found.value : null;
}

/** As the reference reads the answers: the first series, and 0 where there is none. */
export function compatMetrics(
  { workload, namespace }: WorkloadName,
  samples: WorkloadSamples,
): WorkloadMetrics {
  const first = (key: keyof WorkloadSamples): number => {
    const series = samples[key];
    const value = typeof series === 'string' ? 0 : (series[0]?.value ?? 0);
    return value;
  };
  return {
    workload,
    namespace: namespace ?? null,
    state: 'data',
    reporter: 'destination',
    totalRps: first('totalRps'),
    errorRps: first('errorRps'),
    latencyMs: { p50: first('p50'), p90: first('p90'), p99: first('p99') },
  };
}

/** Share of requests that failed, 0 to 1; `undefined` where that is not known or there were none. */
export function errorShare({ totalRps, errorRps }: WorkloadMetrics): number | undefined {
  return totalRps === null || errorRps === null || totalRps <= 0 ? undefined : errorRps / totalRps;
}

/** Worst first: the largest share of errors, then what is not known, then by name. */
export function worstFirst(workloads: readonly WorkloadMetrics[]): readonly WorkloadMetrics[] {
  const rank = (one: WorkloadMetrics): number => (one.state === 'data' ? (errorShare(one) ?? 0) : -1);
  const order = (one: WorkloadMetrics): number => (rank(one) > 0 ? 0 : rank(one) < 0 ? 1 : 2);
  const id = (one: WorkloadMetrics): string => `${one.workload}.${one.namespace ?? ''}`;
  return [...workloads].sort((a, b) => order(a) - order(b) || rank(b) - rank(a) || compareText(id(a), id(b)));
}
