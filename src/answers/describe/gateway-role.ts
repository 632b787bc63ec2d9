import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { equalitySelector, matchesSelector } from '../../kube/selector.ts';
import { type GatewayServer, gatewayServers } from '../../mesh/gateway.ts';
import { hostsOverlap } from '../../mesh/host.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import {
  gatewayVirtualServices,
  type VirtualRoute,
  virtualHosts,
  virtualRoutes,
} from '../../mesh/virtual-service.ts';
import { field } from '../../util/json.ts';
import type { DescribeProblem } from './problem.ts';
import { routeProblems } from './routing.ts';

/** A server of a Gateway that the described pod serves. */
export interface ServedGateway {
  /** `edge/public`. */
  readonly gateway: string;
  readonly server: GatewayServer;
  /** VirtualServices with a host that the server serves. */
  readonly virtualServices: readonly string[];
}

/** What a gateway's pod serves, and what is wrong with it. */
export interface GatewayRole {
  readonly serves: readonly ServedGateway[];
  readonly problems: readonly DescribeProblem[];
}

/** The Istio Gateways whose selector picks the pod, their VirtualServices, and rules there that lead nowhere. */
export function gatewayRole(pod: KubeObject, objects: MeshObjects): GatewayRole {
  const gateways = objects.all('gateways').filter((one) => {
    const selector = equalitySelector(field(one, 'spec', 'selector'));
    return selector.length > 0 && matchesSelector(selector, pod.metadata.labels);
  });
  const serves = gateways.flatMap((gateway) =>
    gatewayServers(gateway).map((server) => ({ gateway, server, bound: boundTo(gateway, server, objects) })),
  );
  return {
    serves: serves.map(({ gateway, server, bound }) => ({
      gateway: objectId(gateway),
      server,
      virtualServices: bound.map(objectId),
    })),
    problems: serves.flatMap(({ gateway, server, bound }) => [
      ...(bound.length === 0 && objects.knows('virtualServices') ? [unusedServer(gateway, server)] : []),
      ...bound.flatMap((one) => serviceProblems(one, objectId(gateway), objects)),
    ]),
  };
}

function boundTo(gateway: KubeObject, server: GatewayServer, objects: MeshObjects): readonly KubeObject[] {
  const scopes = server.scopedHosts.map((host) => {
    const slash = host.indexOf('/');
    return { scope: slash < 0 ? '*' : host.slice(0, slash), host: host.slice(slash + 1) };
  });
  return gatewayVirtualServices(objects.all('virtualServices'), objectId(gateway), server.hosts).filter(
    (one) =>
      scopes.some(
        ({ scope, host }) =>
          [one.metadata.namespace, '*'].includes(scope === '.' ? gateway.metadata.namespace : scope) &&
          virtualHosts(one).some((own) => hostsOverlap(own, host)),
      ),
  );
}

function unusedServer(gateway: KubeObject, server: GatewayServer): DescribeProblem {
  const where = `Gateway ${objectId(gateway)} ${server.path}.hosts`;
  return {
    level: 'warn',
    kind: 'gateway-unused',
    text: `no VirtualService serves ${server.hosts.join(', ')} at port ${server.port} of Gateway ${objectId(gateway)}`,
    where,
    why: `requests get 404; the server takes VirtualServices for ${server.scopedHosts.join(', ')}`,
    next: 'bind a VirtualService with that host to the Gateway, or remove the server',
  };
}

function serviceProblems(service: KubeObject, gateway: string, objects: MeshObjects): DescribeProblem[] {
  const routes = virtualRoutes(service, objects.all('virtualServices')).filter(
    (route) => route.gateways.length === 0 || route.gateways.includes(gateway),
  );
  return routes.flatMap((route) => [
    ...routeProblems(route, service.metadata.namespace ?? '', objects),
    ...(redirectsToItself(route, virtualHosts(service)) ? [loopProblem(route)] : []),
  ]);
}

/** A redirect to the same host that its own rule takes again: clients follow it until they give up. */
function redirectsToItself({ redirect, matches }: VirtualRoute, hosts: readonly string[]): boolean {
  if (redirect === undefined || redirect.scheme !== undefined) return false;
  const isSameHost =
    redirect.authority === undefined || hosts.some((host) => hostsOverlap(host, redirect.authority ?? ''));
  if (!isSameHost) return false;
  if (matches.length === 0 || redirect.uri === undefined) return true;
  return matches.some((match) => match === `path ${redirect.uri}`);
}

function loopProblem(route: VirtualRoute): DescribeProblem {
  const { redirect } = route;
  const target = `${redirect?.authority ?? 'the same host'}${redirect?.uri ?? ''}`;
  return {
    level: 'bad',
    kind: 'redirect-loop',
    text: `VirtualService ${route.object} redirects to ${target}, which the same rule redirects again`,
    where: `VirtualService ${route.object} ${route.path}.redirect`,
    why: 'clients get 301 until they give up',
    next: `put a rule that takes ${redirect?.uri ?? 'the target'} before it, or limit the redirect with a match`,
  };
}
