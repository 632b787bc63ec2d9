import { Readable } from 'node:stream';
import { writeClientConfig, writeResponse } from './ads-messages.ts';
import type { AdsAnswers } from './ads-server.ts';
import { controlzScopes, envoyLogging } from './level-pages.ts';
import type { Page, Pages } from './page-server.ts';
import type { PodName, RecordedMesh } from './recorded-mesh.ts';

const ADMIN_PAGES: Readonly<Record<string, string>> = {
  '/clusters': 'clusters.json',
  '/certs': 'certs.json',
  '/listeners': 'listeners.json',
  '/server_info': 'server_info.json',
  '/stats/prometheus': 'stats.prom',
  '/memory': 'memory.json',
};

const STATS: Readonly<Record<string, string>> = {
  text: 'stats.txt',
  prometheus: 'stats.prom',
  json: 'stats.json',
};

/** Envoy's admin pages of a recorded proxy, with log levels that can be changed. */
export function envoyPages(mesh: RecordedMesh, pod: PodName): Pages {
  const logging = envoyLogging(mesh.proxyPage(pod, 'logging.txt'));
  return (url, method, body) => {
    const { pathname, searchParams } = url;
    let file = ADMIN_PAGES[pathname];
    if (pathname === '/config_dump')
      file = searchParams.has('include_eds') ? 'config_dump.json' : 'config_dump_no_eds.json';
    if (pathname === '/stats') file = STATS[searchParams.get('format') ?? 'text'];
    // The plain form of these was not recorded.
    if (['/clusters', '/listeners'].includes(pathname) && !searchParams.has('format')) return undefined;
    if (file === 'stats.json') return statsJson(mesh.proxyPage(pod, 'stats.txt'));
    if (pathname === '/logging') return logging(url, method, body);
    return file === undefined ? undefined : page(mesh.proxyPage(pod, file), file);
  };
}

const QUANTILES = [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100];

/** `/stats?format=json`, which was not recorded, made from the plain page: counters and gauges, then all histograms. */
function statsJson(plain: Buffer | undefined): Page | undefined {
  if (plain === undefined) return undefined;
  const lines = plain
    .toString('utf8')
    .split('\n')
    .map((line) => /^(\S+?): (.*)$/.exec(line)?.slice(1) ?? []);
  const stats = lines.flatMap(([name, text]) => {
    if (name === undefined || text === undefined || text.startsWith('P0(')) return [];
    return [{ name, value: /^\d+$/.test(text) ? Number(text) : text.replace(/^"|"$/g, '') }];
  });
  const computed = lines.flatMap(([name, text = '']) => {
    if (!text.startsWith('P0(')) return [];
    const values = [...text.matchAll(/\(([^,]+),([^)]+)\)/g)].map(([, interval, cumulative]) => ({
      interval: numberOf(interval),
      cumulative: numberOf(cumulative),
    }));
    return [{ name, values }];
  });
  const histograms = { supported_quantiles: QUANTILES, computed_quantiles: computed };
  return page(Buffer.from(JSON.stringify({ stats: [...stats, { histograms }] })), 'stats.json');
}

/** A quantile; none where nothing was counted. */
function numberOf(text: string | undefined): number | null {
  return text === undefined || text === 'nan' ? null : Number(text);
}

/** istiod's pages on the monitoring port: version, metrics and debug pages, those of one proxy included. */
export function istiodPages(mesh: RecordedMesh, pod: PodName): (url: URL) => Page | undefined {
  return ({ pathname, searchParams }) => {
    if (pathname.replace('//', '/') === '/version')
      return page(mesh.istiodPage(pod, 'version.txt') ?? mesh.istiodPage(pod, 'version.json'), '.txt');
    if (pathname === '/metrics') return page(mesh.istiodPage(pod, 'metrics.prom'), 'metrics.prom');
    const name = /^\/debug\/(\w+)$/.exec(pathname)?.[1];
    if (name === undefined) return undefined;
    return debugPage(mesh, pod, name, searchParams.get('proxyID') ?? undefined);
  };
}

/** A debug page; that of a proxy which is not connected says so. */
function debugPage(
  mesh: RecordedMesh,
  pod: PodName,
  name: string,
  proxy: string | undefined,
): Page | undefined {
  const path = proxy === undefined ? [`${name}.json`] : [name, `${proxy}.json`];
  return page(mesh.istiodPage(pod, 'debug', ...path), '.json');
}

