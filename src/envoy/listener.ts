import { asNumber, asObject, asObjects, asString, asStrings, field, type JsonObject } from '../util/json.ts';
import { addressHost, addressPort } from './address.ts';

const HCM = 'envoy.filters.network.http_connection_manager';
const TCP_PROXY = 'envoy.filters.network.tcp_proxy';
const HCM_TYPE = 'http_connection_manager.v3.HttpConnectionManager';
const TCP_PROXY_TYPE = 'tcp_proxy.v3.TcpProxy';

/** A network filter of a chain: its name, its configuration and what it is to us. */
export interface NetworkFilter {
  readonly name: string;
  readonly role: 'http' | 'tcp' | 'other';
  readonly config: JsonObject;
  readonly typeUrl: string | undefined;
}

/** A filter chain; `isDefault` for `default_filter_chain`, which takes what no other chain matches. */
export interface FilterChain {
  readonly name: string;
  readonly isDefault: boolean;
  readonly match: ChainMatch;
  readonly raw: JsonObject;
}

/** A network: address text and prefix length in bits. */
export interface PrefixRange {
  readonly address: string;
  readonly length: number;
}

/** All criteria of a `filter_chain_match`; an empty list or `undefined` means any. */
export interface ChainMatch {
  readonly destinationPort: number | undefined;
  readonly prefixRanges: readonly PrefixRange[];
  readonly addressSuffix: string | undefined;
  readonly suffixLength: number | undefined;
  readonly sourceType: string | undefined;
  readonly directSourcePrefixRanges: readonly PrefixRange[];
  readonly sourcePrefixRanges: readonly PrefixRange[];
  readonly sourcePorts: readonly number[];
  readonly serverNames: readonly string[];
  readonly transportProtocol: string | undefined;
  readonly applicationProtocols: readonly string[];
}

/** The chains of a listener in the order of the dump, the default chain last. */
export function filterChainsOf(listener: JsonObject): FilterChain[] {
  const chains = asObjects(listener['filter_chains']).map((raw) => filterChain(raw, false));
  const last = asObject(listener['default_filter_chain']);
  return last === undefined ? chains : [...chains, filterChain(last, true)];
}

function filterChain(raw: JsonObject, isDefault: boolean): FilterChain {
  return { name: asString(raw['name']) ?? '', isDefault, match: chainMatch(raw['filter_chain_match']), raw };
}

/** The criteria of a `filter_chain_match` message; a missing one matches everything. */
export function chainMatch(value: unknown): ChainMatch {
  const match = asObject(value) ?? {};
  return {
    destinationPort: asNumber(match['destination_port']),
    prefixRanges: prefixRanges(match['prefix_ranges']),
    addressSuffix: asString(match['address_suffix']) || undefined,
    suffixLength: asNumber(match['suffix_len']),
    sourceType: asString(match['source_type']),
    directSourcePrefixRanges: prefixRanges(match['direct_source_prefix_ranges']),
    sourcePrefixRanges: prefixRanges(match['source_prefix_ranges']),
    sourcePorts: Array.isArray(match['source_ports']) ? match['source_ports'].filter(isPort) : [],
    serverNames: asStrings(match['server_names']),
    transportProtocol: asString(match['transport_protocol']) || undefined,
    applicationProtocols: asStrings(match['application_protocols']),
  };
}

function isPort(value: unknown): value is number {
  return asNumber(value) !== undefined;
}

function prefixRanges(value: unknown): PrefixRange[] {
  return asObjects(value).map((range) => ({
    address: asString(range['address_prefix']) ?? '',
    length: asNumber(range['prefix_len']) ?? 0,
  }));
}

/** The network filters of a chain, in the order in which Envoy runs them. */
export function networkFilters(chain: JsonObject): NetworkFilter[] {
  return asObjects(chain['filters']).map((filter) => {
    const name = asString(filter['name']) ?? '';
    const config = asObject(filter['typed_config']) ?? {};
    const typeUrl = asString(config['@type']);
    return { name, role: roleOf(name, typeUrl), config, typeUrl };
  });
}

