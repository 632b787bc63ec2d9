import type { KubeObject } from '../kube/object.ts';
import { matchesSelector, objectSelector } from '../kube/selector.ts';
import { asObjects, asString, field } from '../util/json.ts';

/** Name and namespace of an object. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** The Gateway class of waypoints that Istio deploys. */
export const WAYPOINT_CLASS = 'istio-waypoint';
const USE = 'istio.io/use-waypoint';
const USE_NAMESPACE = 'istio.io/use-waypoint-namespace';
const FOR = 'istio.io/waypoint-for';

/** What a waypoint takes traffic for. */
export type TrafficType = 'service' | 'workload' | 'all' | 'none';

/** Whether a Gateway is a waypoint. */
export function isWaypoint(gateway: KubeObject): boolean {
  return field(gateway, 'spec', 'gatewayClassName') === WAYPOINT_CLASS;
}

/** What a waypoint takes traffic for: its label, else services. */
export function trafficType(gateway: KubeObject): TrafficType {
  const label = gateway.metadata.labels?.[FOR];
  return label === 'workload' || label === 'all' || label === 'none' ? label : 'service';
}

/** The waypoint that an object's own labels name; `undefined` for none, and for the reserved name `none`. */
export function namedWaypoint({ metadata }: KubeObject): ObjectName | undefined {
  const name = metadata.labels?.[USE];
  if (name === undefined || name === '' || name.toLowerCase() === 'none') return undefined;
  const namespace = metadata.labels?.[USE_NAMESPACE] || ownNamespace(metadata);
  return { namespace, name };
}

/** A Namespace has no namespace: what it names lies in itself. */
function ownNamespace({ namespace, name }: KubeObject['metadata']): string {
  return namespace ?? name;
}

/** The waypoint of a Service or pod: by its own label (which may say `none`), else by that of its namespace. */
export function effectiveWaypoint(
  object: KubeObject,
  namespace: KubeObject | undefined,
): ObjectName | undefined {
  if (object.metadata.labels?.[USE] !== undefined) return namedWaypoint(object);
  return namespace && namedWaypoint(namespace);
}

/** The objects that a name may stand for: Gateways, and Namespaces by name. */
export interface WaypointWorld {
  readonly gateways: readonly KubeObject[];
  readonly namespaces: readonly KubeObject[];
}

/** Why an object does not get the waypoint that it names, and what to change. */
export interface Unbound {
  readonly why: string;
  readonly next: string;
}

/**
 * What keeps an object from the waypoint that it names; `undefined` when nothing stands against it. A missing
 * waypoint, and one that does not let the namespace in, are passed by: traffic goes straight to the workload.
 */
export function whyUnbound(
  user: KubeObject,
  { namespace, name }: ObjectName,
  world: WaypointWorld,
): Unbound | undefined {
  const gateway = world.gateways.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  const waypoint = `waypoint ${namespace}/${name}`;
  if (gateway === undefined) {
    return {
      why: `${waypoint} does not exist`,
      next: `meshscope waypoint generate -n ${namespace} --name ${name} writes it, or correct the label ${USE}`,
    };
  }
  const own = ownNamespace(user.metadata);
  if (!letsIn(gateway, own, world)) {
    return {
      why: `${waypoint} does not let namespace ${own} in (allowedRoutes of its listener)`,
      next: `let ${own} in with allowedRoutes.namespaces, or name a waypoint of ${own}`,
    };
  }
  const type = trafficType(gateway);
  const needs = NEEDS[user.kind];
  if (needs === undefined || type === 'all' || type === needs) return undefined;
  const takes = type === 'none' ? 'takes no traffic' : `takes traffic for ${type}s only`;
  return { why: `${waypoint} ${takes} (label ${FOR})`, next: `set ${FOR}: all on its Gateway` };
}

/** Which traffic an object's waypoint must take. A Namespace stands for both. */
const NEEDS: Readonly<Record<string, TrafficType>> = {
  Service: 'service',
  ServiceEntry: 'service',
  Pod: 'workload',
  WorkloadEntry: 'workload',
};

/** `allowedRoutes.namespaces.from` of its listeners: the same namespace unless they say more. */
function letsIn(gateway: KubeObject, namespace: string, { namespaces }: WaypointWorld): boolean {
  if (gateway.metadata.namespace === namespace) return true;
  const labels = namespaces.find(({ metadata }) => metadata.name === namespace)?.metadata.labels;
  return asObjects(field(gateway, 'spec', 'listeners')).some((listener) => {
    const allowed = field(listener, 'allowedRoutes', 'namespaces');
    const from = asString(field(allowed, 'from')) ?? 'Same';
    if (from === 'Selector') return matchesSelector(objectSelector(field(allowed, 'selector')), labels);
    return from === 'All';
  });
}
