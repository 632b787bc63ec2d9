import type { ConfigDump } from '../../envoy/dump.ts';
import { clusterEntries, type Entry, listenerEntries, routeConfigEntries } from '../../envoy/entry.ts';
import { ownerOf } from '../../envoy/owner.ts';
import type { KubeObject } from '../../kube/object.ts';
import { asArray, asObject, asStrings, field } from '../../util/json.ts';
import type { WaitKind } from './kinds.ts';

/** What of an object is found in a proxy. */
export interface FoundEffect {
  /** Names of the resources that carry it, such as `route 80`; empty when there are none. */
  readonly resources: readonly string[];
  /** When the newest of them was updated, in ms since the epoch. */
  readonly updated: number | undefined;
}

/** Searches the configuration in use of an Envoy for the effect of an object whose kind leaves one. */
export function findEffect(dump: ConfigDump, object: KubeObject, kind: WaitKind): FoundEffect {
  const test = testFor(object, kind);
  const found = sections(dump).flatMap(([word, entries]) =>
    entries
      .filter(({ state }) => state === 'active' || state === 'static')
      .filter(({ message }) => test(message, word))
      .map((entry) => ({ name: `${word} ${entry.name}`, at: Date.parse(entry.lastUpdated ?? '') })),
  );
  const times = found.map(({ at }) => at).filter((at) => !Number.isNaN(at));
  return {
    resources: found.map(({ name }) => name),
    updated: times.length === 0 ? undefined : Math.max(...times),
  };
}

/** Searches the configuration of a ztunnel: its policies and Services carry the names of the objects. */
export function findZtunnelEffect(dump: unknown, object: KubeObject, kind: WaitKind): FoundEffect {
  const list = field(dump, kind.effect === 'policy' ? 'policies' : 'services');
  const word = kind.effect === 'policy' ? 'policy' : 'service';
  const { name, namespace = '' } = object.metadata;
  const items = Array.isArray(list) ? list : Object.values(asObject(list) ?? {});
  const isThere = items.some((one) => field(one, 'name') === name && field(one, 'namespace') === namespace);
  return { resources: isThere ? [`${word} ${namespace}/${name}`] : [], updated: undefined };
}

type Word = 'cluster' | 'route' | 'listener';

/** A proxy may lack a section: a gateway without routes has none. */
function sections(dump: ConfigDump): readonly (readonly [Word, readonly Entry[]])[] {
  return [
    ['cluster', dump.has('Clusters') ? clusterEntries(dump) : []],
    ['route', dump.has('Routes') ? routeConfigEntries(dump) : []],
    ['listener', dump.has('Listeners') ? listenerEntries(dump) : []],
  ];
}

type Test = (message: unknown, word: Word) => boolean;

function testFor(object: KubeObject, kind: WaitKind): Test {
  const { name, namespace = '' } = object.metadata;
  if (kind.effect === 'policy') {
    const policy = `ns[${namespace}]-policy[${name}]-rule[`;
    return (message, word) => word === 'listener' && holdsKey(message, policy, 0);
  }
  if (kind.effect === 'cluster') {
    const hosts = hostsOf(object);
    return (message, word) => word === 'cluster' && isClusterOf(String(field(message, 'name')), hosts);
  }
  return (message) => isMarked(message, { name, namespace, kind: kind.kind }, 0);
}

/** Hosts of a ServiceEntry; of a Service the beginning of its host name, whose end is the cluster's domain. */
function hostsOf(object: KubeObject): readonly string[] {
  const { name, namespace = '' } = object.metadata;
  if (object.kind === 'Service') return [`${name}.${namespace}.svc.`];
  return asStrings(field(object, 'spec', 'hosts'));
}

function isClusterOf(cluster: string, hosts: readonly string[]): boolean {
  // A waypoint has clusters of its own for the Services that it serves.
  const host = /^(?:outbound|inbound-vip)\|/.test(cluster) ? (cluster.split('|')[3] ?? '') : '';
  return hosts.some((one) => host === one || (one.endsWith('.svc.') && host.startsWith(one)));
}

const DEEPEST = 60;

function isMarked(
  value: unknown,
  wanted: { name: string; namespace: string; kind: string },
  depth: number,
): boolean {
  if (depth > DEEPEST) return false;
  const owner = ownerOf(value);
  const isKind = owner?.kind === wanted.kind || owner?.kind.split('/').includes(wanted.kind) === true;
  if (isKind && owner?.name === wanted.name && owner.namespace === wanted.namespace) return true;
  return children(value).some((child) => isMarked(child, wanted, depth + 1));
}

/** Policies of an RBAC filter are the members of a map. */
function holdsKey(value: unknown, part: string, depth: number): boolean {
  if (depth > DEEPEST) return false;
  if (Object.keys(asObject(value) ?? {}).some((key) => key.includes(part))) return true;
  return children(value).some((child) => holdsKey(child, part, depth + 1));
}

function children(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? asArray(value) : Object.values(asObject(value) ?? {});
}
