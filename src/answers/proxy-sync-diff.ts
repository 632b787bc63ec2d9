import { diffResources, type FieldChange, type Spelling } from '../envoy/diff.ts';
import type { ConfigDump, Sections } from '../envoy/dump.ts';
import {
  clusterEntries,
  type Entry,
  ecdsEntries,
  endpointEntries,
  listenerEntries,
  routeConfigEntries,
} from '../envoy/entry.ts';
import { parseNack } from '../istiod/nack.ts';
import { asObjects, asString, type JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';
import { compareEndpoints } from './endpoint-sync.ts';
import { routesLoaded } from './section-compare.ts';

/** The kinds of resources that are compared. */
export type ComparedKind = 'cluster' | 'listener' | 'route' | 'endpoint' | 'extension' | 'secret';

/** Why Envoy refused its newest version of a resource. */
export interface PushRejection {
  readonly reason: string;
  /** Envoy's own words. */
  readonly details: string;
  /** RFC 3339. */
  readonly at?: string | undefined;
}

/** One resource in which Envoy is not as istiod would have it. */
export interface ResourceDifference {
  readonly kind: ComparedKind;
  readonly name: string;
  /**
   * `missing`: Envoy lacks it; `extra`: istiod does not send it; `changed`: both have it, with other content;
   * `warming`: Envoy has it but waits for something and does not use it; `rejected`: Envoy refused a version.
   */
  readonly what: 'missing' | 'extra' | 'changed' | 'warming' | 'rejected';
  /** Of `changed`: field paths, istiod's value left, Envoy's right. */
  readonly changes: readonly FieldChange[];
  readonly rejection?: PushRejection | undefined;
}

/** One kind of resources, compared: how many are the same, and which are not (by name). */
export interface KindComparison {
  readonly kind: ComparedKind;
  readonly same: number;
  readonly differences: readonly ResourceDifference[];
}

/** What istiod would send to one proxy now against what its Envoy holds. */
export interface ProxySyncDiff {
  readonly kinds: readonly KindComparison[];
  /** Kinds that could not be compared, and why. */
  readonly skipped: readonly { readonly kind: ComparedKind; readonly why: string }[];
  /** Newest `last_updated` of Envoy's dynamic routes (RFC 3339). */
  readonly routesLoaded?: string | undefined;
}

/**
 * Compares istiod's config_dump for a proxy with that of its Envoy, resource by resource and by meaning. Only what
 * istiod sends is compared: static resources of the bootstrap and Envoy's own times and versions are left out.
 * `assignments`: istiod's ClusterLoadAssignments for the proxy, where they are at hand. Linear in the size of the dumps.
 */
export function diffProxySync(
  istiod: ConfigDump,
  envoy: ConfigDump,
  assignments?: readonly JsonObject[] | undefined,
): ProxySyncDiff {
  const kinds: KindComparison[] = [];
  const skipped: { kind: ComparedKind; why: string }[] = [];
  const compare = (
    kind: ComparedKind,
    section: Parameters<ConfigDump['has']>[0],
    entries: EntriesOf,
  ): void => {
    if (!istiod.has(section)) skipped.push({ kind, why: "istiod's dump does not hold them" });
    else if (!envoy.has(section)) skipped.push({ kind, why: "Envoy's dump does not hold them" });
    else kinds.push(compareKind(kind, entries(istiod.outlines), entries(envoy), istiod.spelling(section)));
  };
  compare('cluster', 'Clusters', clusterEntries);
  compare('listener', 'Listeners', listenerEntries);
  compare('route', 'Routes', routeConfigEntries);
  if (assignments && envoy.has('Endpoints'))
    kinds.push(compareEndpoints(assignments, endpointEntries(envoy)));
  if (istiod.has('Ecds') && envoy.has('Ecds')) compare('extension', 'Ecds', ecdsEntries);
  kinds.push(...waitingSecrets(envoy));
  return { kinds, skipped, routesLoaded: envoy.has('Routes') ? routesLoaded(envoy) : undefined };
}

type EntriesOf = (dump: Sections) => readonly Entry[];

function compareKind(
  kind: ComparedKind,
  intended: readonly Entry[],
  held: readonly Entry[],
  spelling: Spelling,
): KindComparison {
  const left = byName(intended.filter((entry) => entry.state === 'active'));
  const right = byName(held.filter((entry) => entry.state === 'active'));
  const rejections = rejectionsByName(held);
  const warming = held.filter((entry) => entry.state === 'warming');
  const diff = diffResources(kind, left, right, spelling);
  const named = (name: string) => ({ kind, name, rejection: rejections.get(name) });
  const differences: ResourceDifference[] = [
    ...diff.removed.map(({ name }) => ({
      ...named(name),
      what: missingOrWarming(name, warming),
      changes: [],
    })),
    ...diff.added.map(({ name }) => ({ ...named(name), what: 'extra' as const, changes: [] })),
    ...diff.changed.map(({ name, changes }) => ({ ...named(name), what: 'changed' as const, changes })),
  ];
  const told = new Set(differences.map(({ name }) => name));
  for (const [name, rejection] of rejections) {
    if (!told.has(name)) differences.push({ kind, name, what: 'rejected', changes: [], rejection });
  }
  for (const { name } of warming) {
    if (!told.has(name)) differences.push({ ...named(name), what: 'warming', changes: [] });
  }
  differences.sort((a, b) => compareText(a.name, b.name));
  return { kind, same: diff.same, differences };
}

/** Envoy may list a refusal twice, once without its time: the one with a time is kept. */
function rejectionsByName(held: readonly Entry[]): Map<string, PushRejection> {
  const found = new Map<string, PushRejection>();
  for (const { name, rejection } of held) {
    if (rejection === undefined || found.get(name)?.at !== undefined) continue;
    found.set(name, rejectionOf(rejection));
  }
  return found;
}

function missingOrWarming(name: string, warming: readonly Entry[]): 'missing' | 'warming' {
  return warming.some((entry) => entry.name === name) ? 'warming' : 'missing';
}

function byName(entries: readonly Entry[]): Map<string, unknown> {
  return new Map(entries.map((entry) => [entry.name, entry.message]));
}

function rejectionOf(rejection: NonNullable<Entry['rejection']>): PushRejection {
  const reasons = parseNack(rejection.details).map((piece) => piece.reason);
  return {
    reason: reasons.join('; ') || 'no reason given',
    details: rejection.details,
    at: rejection.lastAttempt,
  };
}

/** Secrets come from the agent as well as from istiod, so only those that Envoy waits for are told. */
function waitingSecrets(envoy: ConfigDump): KindComparison[] {
  const section = envoy.section('Secrets');
  const waiting = asObjects(section?.['dynamic_warming_secrets']).map(
    (secret) => asString(secret['name']) ?? '',
  );
  const differences = waiting.sort(compareText).map((name) => ({
    kind: 'secret' as const,
    name,
    what: 'warming' as const,
    changes: [],
  }));
  const same = asObjects(section?.['dynamic_active_secrets']).length;
  return differences.length === 0 ? [] : [{ kind: 'secret', same, differences }];
}
