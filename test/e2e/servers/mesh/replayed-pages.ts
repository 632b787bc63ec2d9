import { Readable } from 'node:stream';
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

/** Envoy's admin pages of a recorded proxy, with log levels that can be changed. */
export function envoyPages(mesh: RecordedMesh, pod: PodName): Pages {
  const logging = envoyLogging(mesh.proxyPage(pod, 'logging.txt'));
  return (url, method, body) => {
    const { pathname, searchParams } = url;
    let file = ADMIN_PAGES[pathname];
    if (pathname === '/config_dump')
      file = searchParams.has('include_eds') ? 'config_dump.json' : 'config_dump_no_eds.json';
    if (pathname === '/stats')
      file = searchParams.get('format') === 'prometheus' ? 'stats.prom' : 'stats.txt';
    if (pathname === '/logging') return logging(url, method, body);
    return file === undefined ? undefined : page(mesh.proxyPage(pod, file), file);
  };
}

/** istiod's pages on the monitoring port: version, metrics and debug pages, those of one proxy included. */
export function istiodPages(mesh: RecordedMesh, pod: PodName): (url: URL) => Page | undefined {
  return ({ pathname, searchParams }) => {
    if (pathname.replace('//', '/') === '/version')
      return page(mesh.istiodPage(pod, 'version.txt') ?? mesh.istiodPage(pod, 'version.json'), '.txt');
    if (pathname === '/metrics') return page(mesh.istiodPage(pod, 'metrics.prom'), 'metrics.prom');
    const name = /^\/debug\/(\w+)$/.exec(pathname)?.[1];
    if (name === undefined) return undefined;
    const proxy = searchParams.get('proxyID');
    const path = proxy === null ? [`${name}.json`] : [name, `${proxy}.json`];
    return page(mesh.istiodPage(pod, 'debug', ...path), '.json');
  };
}

/** istiod's ControlZ pages, with scopes whose levels can be changed. */
export function controlzPages(mesh: RecordedMesh, pod: PodName): Pages {
  return controlzScopes(mesh.istiodPage(pod, 'controlz', 'scopes.json'));
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
