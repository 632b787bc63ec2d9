import { type ResourceRef, resourceKey, resourceRef } from '../../analysis/finding.ts';
import type { KubeObject } from '../../kube/object.ts';
import { podRunner } from '../../kube/workload.ts';
import { compareText } from '../../util/text.ts';
import { type FieldChange, shownChanges } from './shown-changes.ts';

/** A side of a comparison: what was before, and what is after. */
export type Side = 'left' | 'right';

/** What became of an object. `recreated`: another one of the same name and content. */
export type ObjectFate = 'added' | 'removed' | 'changed' | 'recreated';

/** One object that differs. */
export interface ObjectChange {
  readonly what: ObjectFate;
  readonly resource: ResourceRef;
  /** Where the recordings are of several clusters. */
  readonly cluster?: string | undefined;
  /** Of a changed one: that it is another object of the same name. */
  readonly recreated?: true | undefined;
  /** What makes objects of this kind by itself: the workload of a pod, the Service of endpoints. */
  readonly owner?: ResourceRef | undefined;
  /** Of a changed one, by field path. */
  readonly changes: readonly FieldChange[];
}

/** A kind of which objects could not be compared, or not all of them. */
export interface KindGap {
  /** `plural.group`. */
  readonly kind: string;
  readonly cluster?: string | undefined;
  readonly side: Side | 'both';
  readonly why: string;
  /** Only objects that both sides hold were compared. */
  readonly partly?: true | undefined;
}

/** How the objects of a mesh differ. */
export interface ObjectsDiff {
  /** How many kinds both sides hold. */
  readonly kinds: number;
  readonly same: number;
  readonly counts: Readonly<Record<ObjectFate, number>>;
  /** Istio's own objects first, then those that traffic goes by. */
  readonly changes: readonly ObjectChange[];
  /** Values that were not compared, as one side holds a mark in their place. */
  readonly hiddenValues: number;
  readonly notCompared: readonly KindGap[];
}

/** The objects of one kind on one side. */
export interface KindList {
  readonly objects: readonly KubeObject[];
  /** Whether an object of that namespace (`''`: of none) that is not in the list is not there. */
  readonly isWhole: (namespace: string) => boolean;
}

/** One kind of one cluster on both sides. */
export interface KindPair {
  /** `plural.group`. */
  readonly kind: string;
  readonly cluster?: string | undefined;
  readonly left: KindList;
  readonly right: KindList;
}

/**
 * Compares objects by group, kind, namespace and name. An object that one side lacks was added or removed only where
 * that side's list is whole. `sameCluster`: whether both are of one cluster, so that another UID means another object.
 */
export function diffObjects(
  pairs: readonly KindPair[],
  notCompared: readonly KindGap[],
  sameCluster: boolean,
): ObjectsDiff {
  const found: Found = { changes: [], same: 0, hidden: 0, unknown: new Map() };
  for (const pair of pairs) diffKind(pair, sameCluster, found);
  found.changes.sort(compareChanges);
  const counts = { added: 0, removed: 0, changed: 0, recreated: 0 };
  for (const { what } of found.changes) counts[what]++;
  return {
    kinds: pairs.length,
    same: found.same,
    counts,
    changes: found.changes,
    hiddenValues: found.hidden,
    notCompared: [...notCompared, ...found.unknown.values()],
  };
}

interface Found {
  readonly changes: ObjectChange[];
  same: number;
  hidden: number;
  readonly unknown: Map<string, KindGap>;
}

function diffKind({ kind, cluster, left, right }: KindPair, sameCluster: boolean, found: Found): void {
  const others = new Map(right.objects.map((object) => [keyOf(object), object]));
  const seen = new Set<string>();
  const lone = (object: KubeObject, what: 'added' | 'removed', side: Side): void => {
    const { isWhole } = side === 'left' ? left : right;
    if (isWhole(object.metadata.namespace ?? '')) found.changes.push(changeOf(what, object, cluster));
    else {
      const why = `${side === 'left' ? 'the first' : 'the second'} side may lack some`;
      found.unknown.set(`${kind} ${cluster} ${side}`, { kind, cluster, side, why, partly: true });
    }
  };
  for (const object of left.objects) {
    const key = keyOf(object);
    if (seen.has(key)) continue;
    seen.add(key);
    const other = others.get(key);
    if (other === undefined) lone(object, 'removed', 'right');
    else comparePair(object, other, { cluster, sameCluster }, found);
  }
  for (const [key, object] of others) if (!seen.has(key)) lone(object, 'added', 'left');
}

function comparePair(
  left: KubeObject,
  right: KubeObject,
  { cluster, sameCluster }: { readonly cluster: string | undefined; readonly sameCluster: boolean },
  found: Found,
): void {
  const { changes, hidden } = shownChanges(left, right);
  found.hidden += hidden;
  const [before, after] = [left.metadata.uid ?? '', right.metadata.uid ?? ''];
  const recreated = sameCluster && before !== '' && after !== '' && before !== after;
  if (changes.length === 0 && !recreated) {
    found.same++;
    return;
  }
  const change = changeOf(changes.length === 0 ? 'recreated' : 'changed', right, cluster);
  found.changes.push({
    ...change,
    ...(recreated && changes.length > 0 ? { recreated: true as const } : {}),
    changes,
  });
}

function changeOf(what: ObjectFate, object: KubeObject, cluster: string | undefined): ObjectChange {
  const owner = ownerOf(object);
  return {
    what,
    resource: resourceRef(object),
    ...(cluster === undefined ? {} : { cluster }),
    ...(owner === undefined ? {} : { owner }),
    changes: [],
  };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Kinds that controllers make and throw away. */
const MADE: ReadonlySet<string> = new Set([
  'Pod',
  'ReplicaSet',
  'ControllerRevision',
  'Job',
  'EndpointSlice',
]);

/** What makes an object by itself; `undefined` for what somebody wrote. */
function ownerOf(object: KubeObject): ResourceRef | undefined {
  const { namespace, name, labels } = object.metadata;
  if (object.kind === 'Endpoints') return { kind: 'Service', ...(namespace ? { namespace } : {}), name };
  if (!MADE.has(object.kind)) return undefined;
  const service = object.kind === 'EndpointSlice' ? labels?.['kubernetes.io/service-name'] : undefined;
  if (service !== undefined) return { kind: 'Service', ...(namespace ? { namespace } : {}), name: service };
  const runner = podRunner(object);
  if (runner.kind === 'Pod' && runner.name === name) return undefined;
  return { kind: runner.kind, ...(namespace ? { namespace } : {}), name: runner.name };
}

/** What traffic goes by most directly comes first. */
function rankOf({ group = '', kind }: ResourceRef): number {
  if (/(^|\.)istio\.io$|^gateway\.networking\./.test(group)) return 0;
  if (['Namespace', 'Service', 'MutatingWebhookConfiguration', 'Ingress', 'NetworkPolicy'].includes(kind))
    return 1;
  if (['ConfigMap', 'Secret', 'Deployment', 'StatefulSet', 'DaemonSet', 'Node'].includes(kind)) return 2;
  return 3;
}

function compareChanges(a: ObjectChange, b: ObjectChange): number {
  return (
    rankOf(a.resource) - rankOf(b.resource) ||
    compareText(a.resource.kind, b.resource.kind) ||
    compareText(resourceKey(a.resource), resourceKey(b.resource)) ||
    compareText(a.cluster ?? '', b.cluster ?? '')
  );
}
