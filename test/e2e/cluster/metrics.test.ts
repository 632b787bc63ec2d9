import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import { buildCli, killAllCli, startCli } from '../built-cli.ts';
import { addForwardedPod, removeForwardedPod } from '../servers/forwarded-pod.ts';
import { prometheusProgram } from '../servers/installed-programs.ts';
import { type RunningPrometheus, startPrometheus } from '../servers/prometheus.ts';

const START = Date.now();

/** Counters of requests a second: by workload, reporter and code. */
const TRAFFIC: readonly (readonly [workload: string, reporter: string, code: string, rps: number])[] = [
  ['reviews', 'destination', '200', 20],
  ['reviews', 'destination', '503', 5],
  ['reviews', 'source', '200', 25],
  ['reviews-v1', 'destination', '200', 100],
  ['ledger-v1', 'waypoint', '200', 8],
  ['outside', 'source', '200', 2],
];

/** Half of the requests take up to 10 ms, all of them up to 100. */
function metrics(): string {
  const seconds = (Date.now() - START) / 1000 + 1;
  const lines = TRAFFIC.flatMap(([workload, reporter, code, rps]) => {
    const labels = `reporter="${reporter}",destination_workload="${workload}",destination_workload_namespace="shop",response_code="${code}"`;
    const count = rps * seconds;
    const bucket = (le: string, share: number): string =>
      `istio_request_duration_milliseconds_bucket{${labels},le="${le}"} ${count * share}`;
    return [
      `istio_requests_total{${labels}} ${count}`,
      bucket('10', 0.5),
      bucket('100', 1),
      bucket('+Inf', 1),
    ];
  });
  return `${lines.join('\n')}\n`;
}

const part = inject('bench').ok ? prometheusProgram() : ({ ok: false, reason: 'no servers' } as const);

describeLive('a real Prometheus', (bench) => {
  describe.skipIf(!part.ok)(part.ok ? 'in the cluster' : `in the cluster (skipped: ${part.reason})`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const pod = {
      namespace: 'istio-system',
      name: 'prometheus-0',
      labels: { 'app.kubernetes.io/name': 'prometheus' },
    };
    const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
    let prometheus: RunningPrometheus;
    beforeAll(async () => {
      buildCli();
      prometheus = await startPrometheus(part.ok ? part.path : '', folder, metrics);
      await addForwardedPod(bench.admin, { ...pod, ports: { 9090: prometheus.port } });
      // A rate over four seconds is right once there are samples of four seconds.
      const samples = new URLSearchParams({ query: 'min(count_over_time(istio_requests_total[4s]))' });
      for (let waited = 0; waited < 60; waited++) {
        const reply = await fetch(`http://127.0.0.1:${prometheus.port}/api/v1/query?${samples}`);
        const [series] = ((await reply.json()) as { data: { result: { value: [number, string] }[] } }).data
          .result;
        if (Number(series?.value[1] ?? 0) >= 7) return;
        await sleep(500);
      }
      throw new Error('Prometheus reads no metrics');
    });
    afterEach(killAllCli);
    afterAll(async () => {
      await removeForwardedPod(bench.admin, pod);
      await prometheus.stop();
      rmSync(folder, { recursive: true });
    });

    it('tells requests, errors and latencies of exactly the workloads that are asked for', async () => {
      const words = [
        'metrics',
        'reviews',
        'ledger-v1.shop',
        'outside',
        'ghost.shop',
        '-n',
        'shop',
        '-d',
        '4s',
        '-o',
        'json',
      ];
      const result = await run([...words, ...live]);
      expect(result.exitCode, result.stderr).toBe(0);
      const { workloads, prometheus: from } = JSON.parse(result.stdout);
      expect(from).toBe('Prometheus prometheus-0.istio-system');
      const near = (value: number) => ({
        asymmetricMatch: (got: number) => Math.abs(got - value) < value / 5,
      });
      expect(workloads).toMatchObject([
        {
          workload: 'reviews',
          namespace: 'shop',
          reporter: 'destination',
          totalRps: near(25),
          errorRps: near(5),
          latencyMs: { p50: near(10), p90: near(82), p99: near(98) },
        },
        { workload: 'ghost', state: 'no-data', totalRps: null, errorRps: null },
        { workload: 'ledger-v1', reporter: 'waypoint', totalRps: near(8), errorRps: 0 },
        { workload: 'outside', reporter: 'source', totalRps: near(2), errorRps: 0 },
      ]);
    });

    it('counts as the reference does under --compat: every name that begins so', async () => {
      const result = await run(['metrics', 'reviews.shop', 'ghost.shop', '-d', '4s', '--compat', ...live]);
      const [header, reviews = '', ghost] = result.stdout.split('\n');
      expect(header).toMatch(/^ {34}WORKLOAD {4}TOTAL RPS/);
      expect(Number(reviews.trim().split(/\s+/)[1])).toBeGreaterThan(100);
      expect(ghost?.trim().split(/\s+/)).toEqual(['ghost.shop', '0.000', '0.000', '0s', '0s', '0s']);
    });

    it('is asked at an address without any cluster', async () => {
      const url = `http://127.0.0.1:${prometheus.port}`;
      const result = await run(['metrics', 'reviews', '-d', '4s', '--prometheus-url', url]);
      expect([result.exitCode, result.stderr]).toEqual([0, '']);
      expect(result.stdout).toMatch(/! reviews\.shop .* 20% of requests fail/);
    });

    it('is shown by its dashboard', async () => {
      const cli = startCli(['dashboard', 'prometheus', '--url-only', ...live]);
      const url = await cli.url();
      const reply = await fetch(`${url}api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: 'count(istio_requests_total)' }),
      });
      expect(await reply.json()).toMatchObject({ status: 'success' });
      expect((await fetch(`${url}-/ready`)).status).toBe(200);
      cli.interrupt();
      expect((await cli.result).code).toBe(130);
    });

    it('that is nowhere in the cluster is an error that names the other way', async () => {
      await removeForwardedPod(bench.admin, pod);
      const result = await run(['metrics', 'reviews.shop', ...live]);
      expect(result.exitCode).toBe(66);
      expect(result.stderr).toContain('error: no Prometheus pod is there');
      await addForwardedPod(bench.admin, { ...pod, ports: { 9090: prometheus.port } });
    });
  });
});
