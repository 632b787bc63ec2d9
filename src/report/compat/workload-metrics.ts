import type { WorkloadMetrics, WorkloadMetricsAnswer } from '../../answers/workload-metrics.ts';
import { escapeLine } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';

const NAME_WIDTH = 40;
/** Least width of a column, and the blanks in front of it. */
const WIDTH = 13;
const PADDING = 2;

/**
 * The reference's table: the name in 40 columns, each value in a column of its own that ends at the right. Its header
 * and its lines are laid out one by one. Source: spec of metrics (analyze, part B).
 */
export const table: Reporter<WorkloadMetricsAnswer> = ({ workloads }) =>
  [
    line(['WORKLOAD', 'TOTAL RPS', 'ERROR RPS', 'P50 LATENCY', 'P90 LATENCY', 'P99 LATENCY']),
    ...workloads.map((one) => line(cells(one))),
  ].join('');

function cells({ workload, namespace, totalRps, errorRps, latencyMs }: WorkloadMetrics): string[] {
  const { p50, p90, p99 } = latencyMs;
  const name = namespace === null ? workload : `${workload}.${namespace}`;
  const latencies = [p50, p90, p99].map(latency);
  return [name, (totalRps ?? 0).toFixed(3), (errorRps ?? 0).toFixed(3), ...latencies];
}

function line([name = '', ...values]: readonly string[]): string {
  const columns = [escapeLine(name).padStart(NAME_WIDTH), ...values.map(escapeLine)];
  const padded = columns.map((cell) => cell.padStart(Math.max(WIDTH, cell.length + PADDING)));
  return `${padded.join('')}\n`;
}

/** Whole milliseconds in the form of Go's durations: `0s`, `25ms`, `1.5s`, `1m2s`. */
function latency(ms: number | null): string {
  const whole = Math.trunc(ms ?? 0);
  if (!Number.isFinite(whole) || whole === 0) return '0s';
  if (whole < 1000) return `${whole}ms`;
  const minutes = Math.trunc(whole / 60_000);
  const seconds = `${(whole % 60_000) / 1000}s`;
  if (minutes === 0) return seconds;
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.trunc(minutes / 60)}h${minutes % 60}m${seconds}`;
}
