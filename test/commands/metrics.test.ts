import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/run.ts';

/** Answers as Prometheus does to what the test prepares, by a part of the query. */
const answers = new Map<string, unknown>();
let server: Server;
let url = '';
const asked: { path: string; query: string | null; authorization: string | undefined }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const query = searchParams.get('query');
    asked.push({ path: pathname, query, authorization: request.headers.authorization });
    const key = [...answers.keys()].find((part) => (query ?? pathname).includes(part));
    const body = key === undefined ? vector() : answers.get(key);
    response.statusCode = typeof body === 'number' ? body : 200;
    response.end(typeof body === 'string' || typeof body === 'number' ? String(body) : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

function vector(...values: readonly (readonly [reporter: string, value: string])[]): unknown {
  const result = values.map(([reporter, value]) => ({
    metric: { reporter, destination_workload_namespace: 'shop' },
    value: [1_764_000_000.5, value],
  }));
  return { status: 'success', data: { resultType: 'vector', result } };
}

function prepare(entries: Readonly<Record<string, unknown>>): void {
  answers.clear();
  asked.length = 0;
  for (const [part, answer] of Object.entries(entries)) answers.set(part, answer);
}

const TRAFFIC = {
  response_code: vector(['destination', '4.5']),
  'istio_requests_total{destination_workload="cart-v1"': vector(['destination', '12.25']),
  'quantile(0.5,': vector(['destination', '7.54']),
  'quantile(0.9,': vector(['destination', '480.2']),
  'quantile(0.99,': vector(['destination', 'NaN']),
};

describe('metrics', () => {
  it('tells requests, errors and latencies, worst first, and what is not known', async () => {
    prepare({ ...TRAFFIC, '/label/': { status: 'success', data: ['cart-v1', 'reviews-v1', 'reviews-v2'] } });
    const result = await run(`metrics reviews.shop cart-v1.shop --prometheus-url ${url}`);
    expect(result.exitCode).toBe(0);
    expect(result.stdout.replace(url, 'URL')).toBe(
      [
        '  WORKLOAD      RPS     ERRORS/S  P50    P90    P99  DETAIL',
        '! cart-v1.shop  12.250  4.500     7.5ms  480ms  -    37% of requests fail',
        '? reviews.shop  -       -         -      -      -    no data: Prometheus has no request to it in this time; near: reviews-v1, reviews-v2',
        '  over 1m, from URL',
        '',
      ].join('\n'),
    );
  });

  it('prints JSON with null for what is not known', async () => {
    prepare(TRAFFIC);
    const result = await run(`metrics cart-v1.shop ghost.shop -d 10m -o json --prometheus-url ${url}`);
    const answer = JSON.parse(result.stdout);
    expect(answer).toMatchObject({
      apiVersion: 'meshscope.io/v1',
      kind: 'WorkloadMetrics',
      windowSeconds: 600,
    });
    expect(answer.workloads[0]).toMatchObject({ totalRps: 12.25, latencyMs: { p50: 7.54, p99: null } });
    expect(answer.workloads[1]).toMatchObject({
      workload: 'ghost',
      state: 'no-data',
      totalRps: null,
      errorRps: null,
    });
    expect(asked.some(({ query }) => query?.includes('[600s]'))).toBe(true);
  });

  it('needs no cluster with --prometheus-url, and shows every namespace that has the workload', async () => {
    prepare(TRAFFIC);
    const result = await run(`metrics cart-v1 --prometheus-url ${url}`);
    expect([result.exitCode, result.stderr]).toEqual([0, '']);
    expect(result.stdout).toContain('cart-v1.shop');
    expect(asked.every(({ query }) => query?.includes('destination_workload_namespace=') !== true)).toBe(
      true,
    );
  });

  it('names a query that failed, keeps the rest, and is 75 with --strict', async () => {
    const failure = {
      status: 'error',
      errorType: 'timeout',
      error: 'query timed out in expression evaluation',
    };
    prepare({ ...TRAFFIC, 'quantile(0.9,': failure, response_code: failure });
    const result = await run(`metrics cart-v1.shop --strict --prometheus-url ${url}`);
    expect(result.exitCode).toBe(75);
    expect(result.stdout).toMatch(/\? cart-v1\.shop {2}12\.250 {2}- +7\.5ms {2}- {4}- {4}not known: /);
    expect(result.stderr).toBe('note: metrics of cart-v1.shop: query timed out in expression evaluation\n');
  });

  it('is 69 when nothing could be asked, and says why', async () => {
    const result = await run('metrics cart-v1.shop --prometheus-url http://127.0.0.1:1');
    expect(result.exitCode).toBe(69);
    expect(result.stderr).toContain('connection refused: nothing listens there (check --prometheus-url)');
  });

  it.each([
    ['a web page', '<html>login</html>', 'not as the API of Prometheus does'],
    ['a wrong path', 404, 'it answered 404, not as the API of Prometheus does'],
    ['a login that is wanted', 401, 'it answered 401: it wants a login'],
    [
      'JSON of another kind',
      { status: 'success', data: { resultType: 'matrix' } },
      'not as the API of Prometheus does',
    ],
    ['a list', [1], 'not as the API of Prometheus does'],
  ])('takes %s for no answer', async (_, body, reason) => {
    prepare({ istio: body });
    const result = await run(`metrics cart-v1.shop --prometheus-url ${url}`);
    expect(result.exitCode).toBe(69);
    expect(result.stderr).toContain(reason);
  });

  it('sends the login of the address and prints it nowhere', async () => {
    prepare(TRAFFIC);
    const withLogin = `${url.replace('http://', 'http://reader:pass%40word@')}/prefix/`;
    const result = await run(`metrics cart-v1.shop --prometheus-url ${withLogin}`);
    expect(asked[0]).toMatchObject({
      path: '/prefix/api/v1/query',
      authorization: `Basic ${Buffer.from('reader:pass@word').toString('base64')}`,
    });
    expect(result.stdout + result.stderr).not.toMatch(/pass|reader/);
  });

  it('prints under --compat the table of the reference, with its prefix matching and its zeros', async () => {
    prepare({
      'destination_workload=~"reviews.*",destination_workload_namespace=~".*",reporter="destination",response_code':
        vector(),
      'requests_total{destination_workload=~"reviews.*"': vector(['destination', '1.0066']),
      'quantile(0.9,': vector(['destination', '1480.9']),
    });
    const result = await run(`metrics reviews --compat --prometheus-url ${url}`);
    expect(result.stdout.split('\n')).toEqual([
      '                                  WORKLOAD    TOTAL RPS    ERROR RPS  P50 LATENCY  P90 LATENCY  P99 LATENCY',
      '                                   reviews        1.007        0.000           0s        1.48s           0s',
      '',
    ]);
  });

  it.each([
    ['metrics', 'missing required argument'],
    ['metrics .shop', 'names no workload'],
    ['metrics cart. ', 'names no workload'],
    ['metrics cart -d 10ms --prometheus-url http://localhost', 'at least 1s'],
    ['metrics cart --prometheus-url localhost:9090', 'not the address of a web page'],
    ['metrics cart --from demo', 'needs a live cluster'],
  ])('%s is a usage error', async (line, text) => {
    const result = await run(line);
    expect([result.exitCode, result.stdout]).toEqual([64, '']);
    expect(result.stderr).toContain(text);
  });

  it('fits a terminal of 80 columns', async () => {
    prepare({ ...TRAFFIC, '/label/': { status: 'success', data: [] } });
    const result = await run(`metrics cart-v1.shop reviews.shop --color never --prometheus-url ${url}`, {
      tty: { columns: 80 },
    });
    for (const line of result.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(result.stdout).toContain('37% of requests fail');
  });
});
