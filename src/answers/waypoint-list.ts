import type { KubeObject } from '../kube/object.ts';
import { type TrafficType, trafficType } from '../mesh/waypoint-binding.ts';
import { type GatewayCondition, programmedCondition } from '../mesh/waypoint-gateway.ts';
import { compareText } from '../util/text.ts';

/** A waypoint as its Gateway describes it. */
export interface WaypointRow {
  readonly namespace: string;
  readonly name: string;
  readonly revision: string;
  readonly trafficType: TrafficType;
  /** Whether the Gateway itself says for which traffic it is. */
  readonly typeIsLabelled: boolean;
  /** istiod's own word; `undefined` before it has looked at the Gateway. */
  readonly programmed: GatewayCondition | undefined;
}

/** The waypoints of a mesh, by namespace and name. */
export interface WaypointList {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'WaypointList';
  readonly waypoints: readonly WaypointRow[];
  /** The only namespace that was asked about; all of them when absent. */
  readonly namespace: string | undefined;
}

/** The waypoints among these Gateways. */
export function waypointList(waypoints: readonly KubeObject[], namespace: string | undefined): WaypointList {
  const rows = waypoints.map(waypointRow);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'WaypointList',
    waypoints: rows.sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name)),
    namespace,
  };
}

/** A waypoint's Gateway as a row. */
export function waypointRow(gateway: KubeObject): WaypointRow {
  const { namespace = '', name, labels } = gateway.metadata;
  return {
    namespace,
    name,
    revision: labels?.['istio.io/rev'] ?? 'default',
    trafficType: trafficType(gateway),
    typeIsLabelled: labels?.['istio.io/waypoint-for'] !== undefined,
    programmed: programmedCondition(gateway),
  };
}
