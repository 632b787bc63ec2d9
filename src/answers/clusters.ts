import { type Discovery, discoveryOf, edsNameOf, type UpstreamTls, upstreamTls } from '../envoy/cluster.ts';
import { barParts, type ClusterNameParts, sortByClusterName } from '../envoy/cluster-name.ts';
import type { ConfigDump } from '../envoy/dump.ts';
import { countEndpoints, countIstioEndpoints, type EndpointCount } from '../envoy/endpoint.ts';
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

/** One cluster of a proxy; what is costly to tell is told when asked. */
export class ClusterRow {
  readonly name: string;
  readonly state: EntryState;
  readonly discovery: Discovery;
  readonly rejection: Rejection | undefined;
  readonly message: JsonObject;
  /** What istiod encoded in the name; `undefined` for other names. */
  readonly parts: ClusterNameParts | undefined;
  readonly #assignments: Assignments;

  constructor(entry: Entry, assignments: Assignments) {
    this.name = entry.name;
    this.state = entry.state;
    this.discovery = discoveryOf(entry.message);
    this.rejection = entry.rejection;
    this.message = entry.message;
    this.parts = barParts(this.name);
    this.#assignments = assignments;
  }

  get tls(): UpstreamTls {
    return upstreamTls(this.message);
  }

  /** How many of the endpoints speak Istio's mTLS; known as `endpoints` is. */
  get istioEndpoints(): number | undefined {
    const assignments = this.#assignments();
    const assignment = assignments.get(this.name) ?? assignments.get(edsNameOf(this.message));
    return assignment && countIstioEndpoints(assignment.message);
  }

  get owner(): OwnerObject | undefined {
    return ownerOf(this.message);
  }

  /** `undefined` when the dump holds no EDS, or the cluster finds its hosts in another way. */
  get endpoints(): EndpointCount | undefined {
    return endpointCount(this, this.#assignments());
  }
}

/** The load assignments of a dump by cluster, indexed when first asked for. */
type Assignments = () => ReadonlyMap<string, Entry>;

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
  let index: ReadonlyMap<string, Entry> | undefined;
  const assignments: Assignments = () => {
    index ??= byName(endpointEntries(dump));
    return index;
  };
  const rows: ClusterRow[] = [];
  for (const entry of entries) if (passes(entry.name, filter)) rows.push(new ClusterRow(entry, assignments));
  return {
    rows: sortByClusterName(
      rows,
      (row) => row.name,
      (row) => row.parts,
    ),
    total: entries.length,
    knowsEndpoints: dump.has('Endpoints'),
  };
}

function endpointCount(row: ClusterRow, assignments: ReadonlyMap<string, Entry>): EndpointCount | undefined {
  if (assignments.size === 0 || row.discovery.type === 'ORIGINAL_DST') return undefined;
  const assignment = assignments.get(row.name) ?? assignments.get(edsNameOf(row.message));
  if (assignment === undefined) return row.discovery.type === 'EDS' ? { usable: 0, total: 0 } : undefined;
  return countEndpoints(assignment.message);
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
