/** What is asked of one workload, as PromQL by what it gives. */
export interface WorkloadQueries {
  readonly totalRps: string;
  readonly errorRps: string;
  readonly p50: string;
  readonly p90: string;
  readonly p99: string;
}

/** A workload as it is looked for; in all namespaces when it names none. */
export interface WorkloadName {
  readonly workload: string;
  readonly namespace?: string | undefined;
}

const ERRORS = 'response_code=~"[45][0-9]{2}"';

/**
 * Exactly this workload, one series a namespace and reporter: in ambient mode the waypoint reports, and of a workload
 * without a proxy only its callers do. Adding them up would count a request more than once.
 */
export function exactQueries({ workload, namespace }: WorkloadName, windowMs: number): WorkloadQueries {
  const matchers = [
    `destination_workload=${quoted(workload)}`,
    ...(namespace === undefined ? [] : [`destination_workload_namespace=${quoted(namespace)}`]),
  ];
  return queriesOf(matchers, promDuration(windowMs), ['reporter', 'destination_workload_namespace']);
}

/** As the reference asks: every workload and namespace whose name begins so. Source: spec of metrics (analyze, part B). */
export function prefixQueries({ workload, namespace = '' }: WorkloadName, windowMs: number): WorkloadQueries {
  const matchers = [
    `destination_workload=~${quoted(`${workload}.*`)}`,
    `destination_workload_namespace=~${quoted(`${namespace}.*`)}`,
    'reporter="destination"',
  ];
  return queriesOf(matchers, promDuration(windowMs), []);
}

function queriesOf(matchers: readonly string[], window: string, by: readonly string[]): WorkloadQueries {
  const counts = (more: readonly string[]): string =>
    `sum${grouping(by)}(rate(istio_requests_total{${[...matchers, ...more].join(',')}}[${window}]))`;
  const latency = (quantile: number): string =>
    `histogram_quantile(${quantile},sum${grouping(['le', ...by])}(rate(istio_request_duration_milliseconds_bucket{${matchers.join(',')}}[${window}])))`;
  return {
    totalRps: counts([]),
    errorRps: counts([ERRORS]),
    p50: latency(0.5),
    p90: latency(0.9),
    p99: latency(0.99),
  };
}

function grouping(labels: readonly string[]): string {
  return labels.length === 0 ? '' : ` by (${labels.join(',')}) `;
}

/** A PromQL string. Its escapes are those of Go, which for these are those of JSON. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A duration as every Prometheus reads it: whole seconds where they do, else milliseconds. */
export function promDuration(ms: number): string {
  const whole = Math.max(1, Math.round(ms));
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}
