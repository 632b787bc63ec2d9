import { compatRouteMatch, matchOf } from '../envoy/chain-text.ts';
import { discoveryOf } from '../envoy/cluster.ts';
import { diffResources, diffValues, type FieldChange, type ResourceDiff } from '../envoy/diff.ts';
import type { ConfigDump } from '../envoy/dump.ts';
import {
  clusterEntries,
  type Entry,
  ecdsEntries,
  endpointEntries,
  listenerEntries,
  routeConfigEntries,
} from '../envoy/entry.ts';
import { ownerOf, ownerText } from '../envoy/owner.ts';
import { virtualHostsOf } from '../envoy/route.ts';
import { ExitCode } from '../util/errors.ts';
import type { JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';
import { authzCause } from './authz-cause.ts';
import { type IdentityRewriter, identityRewriter } from './own-identity.ts';

/** The kinds of resources that are compared. */
export const DIFF_KINDS = ['cluster', 'listener', 'route', 'endpoint', 'extension'] as const;

/** One of the kinds that are compared. */
export type DiffKind = (typeof DIFF_KINDS)[number];

/** A resource in which two proxies differ. */
export interface ConfigDifference {
  readonly kind: DiffKind;
  readonly name: string;
  readonly what: 'only left' | 'only right' | 'changed';
  /** Of `changed`: what differs inside, by field path. */
  readonly changes: readonly FieldChange[];
}

/** All differences that one Istio object causes (a listener may stand under several); `cause` is `undefined` for what comes from services and the mesh. */
export interface DifferenceGroup {
  readonly cause: string | undefined;
  readonly differences: readonly ConfigDifference[];
}

/** How the configurations of two proxies differ. */
export interface ProxyConfigDiff {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'ProxyConfigDiff';
  readonly left: string;
  readonly right: string;
  readonly same: number;
  readonly groups: readonly DifferenceGroup[];
  /** Resources that differ in nothing but who the proxy is: its name, addresses, tags of its own. They do not count. */
  readonly ownIdentity: readonly ConfigDifference[];
  /** Kinds that one of the dumps does not hold, so that they could not be compared. */
  readonly skipped: readonly { readonly kind: DiffKind; readonly lacking: string }[];
}

const READERS: Readonly<
  Record<DiffKind, { section: Parameters<ConfigDump['has']>[0]; read: (dump: ConfigDump) => Entry[] }>
> = {
  cluster: { section: 'Clusters', read: clusterEntries },
  listener: { section: 'Listeners', read: listenerEntries },
  route: { section: 'Routes', read: routeConfigEntries },
  endpoint: { section: 'Endpoints', read: endpointEntries },
  extension: { section: 'Ecds', read: ecdsEntries },
};

/**
 * Compares two config_dumps by name and meaning, and groups what differs by the Istio object that causes it. Versions
 * and times are no difference; secrets, which differ in every pod, and the bootstrap are left out. What only says who
 * the proxy is stands apart. Linear in size.
 */
export function diffProxyConfigs(
  left: ConfigDump,
  right: ConfigDump,
  kinds: readonly DiffKind[],
): ProxyConfigDiff {
  const found: Found = { groups: new Map(), ownIdentity: [], rewriter: identityRewriter(left, right) };
  const skipped: { kind: DiffKind; lacking: string }[] = [];
  let same = 0;
  for (const kind of kinds) {
    const { section } = READERS[kind];
    const [hasLeft, hasRight] = [left.has(section), right.has(section)];
    if (!hasLeft && !hasRight) continue;
    if (!hasLeft || !hasRight) {
      skipped.push({ kind, lacking: hasLeft ? right.label : left.label });
      continue;
    }
    same += diffKind(kind, left, right, found);
  }
  const sorted = [...found.groups].sort(
    ([a], [b]) => Number(a === undefined) - Number(b === undefined) || compareText(a ?? '', b ?? ''),
  );
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'ProxyConfigDiff',
    left: left.label,
    right: right.label,
    same,
    groups: sorted.map(([cause, differences]) => ({ cause, differences })),
    ownIdentity: found.ownIdentity,
    skipped,
  };
}

/** 1 when the proxies differ, as for every comparison. */
export function diffExitCode(diff: ProxyConfigDiff): ExitCode {
  return diff.groups.length > 0 ? ExitCode.no : ExitCode.ok;
}

/** What was found so far, and how the left proxy's identity reads as the right one's. */
interface Found {
  readonly groups: Map<string | undefined, ConfigDifference[]>;
  readonly ownIdentity: ConfigDifference[];
  readonly rewriter: IdentityRewriter | undefined;
}

