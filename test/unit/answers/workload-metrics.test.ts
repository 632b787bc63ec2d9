import { describe, expect, it } from 'vitest';
import { exactQueries, prefixQueries, promDuration } from '../../../src/answers/promql.ts';
import {
  compatMetrics,
  errorShare,
  type MetricSample,
  type WorkloadMetrics,
  type WorkloadSamples,
  workloadMetrics,
  worstFirst,
} from '../../../src/answers/workload-metrics.ts';

const CART = { workload: 'cart-v1', namespace: 'shop' };

function sample(value: number, reporter = 'destination', namespace = 'shop'): MetricSample {
  return { labels: { reporter, destination_workload_namespace: namespace }, value };
}

function samples(change: Partial<WorkloadSamples> = {}): WorkloadSamples {
  return {
    totalRps: [sample(20)],
    errorRps: [sample(5)],
    p50: [sample(12)],
    p90: [sample(80)],
    p99: [sample(240)],
    ...change,
  };
}

describe('the queries of a workload', () => {
  it('match it exactly, by namespace and reporter', () => {
    const { errorRps, p99 } = exactQueries(CART, 90_000);
    expect(errorRps).toBe(
      'sum by (reporter,destination_workload_namespace) (rate(istio_requests_total{destination_workload="cart-v1",destination_workload_namespace="shop",response_code=~"[45][0-9]{2}"}[90s]))',
    );
    expect(p99).toBe(
      'histogram_quantile(0.99,sum by (le,reporter,destination_workload_namespace) (rate(istio_request_duration_milliseconds_bucket{destination_workload="cart-v1",destination_workload_namespace="shop"}[90s])))',
    );
  });

  it('of the reference count every name that begins so', () => {
    expect(prefixQueries({ workload: 'reviews', namespace: 'shop' }, 60_000).totalRps).toBe(
      'sum(rate(istio_requests_total{destination_workload=~"reviews.*",destination_workload_namespace=~"shop.*",reporter="destination"}[60s]))',
    );
  });

  it('hold any name as text: none of it becomes a part of the query', () => {
    const { totalRps } = exactQueries({ workload: 'a"} or vector(1) #\\', namespace: 'x' }, 60_000);
    expect(totalRps).toContain('destination_workload="a\\"} or vector(1) #\\\\",');
  });

  it('have a window that every Prometheus reads', () => {
    expect([60_000, 1_500, 3_600_000].map(promDuration)).toEqual(['60s', '1500ms', '3600s']);
  });
});

describe('traffic of a workload', () => {
  it('is what Prometheus counted', () => {
    expect(workloadMetrics(CART, samples())).toEqual([
      {
        ...CART,
        state: 'data',
        reporter: 'destination',
        totalRps: 20,
        errorRps: 5,
        latencyMs: { p50: 12, p90: 80, p99: 240 },
      },
    ]);
  });

  it('is "no data" where Prometheus has none: nothing of it is zero', () => {
    const none = samples({ totalRps: [], errorRps: [], p50: [], p90: [], p99: [] });
    expect(workloadMetrics(CART, none)).toEqual([
      {
        ...CART,
        state: 'no-data',
        reporter: null,
        totalRps: null,
        errorRps: null,
        latencyMs: { p50: null, p90: null, p99: null },
      },
    ]);
  });

  it('has no errors, for sure, when requests were counted and no error series is there', () => {
    expect(workloadMetrics(CART, samples({ errorRps: [] }))[0]?.errorRps).toBe(0);
  });

  it('has unknown latencies when no request came in the window', () => {
    const idle = samples({
      totalRps: [sample(0)],
      errorRps: [],
      p50: [sample(Number.NaN)],
      p99: [sample(Infinity)],
    });
    expect(workloadMetrics(CART, idle)[0]).toMatchObject({
      totalRps: 0,
      errorRps: 0,
      latencyMs: { p50: null, p99: null },
    });
  });

  it('names what failed and keeps the rest', () => {
    const [one] = workloadMetrics(CART, samples({ errorRps: 'query timed out', p99: 'query timed out' }));
    expect(one).toMatchObject({ state: 'data', totalRps: 20, errorRps: null, reason: 'query timed out' });
    expect(workloadMetrics(CART, samples({ totalRps: 'down' }))[0]).toMatchObject({
      state: 'failed',
      reason: 'down',
    });
  });

  it('is counted once: by the workload itself, else its waypoint, else its callers', () => {
    const all = [sample(3, 'source'), sample(2, 'waypoint'), sample(1, 'destination')];
    const rates = (totals: MetricSample[]) => {
      const [one] = workloadMetrics(CART, samples({ totalRps: totals, errorRps: totals }));
      return [one?.reporter, one?.totalRps, one?.errorRps];
    };
    expect(rates(all)).toEqual(['destination', 1, 1]);
    expect(rates(all.slice(0, 2))).toEqual(['waypoint', 2, 2]);
    expect(rates(all.slice(0, 1))).toEqual(['source', 3, 3]);
    expect(rates([sample(0), sample(4, 'waypoint')])).toEqual(['waypoint', 4, 4]);
  });

  it('is told for each namespace that has a workload of that name', () => {
    const totals = [sample(1, 'destination', 'shop'), sample(2, 'destination', 'edge')];
    const found = workloadMetrics({ workload: 'cart-v1' }, samples({ totalRps: totals }));
    expect(found.map(({ namespace, totalRps }) => [namespace, totalRps])).toEqual([
      ['edge', 2],
      ['shop', 1],
    ]);
  });

  it('of the reference is 0 where there is none', () => {
    expect(compatMetrics(CART, samples({ totalRps: [], p50: [] }))).toMatchObject({
      state: 'data',
      totalRps: 0,
      latencyMs: { p50: 0, p90: 80 },
    });
  });
});

it('the workload with the largest share of errors comes first, then the unknown, then those without errors', () => {
  const of = (workload: string, totalRps: number | null, errorRps: number | null): WorkloadMetrics => ({
    ...CART,
    workload,
    state: totalRps === null ? 'no-data' : 'data',
    reporter: null,
    totalRps,
    errorRps,
    latencyMs: { p50: null, p90: null, p99: null },
  });
  const list = [
    of('fine', 10, 0),
    of('ghost', null, null),
    of('bad', 10, 5),
    of('worse', 2, 2),
    of('idle', 0, 0),
  ];
  expect(worstFirst(list).map(({ workload }) => workload)).toEqual(['worse', 'bad', 'ghost', 'fine', 'idle']);
  expect(list.map(errorShare)).toEqual([0, undefined, 0.5, 1, undefined]);
});
