import type { KubeObject } from '../kube/object.ts';
import {
  effectiveWaypoint,
  namedWaypoint,
  type ObjectName,
  type Unbound,
  type WaypointWorld,
  whyUnbound,
} from '../mesh/waypoint-binding.ts';
import { asArray, asObjects, asString, field } from '../util/json.ts';

/** An object that a waypoint has to do with. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** An object whose label names a waypoint that it does not get. */
export interface UnboundUser extends ObjectRef, Unbound {
  readonly waypoint: ObjectName;
}

/** Everything in which a waypoint may be named. */
export interface WaypointObjects extends WaypointWorld {
  readonly services: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  /** ServiceEntries and WorkloadEntries. */
  readonly entries: readonly KubeObject[];
  /** Routes of the Gateway API. */
  readonly routes: readonly KubeObject[];
  /** AuthorizationPolicies, RequestAuthentications and others with `targetRefs`. */
  readonly policies: readonly KubeObject[];
  /** Whether all that may name a waypoint by label could be read: otherwise there may be more users. */
  readonly complete: boolean;
}

/** Who names waypoints by label: those that get theirs by `namespace/name` of the waypoint, and those that do not. */
export function waypointUsers(objects: WaypointObjects): {
  readonly bound: ReadonlyMap<string, readonly ObjectRef[]>;
  readonly unbound: readonly UnboundUser[];
} {
  const bound = new Map<string, ObjectRef[]>();
  const unbound: UnboundUser[] = [];
  const all = [...objects.namespaces, ...objects.services, ...objects.entries, ...objects.pods];
  for (const object of all) {
    const waypoint = namedWaypoint(object);
    if (waypoint === undefined) continue;
    const lost = whyUnbound(object, waypoint, objects);
    if (lost !== undefined) unbound.push({ ...refOf(object), waypoint, ...lost });
    else {
      const key = keyOf(waypoint);
      bound.set(key, [...(bound.get(key) ?? []), refOf(object)]);
    }
  }
  return { bound, unbound };
}

/** `namespace/name`. */
export function keyOf({ namespace, name }: ObjectName): string {
  return `${namespace}/${name}`;
}

/** Kind and name of an object; a Namespace is in itself. */
export function refOf({ kind, metadata }: KubeObject): ObjectRef {
  return { kind, namespace: metadata.namespace ?? metadata.name, name: metadata.name };
}

/** Routes and policies that are for a waypoint: those that name its Gateway, or a Service that takes it. */
export function attachedTo(waypoint: ObjectName, objects: WaypointObjects): readonly ObjectRef[] {
  const namespaces = new Map(objects.namespaces.map((one) => [one.metadata.name, one]));
  const services = objects.services.filter((service) => {
    const own = effectiveWaypoint(service, namespaces.get(service.metadata.namespace ?? ''));
    return own?.name === waypoint.name && own.namespace === waypoint.namespace;
  });
  const targets = new Set([
    `Gateway ${keyOf(waypoint)}`,
    ...services.map((one) => `Service ${keyOf(refOf(one))}`),
  ]);
  return [...objects.routes, ...objects.policies]
    .filter((object) => targetsOf(object).some((target) => targets.has(target)))
    .map(refOf);
}

function targetsOf(object: KubeObject): string[] {
  const single = field(object, 'spec', 'targetRef');
  const references = [
    ...asObjects(field(object, 'spec', 'parentRefs')),
    ...asObjects(field(object, 'spec', 'targetRefs')),
    ...asObjects(asArray([single])),
  ];
  return references.map((reference) => {
    const kind = asString(reference['kind']) ?? 'Gateway';
    const namespace = asString(reference['namespace']) ?? object.metadata.namespace ?? '';
    return `${kind} ${namespace}/${asString(reference['name']) ?? ''}`;
  });
}
