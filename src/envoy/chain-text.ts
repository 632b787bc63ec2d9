import { asString, type JsonObject } from '../util/json.ts';
import {
  type ChainMatch,
  isBlackHole,
  networkFilters,
  type PrefixRange,
  routeSource,
  tcpTargets,
  type WeightedTarget,
} from './listener.ts';
import { pathMatchOf, routeAction, virtualHostsOf } from './route.ts';

const PROTOCOL_NAMES: ReadonlyMap<string, string> = new Map([
  ['http/1.0,http/1.1,h2c', 'HTTP'],
  ['istio,istio-http/1.0,istio-http/1.1,istio-h2', 'Istio HTTP Plain'],
  ['http/1.0,http/1.1,h2c,istio-http/1.0,istio-http/1.1,istio-h2', 'HTTP TLS'],
  ['istio-peer-exchange,istio', 'TCP TLS'],
]);

/** The criteria of a chain that the reference's MATCH column shows, in its words and order; `ALL` for none. */
export function compatChainMatch(match: ChainMatch): string {
  const parts: string[] = [];
  if (match.serverNames.length > 0) parts.push(`SNI: ${match.serverNames.join(',')}`);
  if (match.transportProtocol) parts.push(`Trans: ${match.transportProtocol}`);
  if (match.applicationProtocols.length > 0) {
    const protocols = match.applicationProtocols.join(',');
    parts.push(`App: ${PROTOCOL_NAMES.get(protocols) ?? protocols}`);
  }
  const port = match.destinationPort === undefined ? '' : `:${match.destinationPort}`;
  if (match.prefixRanges.length > 0) parts.push(`Addr: ${ranges(match.prefixRanges)}${port}`);
  else if (port !== '') parts.push(`Addr: *${port}`);
  return parts.length === 0 ? 'ALL' : parts.join('; ');
}

/** Every criterion of a chain in plain words, those that the reference leaves out as well; empty for none. */
export function chainMatchText(match: ChainMatch): string {
  const parts: string[] = [];
  if (match.destinationPort !== undefined) parts.push(`port ${match.destinationPort}`);
  if (match.prefixRanges.length > 0) parts.push(`to ${ranges(match.prefixRanges)}`);
  if (match.addressSuffix) parts.push(`to *${match.addressSuffix}/${match.suffixLength ?? 0}`);
  if (match.serverNames.length > 0) parts.push(`SNI ${match.serverNames.join(', ')}`);
  if (match.transportProtocol)
    parts.push(match.transportProtocol === 'raw_buffer' ? 'plaintext' : match.transportProtocol);
  if (match.applicationProtocols.length > 0) parts.push(`ALPN ${match.applicationProtocols.join(', ')}`);
  if (match.sourceType && match.sourceType !== 'ANY')
    parts.push(SOURCE_WORDS[match.sourceType] ?? match.sourceType);
  if (match.directSourcePrefixRanges.length > 0)
    parts.push(`directly from ${ranges(match.directSourcePrefixRanges)}`);
  if (match.sourcePrefixRanges.length > 0) parts.push(`from ${ranges(match.sourcePrefixRanges)}`);
  if (match.sourcePorts.length > 0) parts.push(`from port ${match.sourcePorts.join(', ')}`);
  return parts.join('; ');
}

const SOURCE_WORDS: Readonly<Record<string, string>> = {
  SAME_IP_OR_LOOPBACK: 'from this pod',
  EXTERNAL: 'from other hosts',
};

function ranges(list: readonly PrefixRange[]): string {
  return list.map((range) => `${range.address}/${range.length}`).join(',');
}

/** The reference's DESTINATION cell of a chain: its first HTTP connection manager or tcp_proxy that is no black hole. */
export function compatDestination(chain: JsonObject): string {
  for (const filter of networkFilters(chain)) {
    if (filter.name === 'envoy.filters.network.http_connection_manager') return compatHttp(filter.config);
    if (filter.name === 'envoy.filters.network.tcp_proxy' && !isBlackHole(filter.config)) {
      return compatCluster(asString(filter.config['cluster']) ?? '');
    }
  }
  return 'Non-HTTP/Non-TCP';
}