function roleOf(name: string, typeUrl: string | undefined): NetworkFilter['role'] {
  if (name === HCM || typeUrl?.endsWith(HCM_TYPE)) return 'http';
  if (name === TCP_PROXY || typeUrl?.endsWith(TCP_PROXY_TYPE)) return 'tcp';
  return 'other';
}

/** Where an HTTP connection manager gets its routes: inline, by name over RDS, scoped, or not at all. */
export type RouteSource =
  | { readonly kind: 'inline'; readonly config: JsonObject }
  | { readonly kind: 'rds'; readonly name: string }
  | { readonly kind: 'scoped'; readonly name: string }
  | { readonly kind: 'none' };

/** The route source of an HTTP connection manager's configuration. */
export function routeSource(manager: JsonObject): RouteSource {
  const inline = asObject(manager['route_config']);
  if (inline !== undefined) return { kind: 'inline', config: inline };
  const rds = asObject(manager['rds']);
  if (rds !== undefined) return { kind: 'rds', name: asString(rds['route_config_name']) ?? '' };
  const scoped = asObject(manager['scoped_routes']);
  if (scoped !== undefined) return { kind: 'scoped', name: asString(scoped['name']) ?? '' };
  return { kind: 'none' };
}

/** A cluster that takes a share of the traffic; the shares of one action add up to its total. */
export interface WeightedTarget {
  readonly cluster: string;
  readonly weight: number;
}

/** The clusters of a tcp_proxy: one with the whole weight, or its weighted clusters. */
export function tcpTargets(proxy: JsonObject): WeightedTarget[] {
  const single = asString(proxy['cluster']);
  if (single !== undefined) return [{ cluster: single, weight: 1 }];
  return asObjects(field(proxy, 'weighted_clusters', 'clusters')).map((item) => ({
    cluster: asString(item['name']) ?? '',
    weight: asNumber(item['weight']) ?? 0,
  }));
}

/** One place where a listener accepts connections. Port 0 for pipes and internal listeners. */
export interface ListenerAddress {
  readonly host: string;
  readonly port: number;
}

/** The listener's main address and its additional ones. */
export function listenerAddresses(listener: JsonObject): ListenerAddress[] {
  const more = asObjects(listener['additional_addresses']).map((item) => item['address']);
  return [listener['address'], ...more].map((address) => ({
    host: addressHost(address) ?? '',
    port: addressPort(address),
  }));
}

/** Whether the listener takes connections from other Envoy listeners instead of the network. */
export function isInternal(listener: JsonObject): boolean {
  return (
    'internal_listener' in listener || field(listener, 'address', 'envoy_internal_address') !== undefined
  );
}

/** What a listener's chains do: the reference's TYPE column. */
export type ListenerType = 'HTTP' | 'TCP' | 'HTTP+TCP' | 'UNKNOWN';

/** Classifies by filter names over all chains; a tcp_proxy to BlackHoleCluster does not count. */
export function listenerType(listener: JsonObject): ListenerType {
  let http = false;
  let tcp = false;
  for (const chain of filterChainsOf(listener)) {
    for (const filter of networkFilters(chain.raw)) {
      if (filter.name === HCM) http = true;
      else if (filter.name === TCP_PROXY && !isBlackHole(filter.config)) tcp = true;
    }
  }
  if (http) return tcp ? 'HTTP+TCP' : 'HTTP';
  return tcp ? 'TCP' : 'UNKNOWN';
}

/** Whether a tcp_proxy drops what reaches it: its cluster or its statistics are named BlackHoleCluster. */
export function isBlackHole(proxy: JsonObject): boolean {
  if (asString(proxy['stat_prefix'])?.includes('BlackHoleCluster')) return true;
  return tcpTargets(proxy).some((target) => target.cluster.includes('BlackHoleCluster'));
}
