import { type Discovery, discoveryOf, edsNameOf, type UpstreamTls, upstreamTls } from '../envoy/cluster.ts';
import { type ClusterNameParts, compareClusterNames, parseClusterName } from '../envoy/cluster-name.ts';
import type { ConfigDump } from '../envoy/dump.ts';
import { edsEndpoints, isUsable } from '../envoy/endpoint.ts';
import {
  byName,
  clusterEntries,
  type Entry,
  type EntryState,
  endpointEntries,
  type Rejection,
} from '../envoy/entry.ts';
import { type OwnerObject, ownerOf } from '../envoy/owner.ts';
import type { JsonObject } from '../util/json.ts';

/** Which clusters to show; every filter that is given must hold. All are parts of the cluster's name. */
export interface ClusterFilter {
  readonly fqdn?: string | undefined;
  readonly port?: string | undefined;
  readonly subset?: string | undefined;
  readonly direction?: string | undefined;
}

/** How many of a cluster's endpoints can take traffic. */
export interface EndpointCount {
  readonly usable: number;
  readonly total: number;
}

/** One cluster of a proxy. */
export interface ClusterRow {
  readonly name: string;
  readonly parts: ClusterNameParts | undefined;
  readonly state: EntryState;
  readonly discovery: Discovery;
  readonly tls: UpstreamTls;
  readonly owner: OwnerObject | undefined;
  /** `undefined` when the dump holds no EDS, or the cluster finds its hosts in another way. */
  readonly endpoints: EndpointCount | undefined;
  readonly rejection: Rejection | undefined;
  readonly message: JsonObject;
}

/** The clusters that a proxy has. */
export interface ClustersAnswer {
  /** Sorted as the reference sorts them: FQDN, subset, port, direction. */
  readonly rows: readonly ClusterRow[];
  /** How many there are before filtering. */
  readonly total: number;
  /** Whether the dump holds endpoints, so that a cluster without any can be told. */
  readonly knowsEndpoints: boolean;
}

/** The clusters of a config_dump that pass the filter. Throws a data error when it has no clusters section. */
export function clustersOf(dump: ConfigDump, filter: ClusterFilter): ClustersAnswer {
  const entries = clusterEntries(dump);
  const wanted = entries.filter((entry) => passes(entry.name, filter));
  const assignments = byName(endpointEntries(dump));
  const rows = wanted.map((entry) => clusterRow(entry, assignments));
  rows.sort((a, b) => compareClusterNames(a.name, b.name));
  return { rows, total: entries.length, knowsEndpoints: dump.has('Endpoints') };
}

function clusterRow(entry: Entry, assignments: ReadonlyMap<string, Entry>): ClusterRow {
  const discovery = discoveryOf(entry.message);
  return {
    name: entry.name,
    parts: entry.name.includes('|') ? parseClusterName(entry.name) : undefined,
    state: entry.state,
    discovery,
    tls: upstreamTls(entry.message),
    owner: ownerOf(entry.message),
    endpoints: endpointCount(entry, discovery, assignments),
    rejection: entry.rejection,
    message: entry.message,
  };
}

function endpointCount(
  entry: Entry,
  discovery: Discovery,
  assignments: ReadonlyMap<string, Entry>,
): EndpointCount | undefined {
  if (assignments.size === 0 || discovery.type === 'ORIGINAL_DST') return undefined;
  const assignment = assignments.get(entry.name) ?? assignments.get(edsNameOf(entry.message));
  if (assignment === undefined) return discovery.type === 'EDS' ? { usable: 0, total: 0 } : undefined;
  const endpoints = edsEndpoints(assignment.message);
  return {
    usable: endpoints.filter((endpoint) => isUsable(endpoint.health)).length,
    total: endpoints.length,
  };
}

/** Substring tests on the whole name, as the reference does them; the port must stand between two bars. */
function passes(name: string, filter: ClusterFilter): boolean {
  return (
    (!filter.fqdn || name.includes(filter.fqdn)) &&
    (!filter.direction || name.includes(filter.direction)) &&
    (!filter.subset || name.includes(filter.subset)) &&
    (!filter.port || filter.port === '0' || name.includes(`|${filter.port}|`))
  );
}
