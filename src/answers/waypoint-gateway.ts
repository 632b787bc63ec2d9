import { WAYPOINT_CLASS } from '../mesh/waypoint-binding.ts';
import type { JsonObject } from '../util/json.ts';

/** What a waypoint's Gateway is made of. */
export interface WaypointSpec {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly trafficType: string | undefined;
  readonly revision: string | undefined;
}

/** The Gateway by which istiod deploys a waypoint (spec of proxy-config §14). */
export function waypointGateway({ name, namespace, trafficType, revision }: WaypointSpec): JsonObject {
  const labels = {
    ...(trafficType === undefined ? {} : { 'istio.io/waypoint-for': trafficType }),
    ...(revision === undefined ? {} : { 'istio.io/rev': revision }),
  };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      name,
      ...(namespace === undefined ? {} : { namespace }),
    },
    spec: {
      gatewayClassName: WAYPOINT_CLASS,
      listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }],
    },
  };
}
