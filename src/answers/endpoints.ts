import { addressHost, addressPort, addressText } from '../envoy/address.ts';
import { sortByClusterName } from '../envoy/cluster-name.ts';
import type { ConfigDump } from '../envoy/dump.ts';
import {
  type ClusterHost,
  clusterHosts,
  type EdsEndpoint,
  edsEndpoints,
  hostStat,
  isUsable,
} from '../envoy/endpoint.ts';
import { endpointEntries } from '../envoy/entry.ts';
import { asArray, asObjects, asString, field, type JsonObject } from '../util/json.ts';

/** Which endpoints to show; every filter that is given must hold, ignoring case. */
export interface EndpointFilter {
  /** The bare address on the clusters page; `address:port` for EDS. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** The whole cluster name. */
  readonly cluster?: string | undefined;
  /** `HEALTHY`, `UNHEALTHY`, `DRAINING`, `TIMEOUT`, `DEGRADED`, `UNKNOWN`. */
  readonly status?: string | undefined;
}

/** An endpoint as Envoy uses it now (from its clusters page). */
export interface HostRow {
  readonly host: ClusterHost;
  readonly address: string;
  /** Whether Envoy sends it traffic: healthy for EDS and none of the failing flags. */
  readonly usable: boolean;
  /** Requests that failed and all requests; `undefined` where Envoy does not count them. */
  readonly failed: number | undefined;
  readonly requests: number | undefined;
}

/** The endpoints on a proxy's clusters page. */
export interface HostsAnswer {
  readonly rows: readonly HostRow[];
  readonly total: number;
  /** Whole statuses of the clusters that have a matching host: what the reference prints as JSON. */
  readonly statuses: readonly JsonObject[];
}

/** The hosts of Envoy's `/clusters` page that pass the filter, in the order of the page. */
export function hostsOf(statuses: readonly JsonObject[], filter: EndpointFilter): HostsAnswer {
  const matching: JsonObject[] = [];
  const rows: HostRow[] = [];
  let total = 0;
  for (const status of statuses) {
    const hosts = clusterHosts(status);
    total += hosts.length;
    const wanted = hosts.filter((host) => hostPasses(host, filter));
    if (wanted.length > 0) matching.push(status);
    for (const host of wanted) rows.push(hostRow(host));
  }
  return { rows, total, statuses: matching };
}

function hostRow(host: ClusterHost): HostRow {
  const degradedOnly = host.flags.every((flag) => flag.startsWith('degraded'));
  return {
    host,
    address: addressText(host.address) ?? 'unknown',
    usable: isUsable(host.edsHealth) && degradedOnly,
    failed: hostStat(host, 'rq_error'),
    requests: hostStat(host, 'rq_total'),
  };
}

function hostPasses(host: ClusterHost, filter: EndpointFilter): boolean {
  return (
    same(filter.address, addressHost(host.address) ?? 'unknown') &&
    (!filter.port || addressPort(host.address) === filter.port) &&
    same(filter.cluster, host.cluster) &&
    same(filter.status, host.edsHealth)
  );
}

/** An endpoint as EDS gave it (from a config_dump taken with EDS). */
export interface EdsRow {
  readonly endpoint: EdsEndpoint;
  /** Every address of the endpoint, the main one first. */
  readonly addresses: readonly string[];
  readonly usable: boolean;
}

/** The endpoints that EDS gave a proxy. */
export interface EdsAnswer {
  readonly rows: readonly EdsRow[];
  readonly total: number;
  /** Whether the dump holds endpoints at all; it does when it was taken with EDS. */
  readonly recorded: boolean;
  /** Load assignments with only the matching endpoints; those without any are left out. */
  readonly assignments: readonly JsonObject[];
}

/** The endpoints in a config_dump that pass the filter, by cluster in the reference's order. */
export function edsOf(dump: ConfigDump, filter: EndpointFilter): EdsAnswer {
  const rows: EdsRow[] = [];
  const assignments: JsonObject[] = [];
  let total = 0;
  for (const entry of endpointEntries(dump)) {
    const endpoints = edsEndpoints(entry.message);
    total += endpoints.length;
    const wanted = endpoints.filter((endpoint) => edsPasses(endpoint, filter));
    if (wanted.length === 0) continue;
    const kept = new Set<unknown>(wanted.map((endpoint) => endpoint.raw));
    assignments.push(wanted.length === endpoints.length ? entry.message : onlyEndpoints(entry.message, kept));
    for (const endpoint of wanted) rows.push(edsRow(endpoint));
  }
  const sorted = sortByClusterName(rows, (row) => row.endpoint.cluster);
  return { rows: sorted, total, recorded: dump.has('Endpoints'), assignments };
}

function edsRow(endpoint: EdsEndpoint): EdsRow {
  const all = [endpoint.address, ...endpoint.additionalAddresses];
  return {
    endpoint,
    addresses: all.map((address) => addressText(address) ?? 'unknown'),
    usable: isUsable(endpoint.health),
  };
}

function edsPasses(endpoint: EdsEndpoint, filter: EndpointFilter): boolean {
  return (
    same(filter.address, edsAddress(endpoint.address)) &&
    (!filter.port || addressPort(endpoint.address) === filter.port) &&
    same(filter.cluster, endpoint.cluster) &&
    same(filter.status, endpoint.health)
  );
}

/** An EDS address as the reference writes it: `ip:port` without brackets, the bare pipe path, `envoy://listener/id`. */
export function edsAddress(address: unknown): string {
  const host = addressHost(address);
  if (host === undefined) return 'unknown';
  const port = addressPort(address);
  const text = addressText(address) ?? '';
  if (text.startsWith('envoy://')) return internalText(address);
  return text.startsWith('unix://') ? host : `${host}:${port}`;
}

/** An internal address as the reference writes it: `envoy://listener/id`, with the slash also without an ID. */
export function internalText(address: unknown): string {
  const part = (name: string) => asString(field(address, 'envoy_internal_address', name)) ?? '';
  return `envoy://${part('server_listener_name')}/${part('endpoint_id')}`;
}

function same(wanted: string | undefined, value: string): boolean {
  return !wanted || wanted.toLowerCase() === value.toLowerCase();
}

function onlyEndpoints(assignment: JsonObject, kept: ReadonlySet<unknown>): JsonObject {
  const groups = asObjects(assignment['endpoints']).map((group) => ({
    ...group,
    lb_endpoints: asArray(group['lb_endpoints']).filter((endpoint) => kept.has(endpoint)),
  }));
  return { ...assignment, endpoints: groups };
}

/** Endpoints from either page: `hosts` from the clusters page, `eds` from a config_dump. */
export type EndpointsAnswer =
  | ({ readonly kind: 'hosts' } & HostsAnswer)
  | ({ readonly kind: 'eds' } & EdsAnswer);