function compatCluster(cluster: string): string {
  return cluster.includes('Cluster') ? cluster : `Cluster: ${cluster}`;
}

function compatHttp(manager: JsonObject): string {
  const source = routeSource(manager);
  if (source.kind === 'rds') return `Route: ${source.name}`;
  if (source.kind !== 'inline') return 'HTTP';
  const everything = matchAllCluster(source.config);
  return everything === undefined ? `Inline Route: ${inlineText(source.config)}` : compatCluster(everything);
}

/** The cluster of a route configuration that sends every request to one cluster; otherwise `undefined`. */
export function matchAllCluster(config: JsonObject): string | undefined {
  const hosts = virtualHostsOf(config);
  const [host] = hosts;
  const [route] = host?.routes ?? [];
  if (hosts.length !== 1 || !host || host.routes.length !== 1 || !route) return undefined;
  if (host.domains.length !== 1 || host.domains[0] !== '*') return undefined;
  const path = pathMatchOf(matchOf(route));
  if (path.kind !== 'prefix' || path.value !== '/') return undefined;
  const action = routeAction(route);
  const forward = route['route'];
  const single = typeof forward === 'object' && forward !== null && 'cluster' in forward;
  return action.kind === 'cluster' && single ? action.targets[0]?.cluster : undefined;
}

function inlineText(config: JsonObject): string {
  return virtualHostsOf(config)
    .map((host) => {
      const everyDomain = host.domains.length === 1 && host.domains[0] === '*';
      const domains = everyDomain ? '' : `${host.domains.join('/')} `;
      return `${domains}${host.routes.map((route) => compatRouteMatch(matchOf(route))).join(', ')}`;
    })
    .join('; ');
}

/** The reference's MATCH cell of a route: its path alone. Matches by other means (CONNECT) are empty there. */
export function compatRouteMatch(match: JsonObject): string {
  const path = pathMatchOf(match);
  switch (path.kind) {
    case 'prefix':
      return `${path.value}*`;
    case 'path-prefix':
      return `PathPrefix:${path.value}`;
    case 'path':
      return path.value;
    case 'regex':
      return `regex ${path.value}`;
    default:
      return '';
  }
}

/** The `match` of a route; an empty one when it is missing or mistyped. */
export function matchOf(route: JsonObject): JsonObject {
  const match = route['match'];
  return typeof match === 'object' && match !== null && !Array.isArray(match) ? (match as JsonObject) : {};
}

/** Where a chain sends what it accepts. */
export type ChainDestination =
  | { readonly kind: 'route'; readonly name: string }
  | { readonly kind: 'scoped'; readonly name: string }
  | { readonly kind: 'inline'; readonly config: JsonObject; readonly cluster: string | undefined }
  | { readonly kind: 'tcp'; readonly targets: readonly WeightedTarget[] }
  | { readonly kind: 'blackhole' }
  | { readonly kind: 'none' };

/** The destination of a chain: that of its first HTTP connection manager or tcp_proxy. */
export function chainDestination(chain: JsonObject): ChainDestination {
  for (const filter of networkFilters(chain)) {
    if (filter.role === 'http') {
      const source = routeSource(filter.config);
      if (source.kind === 'rds') return { kind: 'route', name: source.name };
      if (source.kind === 'scoped') return { kind: 'scoped', name: source.name };
      if (source.kind === 'none') return { kind: 'none' };
      return { kind: 'inline', config: source.config, cluster: matchAllCluster(source.config) };
    }
    if (filter.role === 'tcp') {
      return isBlackHole(filter.config)
        ? { kind: 'blackhole' }
        : { kind: 'tcp', targets: tcpTargets(filter.config) };
    }
  }
  return { kind: 'none' };
}
