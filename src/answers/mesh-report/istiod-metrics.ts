import { type MetricSample, parseMetrics } from '../../istiod/metrics.ts';
import { compareText } from '../../util/text.ts';
import type { LabelledValue, ReportIstiod } from './mesh-report.ts';

/** Which istiod a page of metrics is of, and the moment that it is of. */
export interface MetricsPage {
  readonly istiod: string;
  readonly namespace: string;
  readonly text: string;
  readonly now: Date;
}

/** Conflicts in the configuration, and services that lead nowhere, as istiod counts them. */
const CONFLICTS =
  /^pilot_(?:conflict_\w+|duplicate_envoy_clusters|vservice_dup_domain|destrule_subsets|no_ip|eds_no_instances|endpoint_not_ready|dns_cluster_without_endpoints)$/;
const WANTED =
  /^(?:pilot_|istiod_uptime_seconds$|process_start_time_seconds$)(?!.*_(?:config_size_bytes|push_time|send_time)_)/;
/** A page of a stranger may have any number of labels; nobody reads more bars than this. */
const MOST_LABELS = 30;
/** What istiod counts a connection under that names no version: tools that ask over xDS do so. */
const NO_VERSION = /^65536\./;
const SEND_ERROR = /_senderr$/;

/** What the metrics of one istiod say; `undefined` where the page does not have it. */
export function istiodMetrics({ istiod, namespace, text, now }: MetricsPage): ReportIstiod {
  const samples = parseMetrics(text, (name) => WANTED.test(name));
  const of = (name: string): readonly MetricSample[] => samples.filter((one) => one.name === name);
  const pushes = of('pilot_xds_pushes').filter(({ labels }) => !labels.get('type')?.includes('/debug/'));
  const conflicts = samples.filter(({ name }) => CONFLICTS.test(name));
  return {
    istiod,
    namespace,
    uptimeSeconds: uptime(samples, now),
    connections: summed(of('pilot_xds'), ({ labels }) => {
      const version = labels.get('version') ?? '';
      return version === '' || NO_VERSION.test(version) ? 'no version named' : version;
    }),
    pushes: summed(
      pushes.filter(({ labels }) => !SEND_ERROR.test(labels.get('type') ?? '')),
      typeOf,
    ),
    errors: errorsOf(samples, pushes),
    triggers: summed(of('pilot_push_triggers'), typeOf),
    convergence: convergence(of('pilot_proxy_convergence_time_bucket')),
    conflicts:
      conflicts.length === 0
        ? undefined
        : summed(
            conflicts.filter(({ value }) => value !== 0),
            ({ name }) => name,
            true,
          ),
  };
}

/** Names of errors that istiod counts in metrics of their own. */
const OTHER_ERRORS: Readonly<Record<string, string>> = {
  pilot_total_xds_internal_errors: 'internal errors',
  pilot_xds_write_timeout: 'sending timed out',
  pilot_xds_push_timeout: 'pushes timed out',
  pilot_xds_push_context_errors: 'configuration could not be put together',
  pilot_sds_certificate_errors_total: 'certificates not found',
};

function errorsOf(
  samples: readonly MetricSample[],
  pushes: readonly MetricSample[],
): readonly LabelledValue[] | undefined {
  const rejects = samples.filter(({ name }) => name === 'pilot_total_xds_rejects');
  // Only older istiods have no total: then the refusals that stand now are what is known.
  const standing =
    rejects.length > 0 ? [] : samples.filter(({ name }) => /^pilot_xds_[a-z]+_reject$/.test(name));
  const others = samples.filter(({ name }) => Object.hasOwn(OTHER_ERRORS, name));
  const all = [...pushes.filter(({ labels }) => SEND_ERROR.test(labels.get('type') ?? ''))];
  const known = pushes.length + rejects.length + standing.length + others.length > 0;
  if (!known) return undefined;
  return summed(
    [...all, ...rejects, ...standing, ...others].filter(({ value }) => value !== 0),
    errorLabel,
    true,
  );
}

function errorLabel(sample: MetricSample): string {
  const { name } = sample;
  if (name === 'pilot_xds_pushes') return `${typeOf(sample).replace(SEND_ERROR, '')} not sent`;
  if (name === 'pilot_total_xds_rejects') return `${typeOf(sample)} refused`;
  return OTHER_ERRORS[name] ?? `${name.split('_')[2] ?? ''} refused`;
}

function typeOf({ labels }: MetricSample): string {
  return labels.get('type') ?? 'no type named';
}

function uptime(samples: readonly MetricSample[], now: Date): number | undefined {
  const said = samples.find(({ name }) => name === 'istiod_uptime_seconds')?.value;
  const start = samples.find(({ name }) => name === 'process_start_time_seconds')?.value;
  const seconds = said ?? (start === undefined ? undefined : now.getTime() / 1000 - start);
  return seconds === undefined || seconds < 0 ? undefined : Math.round(seconds);
}

/** Values with the same label together, the largest first; `undefined` for none, unless that is what is known. */
function summed(
  samples: readonly MetricSample[],
  labelOf: (sample: MetricSample) => string,
  emptyIsKnown = false,
): readonly LabelledValue[] | undefined {
  if (samples.length === 0) return emptyIsKnown ? [] : undefined;
  const sums = new Map<string, number>();
  for (const sample of samples) {
    const label = labelOf(sample);
    sums.set(label, (sums.get(label) ?? 0) + Math.max(0, sample.value));
  }
  const all = [...sums].map(([label, value]) => ({ label, value }));
  all.sort((a, b) => b.value - a.value || compareText(a.label, b.label));
  if (all.length <= MOST_LABELS) return all;
  const rest = all.slice(MOST_LABELS).reduce((sum, { value }) => sum + value, 0);
  return [...all.slice(0, MOST_LABELS), { label: 'others', value: rest }];
}

/** A bucket of Prometheus counts all that took at most so long; here each is counted once. */
function convergence(buckets: readonly MetricSample[]): ReportIstiod['convergence'] {
  const byBound = new Map<number, number>();
  for (const { labels, value } of buckets) {
    const text = labels.get('le') ?? '';
    const bound = text === '+Inf' ? Number.POSITIVE_INFINITY : text === '' ? Number.NaN : Number(text);
    if (!Number.isNaN(bound)) byBound.set(bound, (byBound.get(bound) ?? 0) + Math.max(0, value));
  }
  if (byBound.size === 0) return undefined;
  let before = 0;
  return [...byBound]
    .sort(([a], [b]) => a - b)
    .slice(0, MOST_LABELS)
    .map(([bound, upTo]) => {
      const count = Math.max(0, upTo - before);
      before = Math.max(before, upTo);
      return { upToSeconds: Number.isFinite(bound) ? bound : ('more' as const), count };
    });
}