/** What istiod answers over xDS: the state of all proxies, or any debug page. */
export function adsAnswers(mesh: RecordedMesh, recorded: PodName, name: string): AdsAnswers {
  return ({ type, resource = '' }) => {
    if (type === 'istio.io/debug/syncz') return synczAnswer(mesh, recorded, name);
    if (type !== 'istio.io/debug') return undefined;
    const { pathname, searchParams } = new URL(resource, 'http://istiod/');
    const found = debugPage(mesh, recorded, pathname.slice(1), searchParams.get('proxyID') ?? undefined);
    const body = found === undefined ? Buffer.from('404 page not found\n') : found.body;
    return writeResponse(type, [{ type_url: type, value: body as Buffer }]);
  };
}

function synczAnswer(mesh: RecordedMesh, recorded: PodName, name: string): Buffer | undefined {
  const bytes = mesh.istiodPage(recorded, 'xds', 'syncz.json');
  if (bytes === undefined) return undefined;
  const { resources, typeUrl, controlPlane } = JSON.parse(bytes.toString('utf8'));
  const identifier = JSON.stringify({ ...JSON.parse(controlPlane.identifier), ID: name });
  const configs = (resources as Parameters<typeof writeClientConfig>[0][]).map((resource) => ({
    type_url: 'type.googleapis.com/envoy.service.status.v3.ClientConfig',
    value: writeClientConfig(resource),
  }));
  return writeResponse(typeUrl, configs, identifier);
}

/** A token in the environment of istiod. */
export const CONTROLZ_SECRET = 's.Vmx0cHdZ';

/** istiod's ControlZ pages, with scopes whose levels can be changed. Process and environment were not recorded. */
export function controlzPages(mesh: RecordedMesh, pod: PodName): Pages {
  const scopes = controlzScopes(mesh.istiodPage(pod, 'controlz', 'scopes.json'));
  const { name, namespace } = pod;
  const env = { JWT_POLICY: 'third-party-jwt', POD_NAME: name, POD_NAMESPACE: namespace, XDS_AUTH: 'true' };
  const variables = Object.entries({ ...env, VAULT_TOKEN: CONTROLZ_SECRET });
  const made: Readonly<Record<string, unknown>> = {
    '/envj/': variables.map(([key, value]) => ({ name: key, value })),
    '/procj/': { pid: 1, uid: 1337, hostname: name, tempdir: '/tmp', threads: 14, goroutines: 731 },
  };
  return (url, method, body) => {
    const { pathname } = url;
    if (pathname === '/memj/') return page(mesh.istiodPage(pod, 'controlz', 'mem.json'), 'mem.json');
    const value = made[pathname];
    return value === undefined
      ? scopes(url, method, body)
      : page(Buffer.from(`${JSON.stringify(value)}\n`), '.json');
  };
}

/** Metrics of a CNI pod, which were not recorded. */
export function cniPages(): Pages {
  const metrics = '# TYPE istio_cni_install_ready gauge\nistio_cni_install_ready 1\nztunnel_connected 1\n';
  return ({ pathname }) => (pathname === '/metrics' ? page(Buffer.from(metrics), 'metrics.prom') : undefined);
}

/** A `config_dump` of about `megabytes` MB, streamed: one JSON text of that many lines. */
export function largeDump(megabytes: number): (url: URL) => Page | undefined {
  return ({ pathname }) =>
    pathname === '/config_dump'
      ? { body: Readable.from(bigJson(megabytes)), type: 'application/json' }
      : undefined;
}

function* bigJson(megabytes: number): Generator<Buffer> {
  const padding = Buffer.from(`  ${JSON.stringify('x'.repeat(1020))},\n`);
  const megabyte = Buffer.concat(Array.from({ length: 1024 }, () => padding));
  yield Buffer.from('{"configs": [\n');
  for (let sent = 0; sent < megabytes; sent++) yield megabyte;
  yield Buffer.from('  "end"\n]}\n');
}

function page(body: Buffer | undefined, file: string): Page | undefined {
  if (body === undefined) return undefined;
  return { body, type: file.endsWith('.json') ? 'application/json' : 'text/plain' };
}
