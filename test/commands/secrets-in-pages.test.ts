import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { asObject } from '../../src/util/json.ts';
import { type Planted, plantedSecrets, tracesOf } from '../helpers/planted-secrets.ts';
import { ROOT, run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-page-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const secrets = plantedSecrets(7);
const CART = 'cart-v1-db9689b57-djzwj.shop';

/** Objects of a page in which something may be added, none of them a map of names to texts alone. */
function placesOf(value: unknown, found: Record<string, unknown>[] = []): Record<string, unknown>[] {
  for (const member of Array.isArray(value) ? value : Object.values(asObject(value) ?? {})) {
    if (asObject(member)) found.push(member as Record<string, unknown>);
    placesOf(member, found);
  }
  return found;
}

/** A page with every secret at two places and, where it is a Kubernetes object, in what kubectl notes of its past. */
function planted(text: string): string {
  const page = JSON.parse(text) as unknown;
  const places = placesOf(page);
  if (places.length === 0 && asObject(page)) places.push(page as Record<string, unknown>);
  for (const [index, { fields }] of secrets.entries()) {
    for (const at of [index * 13 + 1, index * 29 + 7]) {
      const place = places[at % Math.max(1, places.length)];
      if (place !== undefined) place[`planted${index}`] = structuredClone(fields);
    }
  }
  const applied = Object.assign({}, ...secrets.map(({ fields }) => fields));
  for (const place of places) {
    const annotations = asObject(place['annotations']) as Record<string, unknown> | undefined;
    if (annotations)
      annotations['kubectl.kubernetes.io/last-applied-configuration'] = JSON.stringify(applied);
  }
  return JSON.stringify(page);
}

/** Lines as they stand in logs, with secrets where requests and proxies put them. */
function logLines(): string {
  const at = '2026-11-23T02:10:57.908Z';
  const request = (path: string, agent: string, details: string): string =>
    `[${at}] "GET ${path} HTTP/1.1" 503 UF ${details} - "-" 0 91 12 - "10.244.16.11" "${agent}" "05298137-64ab-914f-906f-c7594516fa36" "catalog.shop" "10.244.16.9:8080" outbound|80||catalog.shop.svc.cluster.local - 10.96.0.1:80 10.244.16.11:58554 - default`;
  return secrets
    .flatMap(({ secret: s, fields }) => [
      request(`/login?access_token=${s}&next=1`, 'agent', 'upstream_reset'),
      request('/x', `agent Bearer ${s}`, 'upstream_reset'),
      request('/x', 'agent', `details_{password=${s}}`),
      request(`/x?redirect=https://shop:${s}@catalog.shop/`, 'agent', 'upstream_reset'),
      JSON.stringify({
        start_time: at,
        method: 'GET',
        path: `/y?token=${s}`,
        response_code: 503,
        authorization: `Bearer ${s}`,
      }),
      `${at}\tinfo\txdsproxy\tconnect with Authorization: Bearer ${s}`,
      `${at}\twarn\tcitadel\ttoken=${s} was refused`,
      `${at}\terror\tenvoy config\t${JSON.stringify(fields)}`,
    ])
    .join('\n');
}

function meshOf(name: string): string {
  const copy = join(folder, name);
  cpSync(join(ROOT, 'fixtures/meshes', name), copy, { recursive: true });
  const paths = readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths) {
    if (path.endsWith('.log')) writeFileSync(path, `${readFileSync(path, 'utf8')}\n${logLines()}\n`);
    else if (path.endsWith('snapshot.json')) {
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), contents: [] }));
    } else if (path.endsWith('.json')) writeFileSync(path, planted(readFileSync(path, 'utf8')));
  }
  return copy;
}

const shop = meshOf('shop');
const ambient = meshOf('ambient');

const SHOP_LINES = [
  `describe pod ${CART}`,
  'describe svc cart.shop',
  `logs ${CART} --all`,
  `logs ${CART} --lines`,
  'logs deploy/storefront-v1.shop --to svc/catalog.shop --all',
  `envoy-stats ${CART}`,
  `envoy-stats ${CART} --type clusters`,
  'wait virtualservice/cart.shop --timeout 2s',
  ...[
    'configz',
    'mesh',
    'adsz',
    'syncz',
    'inject',
    'authorizationz',
    'endpointz',
    'registryz',
    'telemetryz',
  ].map((page) => `internal-debug ${page}`),
  `internal-debug config_dump?proxyID=${CART}`,
  `internal-debug edsz?proxyID=${CART}`,
  `check-inject ${CART}`,
  'injector list',
  'tag list',
  'admin log',
  'remote-clusters',
  `proxy-config log ${CART}`,
  'proxy-status -A --all',
  `proxy-status ${CART}`,
  `authz check ${CART}`,
  'version',
];
const AMBIENT_LINES = [
  ...['workload', 'service', 'policy', 'certificate', 'connections', 'all', 'log'].map(
    (page) => `ztunnel-config ${page}`,
  ),
  'waypoint list -A',
  'waypoint status -A',
  'internal-debug ambientz',
];

function expectNone(list: readonly Planted[], output: string, line: string): void {
  for (const { what, secret } of list) {
    for (const trace of tracesOf(secret)) {
      const at = output.indexOf(trace);
      expect(at < 0 ? '' : output.slice(Math.max(0, at - 200), at + 60), `${line}: ${what}`).toBe('');
    }
  }
}

describe.each([
  ['shop', shop, SHOP_LINES],
  ['ambient', ambient, AMBIENT_LINES],
] as const)('no secret planted in the pages of %s leaves by', (_, from, lines) => {
  it.each(lines)('%s', { timeout: 60_000 }, async (line) => {
    let answered = 0;
    for (const tail of ['', '-o json', '-o yaml', '--compat', '-o json --compat']) {
      const { stdout, stderr, exitCode } = await run(`${line} ${tail} --from ${from}`);
      expect(exitCode, stderr).not.toBe(70);
      if (stdout !== '') answered++;
      expectNone(secrets, stdout + stderr, `${line} ${tail}`);
    }
    expect(answered, line).toBeGreaterThan(0);
  });
});
