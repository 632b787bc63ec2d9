import { matchOf } from '../envoy/chain-text.ts';
import type { ConfigDump } from '../envoy/dump.ts';
import {
  byName,
  clusterEntries,
  type Entry,
  type EntryState,
  type Rejection,
  routeConfigEntries,
} from '../envoy/entry.ts';
import { type OwnerObject, ownerOf } from '../envoy/owner.ts';
import {
  type PathMatch,
  pathMatchOf,
  type RouteAction,
  type RouteCondition,
  type RoutePolicy,
  routeAction,
  routeConditions,
  routePolicy,
  type VirtualHost,
  virtualHostsOf,
} from '../envoy/route.ts';
import type { JsonObject } from '../util/json.ts';
import { unstableSort } from '../util/unstable-sort.ts';

/** Which route configurations to show. */
export interface RouteFilter {
  /** The exact name of a route configuration. */
  readonly name?: string | undefined;
}

/** One route of a virtual host. */
export interface RouteRow {
  readonly name: string | undefined;
  readonly path: PathMatch;
  readonly conditions: readonly RouteCondition[];
  readonly action: RouteAction;
  /** Clusters that the route names and the proxy does not have: requests get 503 (NC). */
  readonly missingClusters: readonly string[];
  readonly policy: RoutePolicy;
  readonly owner: OwnerObject | undefined;
  readonly message: JsonObject;
}

/** A virtual host and its routes in the order in which Envoy tries them. */
export interface VirtualHostRow {
  readonly host: VirtualHost;
  readonly routes: readonly RouteRow[];
}

/** One route configuration. */
export interface RouteConfigRow {
  readonly name: string;
  readonly state: EntryState;
  readonly virtualHosts: readonly VirtualHostRow[];
  readonly rejection: Rejection | undefined;
  readonly message: JsonObject;
}

/** The route configurations that a proxy has. */
export interface RoutesAnswer {
  /** In the reference's order: numbers by value, every other pair as the dump has it. */
  readonly rows: readonly RouteConfigRow[];
  readonly total: number;
}

/** The route configurations of a config_dump that pass the filter. Throws a data error when the section is missing. */
export function routesOf(dump: ConfigDump, filter: RouteFilter): RoutesAnswer {
  const entries = routeConfigEntries(dump);
  const named = filter.name ? entries.filter((entry) => entry.name === filter.name) : entries;
  const wanted = unstableSort(named, isBefore);
  const clusters = dump.has('Clusters') ? byName(clusterEntries(dump)) : undefined;
  return { rows: wanted.map((entry) => configRow(entry, clusters)), total: entries.length };
}

/** Only two numbers have an order; every other pair counts as in order already. */
function isBefore(a: Entry, b: Entry): boolean {
  return isInteger(a.name) && isInteger(b.name) && Number(a.name) < Number(b.name);
}

function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

function configRow(entry: Entry, clusters: ReadonlyMap<string, Entry> | undefined): RouteConfigRow {
  return {
    name: entry.name,
    state: entry.state,
    virtualHosts: virtualHostsOf(entry.message).map((host) => ({
      host,
      routes: host.routes.map((route) => routeRow(route, clusters)),
    })),
    rejection: entry.rejection,
    message: entry.message,
  };
}

function routeRow(route: JsonObject, clusters: ReadonlyMap<string, Entry> | undefined): RouteRow {
  const match = matchOf(route);
  const action = routeAction(route);
  const targets = action.kind === 'cluster' ? action.targets.map((target) => target.cluster) : [];
  const name = route['name'];
  return {
    name: typeof name === 'string' && name !== '' ? name : undefined,
    path: pathMatchOf(match),
    conditions: routeConditions(match),
    action,
    missingClusters: clusters === undefined ? [] : targets.filter((cluster) => !clusters.has(cluster)),
    policy: routePolicy(route),
    owner: ownerOf(route),
    message: route,
  };
}
