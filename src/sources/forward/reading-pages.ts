import { DEBUG_PAGES } from '../debug-pages.ts';

/**
 * The pages of an admin server that only read. What is not here may change something, or may come to do so: Envoy's
 * admin paths differ by version, and some Envoys take by GET what others take by POST alone.
 */
export interface ReadingPages {
  /** Name of the server in messages. */
  readonly server: string;
  /** Paths as they must stand in the request, byte for byte, and the parameters that they may have. */
  readonly paths: ReadonlyMap<string, 'any' | 'none' | ReadonlySet<string>>;
  /** Further paths, without parameters. */
  readonly pattern?: RegExp;
}

function pages(
  paths: readonly string[],
  parameters: 'any' | 'none' | ReadonlySet<string>,
): [string, 'any' | 'none' | ReadonlySet<string>][] {
  return paths.map((path) => [path, parameters]);
}

const ENVOY = [
  '/',
  '/certs',
  '/clusters',
  '/config_dump',
  '/contention',
  '/help',
  '/hot_restart_version',
  '/init_dump',
  '/listeners',
  '/memory',
  '/ready',
  '/runtime',
  '/server_info',
  '/stats',
  '/stats/prometheus',
  '/stats/recentlookups',
];

/** Envoy's admin port. `/logging` with parameters sets levels. */
export const ENVOY_PAGES: ReadingPages = {
  server: "Envoy's admin port",
  paths: new Map([...pages(ENVOY, 'any'), ...pages(['/logging'], 'none')]),
};

/** ztunnel's admin port. Its `/logging` takes POST alone. */
export const ZTUNNEL_PAGES: ReadingPages = {
  server: "ztunnel's admin port",
  paths: new Map(pages(['/', '/config_dump'], 'none')),
};

/** Of `/debug/adsz` and `/debug/cachez` other parameters push to all proxies or clear the cache. */
const ISTIOD_PARAMETERS = new Set([
  'brief',
  'include_eds',
  'namespace',
  'pretty',
  'proxyID',
  'resource',
  'servicesz',
  'sizes',
  'types',
]);

/** istiod's monitoring port with its debug pages. */
export const ISTIOD_PAGES: ReadingPages = {
  server: "istiod's debug port",
  paths: new Map([
    ...pages(['/', '/debug', '/debug/', '/metrics', '/ready', '/version'], 'none'),
    ...pages(
      Object.keys(DEBUG_PAGES).map((name) => `/debug/${name}`),
      ISTIOD_PARAMETERS,
    ),
  ]),
};

/** istiod's ControlZ: its topics as page (`…z`) and as JSON (`…j`), single scopes, and what pages are made of. */
export const CONTROLZ_PAGES: ReadingPages = {
  server: "istiod's ControlZ",
  paths: new Map(pages(['/', '/favicon.ico'], 'any')),
  pattern:
    /^\/(?:[a-z]+[zj]\/?|scope[zj]\/[\w-]+\/?|(?:css|js|img|icons|fonts|images|assets)\/(?:[\w-]+[\w.-]*\/)*[\w-]+[\w.-]*)$/,
};

/** Whether a request target (path and query, as it came) is one of the pages that only read. */
export function isReadingPage({ paths, pattern }: ReadingPages, target: string): boolean {
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const query = at < 0 ? '' : target.slice(at + 1);
  const parameters = paths.get(path) ?? (pattern?.test(path) ? 'none' : undefined);
  if (parameters === undefined) return false;
  if (query === '' || parameters === 'any') return true;
  if (parameters === 'none') return false;
  // A name that is written in another way than its plain letters is not looked into: it is not on the list.
  return query.split('&').every((part) => parameters.has(part.split('=', 1)[0] ?? ''));
}
