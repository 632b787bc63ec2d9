/** A debug page of istiod that only reads. */
export interface DebugPage {
  /** What it shows, in a few words. */
  readonly shows: string;
  /** Whether it is about one proxy (`proxyID`); absent where it is about the whole istiod. */
  readonly proxy?: 'needed' | 'optional';
  /** Other parameters that only choose what is shown. */
  readonly parameters?: readonly string[];
}

/**
 * Debug pages that only read, by name: an allow-list. Others change things: `adsz?push=true` pushes to every proxy,
 * `cachez?clear=true` empties the cache, `force_disconnect` ends a connection. Source: spec of connections §6.5.
 */
export const DEBUG_PAGES: Readonly<Record<string, DebugPage>> = {
  adsz: { shows: 'connected proxies with their labels and subscriptions' },
  ambientz: { shows: 'workloads, services and policies of ambient mode' },
  authorizationz: { shows: 'AuthorizationPolicies as istiod sees them', proxy: 'optional' },
  cachez: { shows: 'what is in the cache of generated configuration', parameters: ['sizes'] },
  clusterz: { shows: 'Kubernetes clusters that istiod reads, and whether it is in sync with them' },
  config_dump: {
    shows: 'configuration that istiod means a proxy to have',
    proxy: 'needed',
    parameters: ['types', 'include_eds'],
  },
  configz: { shows: 'Istio resources that istiod reads' },
  connections: { shows: 'connected proxies, since when and from where' },
  ecdsz: { shows: 'extensions that istiod means a proxy to have', proxy: 'needed' },
  edsz: { shows: 'endpoints that istiod means a proxy to have', proxy: 'needed' },
  endpointShardz: { shows: 'endpoints by service and cluster' },
  endpointz: { shows: 'endpoints by service', parameters: ['brief'] },
  inject: { shows: 'template and values of the sidecar injector' },
  instancesz: { shows: 'service instances of the connected proxies', proxy: 'optional' },
  krtz: { shows: 'internal collections' },
  list: { shows: 'names of all debug pages, those that change things included' },
  mcsz: { shows: 'services of the multi-cluster API' },
  mesh: { shows: 'mesh configuration in force' },
  ndsz: { shows: 'names that a proxy resolves (DNS proxy)', proxy: 'needed' },
  networkz: { shows: 'gateways between networks' },
  push_status: { shows: 'problems found by the last push' },
  pushcontext: { shows: 'what the last push was computed from' },
  registryz: { shows: 'services that istiod knows' },
  resourcesz: { shows: 'resources watched by the connected proxies', proxy: 'optional' },
  sidecarz: { shows: 'Sidecar scope of a proxy', proxy: 'needed' },
  syncz: { shows: 'how far each proxy is in sync', parameters: ['namespace'] },
  telemetryz: { shows: 'Telemetry as istiod sees it', proxy: 'optional' },
};

/** The page of that name; `undefined` when there is none that only reads. */
export function debugPage(name: string): DebugPage | undefined {
  return Object.hasOwn(DEBUG_PAGES, name) ? DEBUG_PAGES[name] : undefined;
}

/** In words why a page may not be asked with a parameter, or `undefined` when it may. `pretty` changes nothing. */
export function refusedParameter(name: string, parameter: string): string | undefined {
  const page = debugPage(name);
  if (page === undefined) return `"${name}" is not one of the debug pages that only read`;
  const allowed = [...(page.proxy === undefined ? [] : ['proxyID']), ...(page.parameters ?? [])];
  if (parameter === 'pretty' || allowed.includes(parameter)) return undefined;
  const those = allowed.length === 0 ? 'it takes none' : `it takes ${allowed.join(', ')}`;
  return `debug page ${name} is not asked with "${parameter}": ${those} (others may change something)`;
}
