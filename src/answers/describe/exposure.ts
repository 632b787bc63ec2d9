import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import {
  entrances,
  type GatewayServer,
  gatewayPods,
  gatewayServers,
  serverAdmits,
} from '../../mesh/gateway.ts';
import { hostsOverlap, serviceHost } from '../../mesh/host.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import {
  MESH_GATEWAY,
  type VirtualRoute,
  virtualGateways,
  virtualHosts,
  virtualRoutes,
} from '../../mesh/virtual-service.ts';
import { kubeRouteExposures } from './kube-route-exposure.ts';

/** A way from outside to a service: through which gateway, by which host and paths, and what makes it. */
export interface Exposure {
  /** `http://shop.example.com`, with the port where it is not the usual one. */
  readonly url: string;
  /** What a request must have, in words; empty for all requests to the host. */
  readonly matches: readonly string[];
  /** `Gateway edge/public`. */
  readonly gateway: string;
  /** `VirtualService shop/storefront`, `HTTPRoute clinic/records`. */
  readonly route: string;
  /** The address of the gateway's load balancer; `undefined` while it has none, or when it is not known. */
  readonly address: string | undefined;
  /** The Service in front of the gateway, as `<namespace>/<name>`. */
  readonly entrance: string | undefined;
}

/** The ways by which gateways expose a service. Other namespaces than were read may hold more. */
export function exposures(service: KubeObject, objects: MeshObjects): readonly Exposure[] {
  const host = serviceHost(service);
  const found = objects.all('virtualServices').flatMap((one) => {
    const routes = virtualRoutes(one, objects.all('virtualServices'));
    return virtualGateways(one)
      .filter((gateway) => gateway !== MESH_GATEWAY)
      .flatMap((gateway) => {
        const leading = routes.filter(
          (route) =>
            (route.gateways.length === 0 || route.gateways.includes(gateway)) &&
            route.destinations.some((destination) => destination.host === host),
        );
        return leading.length === 0 ? [] : throughGateway(one, gateway, leading, objects);
      });
  });
  return [...found, ...kubeRouteExposures(service, objects)];
}

function throughGateway(
  service: KubeObject,
  gatewayId: string,
  routes: readonly VirtualRoute[],
  objects: MeshObjects,
): Exposure[] {
  const [namespace = '', name = ''] = gatewayId.split('/');
  const gateway = objects.find('gateways', namespace, name);
  if (gateway === undefined) return [];
  const matches = routes.some((route) => route.matches.length === 0)
    ? []
    : [...new Set(routes.flatMap((route) => route.matches))];
  const pods = gatewayPods(gateway, objects.all('pods'));
  return gatewayServers(gateway)
    .filter((server) => serverAdmits(server, gateway, service.metadata.namespace ?? ''))
    .flatMap((server) => {
      const [entrance] = entrances(pods, objects.all('services'), server.port);
      return sharedHosts(server, service).map((host) => ({
        url: urlOf(server, host, entrance?.port ?? server.port),
        matches,
        gateway: `Gateway ${gatewayId}`,
        route: `VirtualService ${objectId(service)}`,
        address: entrance?.address,
        entrance: entrance && objectId(entrance.service),
      }));
    });
}

/** The narrower one of each pair of overlapping hosts. */
function sharedHosts(server: GatewayServer, service: KubeObject): readonly string[] {
  const shared = virtualHosts(service).flatMap((host) =>
    server.hosts
      .filter((served) => hostsOverlap(served, host))
      .map((served) => (host.length >= served.length ? host : served)),
  );
  return [...new Set(shared)];
}

function urlOf(server: GatewayServer, host: string, port: number): string {
  const scheme = SCHEMES[server.protocol] ?? server.protocol.toLowerCase();
  const usual = scheme === 'http' ? 80 : 443;
  return `${scheme}://${host}${port === usual ? '' : `:${port}`}`;
}

const SCHEMES: Readonly<Record<string, string>> = {
  HTTP: 'http',
  HTTP2: 'http',
  GRPC: 'http',
  HTTPS: 'https',
};
