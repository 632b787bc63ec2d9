import type { KubeObject } from '../kube/object.ts';
import { asObjects, asString, field } from '../util/json.ts';

const USE = 'istio.io/use-waypoint';
const USE_NAMESPACE = 'istio.io/use-waypoint-namespace';
const FOR = 'istio.io/waypoint-for';
const WAYPOINT_CLASS = 'istio-waypoint';

/** Which waypoint an object asks for, and which label says so. */
export interface WaypointWish {
  readonly name: string;
  readonly namespace: string;
  /** `Service records`, `Pod x` or `Namespace clinic`. */
  readonly by: string;
}

/** The waypoint that a Service, pod or namespace asks for, the object's own label first; `none` opts out. */
export function waypointWish(
  object: KubeObject,
  namespace: KubeObject | undefined,
): WaypointWish | 'none' | undefined {
  for (const one of [object, ...(namespace === undefined ? [] : [namespace])]) {
    const name = one.metadata.labels?.[USE];
    if (name === undefined || name === '') continue;
    if (name === 'none') return 'none';
    const own = one.metadata.namespace ?? one.metadata.name;
    return {
      name,
      namespace: one.metadata.labels?.[USE_NAMESPACE] ?? own,
      by: `${one.kind} ${one.metadata.name}`,
    };
  }
  return undefined;
}

/** Whether a Gateway (of the Gateway API) is a waypoint. */
export function isWaypointGateway(gateway: KubeObject): boolean {
  return field(gateway, 'spec', 'gatewayClassName') === WAYPOINT_CLASS;
}

/** What a waypoint serves: `service` (also without a label), `workload`, `all` or `none`. */
export function waypointFor(gateway: KubeObject): string {
  return gateway.metadata.labels?.[FOR] ?? 'service';
}

/** The condition by which istiod says whether a Service is bound to its waypoint; `undefined` without one. */
export function waypointBound(
  service: KubeObject,
): { readonly bound: boolean; readonly reason: string; readonly message: string } | undefined {
  const condition = asObjects(field(service, 'status', 'conditions')).find(
    (one) => one['type'] === 'istio.io/WaypointBound',
  );
  if (condition === undefined) return undefined;
  return {
    bound: condition['status'] === 'True',
    reason: asString(condition['reason']) ?? '',
    message: asString(condition['message']) ?? '',
  };
}

/** How a pod takes part in the ambient mesh. */
export type AmbientState = 'captured' | 'not-captured' | 'opted-out' | 'outside';

/**
 * Whether a node's ztunnel handles a pod: the CNI agent notes it on the pod; `not-captured` when labels of the pod or
 * its namespace ask for it and the note is missing.
 */
export function ambientState(pod: KubeObject, namespace: KubeObject | undefined): AmbientState {
  if (pod.metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled') return 'captured';
  const own = pod.metadata.labels?.['istio.io/dataplane-mode'];
  if (own === 'none') return 'opted-out';
  const wished = own ?? namespace?.metadata.labels?.['istio.io/dataplane-mode'];
  return wished === 'ambient' ? 'not-captured' : 'outside';
}