/** Adds the differences of one kind to `found`; returns how many resources are the same. */
function diffKind(kind: DiffKind, left: ConfigDump, right: ConfigDump, found: Found): number {
  const diff = diffResources(kind, resources(kind, left), resources(kind, right));
  const addTo = (cause: string | undefined, difference: ConfigDifference): void => {
    const group = found.groups.get(cause);
    if (group) group.push(difference);
    else found.groups.set(cause, [difference]);
  };
  const add = (difference: ConfigDifference, ...values: readonly unknown[]): void =>
    addTo(
      values.map(causeOf).find((one) => one !== undefined),
      difference,
    );
  // That one of two proxies is among the endpoints of a service says more than who they are.
  const rewriter = kind === 'endpoint' ? undefined : found.rewriter;
  const renamed = rewriter === undefined ? NONE_RENAMED : renamedResources(diff, rewriter);
  for (const { name, value } of diff.removed) {
    if (renamed.has(name)) found.ownIdentity.push({ kind, name, what: 'only left', changes: [] });
    else add({ kind, name, what: 'only left', changes: [] }, value);
  }
  const counterparts = new Set(renamed.values());
  for (const { name, value } of diff.added) {
    if (counterparts.has(name)) found.ownIdentity.push({ kind, name, what: 'only right', changes: [] });
    else add({ kind, name, what: 'only right', changes: [] }, value);
  }
  for (const { name, left: a, right: b, changes } of diff.changed) {
    const rest = rewriter === undefined ? changes : withoutIdentity(changes, rewriter.message(a), b);
    if (rest.length === 0) found.ownIdentity.push({ kind, name, what: 'changed', changes });
    const { byPolicy, others } = splitByPolicy(rest);
    for (const [cause, some] of byPolicy) addTo(cause, { kind, name, what: 'changed', changes: some });
    if (others.length > 0) add({ kind, name, what: 'changed', changes: others }, b, a);
  }
  return diff.same;
}

/** A listener's RBAC filters come from AuthorizationPolicies, what else is in it from other objects. */
function splitByPolicy(changes: readonly FieldChange[]): {
  readonly byPolicy: ReadonlyMap<string, readonly FieldChange[]>;
  readonly others: readonly FieldChange[];
} {
  const byPolicy = new Map<string, FieldChange[]>();
  const others: FieldChange[] = [];
  for (const change of changes) {
    const cause = authzCause(change);
    if (cause === undefined) others.push(change);
    else byPolicy.set(cause, [...(byPolicy.get(cause) ?? []), change]);
  }
  return { byPolicy, others };
}

/**
 * The changes that are left when the left side is read as the right proxy's own. Where both sides name the left proxy
 * (each lists all replicas), reading it so makes up changes: then all of them are kept.
 */
function withoutIdentity(
  changes: readonly FieldChange[],
  left: unknown,
  right: unknown,
): readonly FieldChange[] {
  const rest = diffValues(left, right);
  const paths = new Set(changes.map(({ path }) => path));
  return rest.every(({ path }) => paths.has(path)) ? rest : changes;
}

const NONE_RENAMED: ReadonlyMap<string, string> = new Map();

/** Resources of the left side named after the proxy itself, and those of the right side that are the same but for that. */
function renamedResources(diff: ResourceDiff, rewriter: IdentityRewriter): ReadonlyMap<string, string> {
  const added = new Map(diff.added.map(({ name, value }) => [name, value]));
  const pairs = diff.removed.flatMap(({ name, value }): [string, string][] => {
    const other = rewriter.text(name);
    const isSame = added.has(other) && diffValues(rewriter.message(value), added.get(other)).length === 0;
    return isSame ? [[name, other]] : [];
  });
  return new Map(pairs);
}

/** Resources by name. Route configurations are taken apart into virtual hosts, for those have different causes. */
function resources(kind: DiffKind, dump: ConfigDump): ReadonlyMap<string, JsonObject> {
  const observed = kind === 'endpoint' ? originalDestinations(dump) : undefined;
  const map = new Map<string, JsonObject>();
  for (const { message, state, name: given } of READERS[kind].read(dump)) {
    const name = kind === 'route' && given === '' ? inlineName(message) : given;
    if (observed?.has(name) || map.has(name)) continue;
    const shown = state === 'rejected' ? `${name} (refused)` : name;
    if (kind !== 'route') {
      map.set(shown, message);
      continue;
    }
    const { virtual_hosts: _, ...rest } = message;
    map.set(shown, rest);
    for (const host of virtualHostsOf(message)) map.set(`${shown} › ${host.name}`, host.raw);
  }
  return map;
}

/** Clusters whose hosts are those that connections happened to go to: no configuration. */
function originalDestinations(dump: ConfigDump): ReadonlySet<string> {
  if (!dump.has('Clusters')) return new Set();
  const entries = clusterEntries(dump).filter(({ message }) => discoveryOf(message).type === 'ORIGINAL_DST');
  return new Set(entries.map((entry) => entry.name));
}

/** A name for the routes that stand inside a listener, which have none: their first match. */
function inlineName(config: JsonObject): string {
  const [first] = virtualHostsOf(config).flatMap((host) => host.routes);
  return `inside a listener, ${first === undefined ? 'empty' : compatRouteMatch(matchOf(first))}`;
}

function causeOf(message: unknown): string | undefined {
  const owner = ownerOf(message);
  if (owner !== undefined) return ownerText(owner);
  const routes =
    typeof message === 'object' && message !== null && 'routes' in message ? message.routes : undefined;
  if (!Array.isArray(routes)) return undefined;
  for (const route of routes) {
    const routeOwner = ownerOf(route);
    if (routeOwner !== undefined) return ownerText(routeOwner);
  }
  return undefined;
}
