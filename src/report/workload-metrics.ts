import { errorShare, type WorkloadMetrics, type WorkloadMetricsAnswer } from '../answers/workload-metrics.ts';
import { escapeLine } from '../util/text.ts';
import { detailTable } from './detail-table.ts';
import type { Cell } from './long-table.ts';
import type { Reporter } from './reporter.ts';
import { type Mark, markSymbol, plainMark, type Style, styleFor } from './style.ts';
import { wrapLines } from './wrap.ts';

const HEADER = ['  WORKLOAD', 'RPS', 'ERRORS/S', 'P50', 'P90', 'P99'];

/** One line a workload, worst first; `-` is what is not known. */
export const table: Reporter<WorkloadMetricsAnswer> = (answer, options) => {
  const style = styleFor(options.color);
  const rows = answer.workloads.map((one) => ({
    cells: [
      marked(one, style),
      rate(one.totalRps),
      rate(one.errorRps),
      latency(one.latencyMs.p50),
      latency(one.latencyMs.p90),
      latency(one.latencyMs.p99),
    ],
    detail: detailOf(one),
  }));
  const { windowSeconds, prometheus } = answer;
  const foot = `  over ${windowText(windowSeconds)}, from ${escapeLine(prometheus)}`;
  return `${detailTable(HEADER, rows, options)}${wrapLines(foot, options.width)}\n`;
};

function marked(one: WorkloadMetrics, style: Style): Cell {
  const mark = markOf(one);
  const plain = plainMark(mark);
  const name = one.namespace === null ? one.workload : `${one.workload}.${one.namespace}`;
  return {
    text: `${plain} ${name}`,
    paint: (shown) => (shown.startsWith(plain) ? markSymbol(mark, style) + shown.slice(plain.length) : shown),
  };
}

function markOf(one: WorkloadMetrics): Mark {
  if (one.state !== 'data' || one.totalRps === null || one.errorRps === null) return 'unknown';
  return one.errorRps > 0 ? 'warn' : one.totalRps > 0 ? 'good' : 'plain';
}

function detailOf(one: WorkloadMetrics): string {
  if (one.state === 'no-data') {
    const near = one.near === undefined ? '' : `; near: ${one.near.join(', ')}`;
    return `no data: Prometheus has no request to it in this time${near}`;
  }
  const share = errorShare(one);
  const parts = [
    ...(one.totalRps === 0 ? ['no request in this time'] : []),
    ...(share !== undefined && share > 0 ? [`${percent(share)} of requests fail`] : []),
    ...(one.reporter === 'waypoint' ? ['measured by its waypoint'] : []),
    ...(one.reporter === 'source' ? ['measured by its callers: it has no proxy of its own'] : []),
    ...(one.reason === undefined ? [] : [`not known: ${one.reason}`]),
  ];
  return parts.join('; ');
}

function percent(share: number): string {
  const value = share * 100;
  return value < 0.1 ? 'less than 0.1%' : `${value < 10 ? value.toFixed(1) : Math.round(value)}%`;
}

function rate(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function latency(ms: number | null): string {
  if (ms === null) return '-';
  return ms < 10 ? `${ms.toFixed(1)}ms` : ms < 10_000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`;
}

function windowText(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
