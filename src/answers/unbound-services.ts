import type { KubeObject } from '../kube/object.ts';
import { effectiveWaypoint, type WaypointWorld, whyUnbound } from '../mesh/waypoint-binding.ts';

/** Why Services (`namespace/name`) do not get the waypoint that they name, with what comes of it. */
export function unboundServices(
  services: readonly KubeObject[],
  world: WaypointWorld,
): ReadonlyMap<string, string> {
  const namespaces = new Map(world.namespaces.map((namespace) => [namespace.metadata.name, namespace]));
  const found = services.flatMap((service): [string, string][] => {
    const { namespace = '', name } = service.metadata;
    const waypoint = effectiveWaypoint(service, namespaces.get(namespace));
    const unbound = waypoint && whyUnbound(service, waypoint, world);
    return unbound === undefined ? [] : [[`${namespace}/${name}`, `${unbound.why}: traffic goes past it`]];
  });
  return new Map(found);
}
