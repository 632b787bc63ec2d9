import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { serviceHost } from '../../mesh/host.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import {
  type Destination,
  MESH_GATEWAY,
  meshVirtualServices,
  type VirtualRoute,
  virtualRoutes,
} from '../../mesh/virtual-service.ts';
import { nearest } from '../../util/text.ts';
import { type DestinationState, destinationState } from './destinations.ts';
import { type DescribeProblem, listed } from './problem.ts';

/** One rule that requests to a service meet. */
export interface RouteFacts {
  /** The VirtualService that holds the rule, as `<namespace>/<name>`. */
  readonly object: string;
  readonly path: string;
  readonly name: string | undefined;
  readonly matches: readonly string[];
  readonly also: readonly string[];
  readonly to: readonly {
    readonly host: string;
    readonly port: number | undefined;
    readonly subset: string | undefined;
    /** Percent of the rule's requests. */
    readonly share: number;
    /** `nowhere`: a problem says why; `unknown`: the objects that would tell could not be read. */
    readonly leads: 'to pods' | 'outside' | 'nowhere' | 'unknown';
    /** How many pods it leads to. */
    readonly pods: number;
    /** Whether it leads to the described pod, where a pod is described. */
    readonly reachesPod: boolean | undefined;
  }[];
}

/** The rules for requests to a service from inside the mesh, and what is wrong with them. */
export interface Routing {
  readonly rules: readonly RouteFacts[];
  readonly problems: readonly DescribeProblem[];
}

/** What VirtualServices make of requests to a service; without any, they go to its pods as they come. */
export function serviceRouting(service: KubeObject, objects: MeshObjects, pod?: KubeObject): Routing {
  const host = serviceHost(service);
  const own = service.metadata.namespace ?? '';
  const [inForce, ...shadowed] = meshVirtualServices(objects.all('virtualServices'), host, own);
  if (inForce === undefined) return { rules: [], problems: [] };
  const routes = virtualRoutes(inForce, objects.all('virtualServices')).filter(
    ({ gateways }) => gateways.length === 0 || gateways.includes(MESH_GATEWAY),
  );
  return {
    rules: routes.map((route) => routeFacts(route, own, objects, pod)),
    problems: [
      ...routes.flatMap((route) => routeProblems(route, own, objects)),
      ...shadowed.map((one) => shadowProblem(service, inForce, one)),
    ],
  };
}

function routeFacts(
  route: VirtualRoute,
  clientNamespace: string,
  objects: MeshObjects,
  pod: KubeObject | undefined,
): RouteFacts {
  const shares = shareOf(route.destinations);
  return {
    object: route.object,
    path: route.path,
    name: route.name,
    matches: route.matches,
    also: route.also,
    to: route.destinations.map((one, index) => {
      const state = destinationState(one, clientNamespace, objects);
      const pods = state.kind === 'ok' ? state.pods : [];
      return {
        host: one.host,
        port: one.port,
        subset: one.subset,
        share: shares[index] ?? 0,
        leads: leadsOf(state),
        pods: pods.length,
        reachesPod: pod && pods.some(({ metadata }) => metadata.name === pod.metadata.name),
      };
    }),
  };
}

function leadsOf(state: DestinationState): RouteFacts['to'][number]['leads'] {
  if (state.kind === 'unknown') return 'unknown';
  if (state.kind !== 'ok') return 'nowhere';
  return state.service === undefined ? 'outside' : 'to pods';
}

/** Weights are shares of their sum; without any, the only destination takes all. */
function shareOf(destinations: readonly Destination[]): readonly number[] {
  if (destinations.length === 1) return [100];
  const sum = destinations.reduce((total, { weight }) => total + (weight ?? 0), 0);
  return destinations.map(({ weight }) => (sum === 0 ? 0 : Math.round(((weight ?? 0) / sum) * 1000) / 10));
}

/** What is wrong with a rule: destinations that lead nowhere, a delegate that is missing. */
export function routeProblems(
  route: VirtualRoute,
  clientNamespace: string,
  objects: MeshObjects,
): DescribeProblem[] {
  const owner = `VirtualService ${route.object}`;
  if (route.missingDelegate !== undefined) {
    const isKnown = objects.knows('virtualServices', route.missingDelegate.split('/')[0]);
    return isKnown ? [delegateProblem(route, owner, route.missingDelegate)] : [];
  }
  return route.destinations.flatMap((one) => {
    const state = destinationState(one, clientNamespace, objects);
    const told = trouble(one, state);
    if (told === undefined) return [];
    const isFirst = route.path.endsWith('[0]');
    const rest = isFirst ? 'requests' : 'all other requests';
    const requests = route.matches.length === 0 ? rest : `requests with ${listed(route.matches, 3)}`;
    return [
      {
        level: 'bad' as const,
        kind: `route-${state.kind}`,
        text: `${owner} sends ${shareText(one, route, requests)} to ${told.text}`,
        where: `${owner} ${one.path}`,
        why: told.why,
        next: told.next,
      },
    ];
  });
}

function shareText({ weight }: Destination, route: VirtualRoute, requests: string): string {
  return route.destinations.length > 1 && weight !== undefined ? `${weight}% of ${requests}` : requests;
}

function trouble(
  { host, port, subset }: Destination,
  state: DestinationState,
): { text: string; why: string; next: string } | undefined {
  const name = host.split('.')[0] ?? host;
  if (state.kind === 'no-host') {
    const near = nearest(name, state.near, 2);
    const hint = near.length === 0 ? 'correct destination.host' : `write ${listed(near)}, if that is meant`;
    return {
      text: `host ${name}, which does not exist`,
      why: `no Service or ServiceEntry is ${host}; 503 NC, cluster not found`,
      next: `${hint}; or create the Service`,
    };
  }
  if (state.kind === 'no-port') {
    return {
      text: `port ${port} of ${name}, which it does not have`,
      why: '503 NC, cluster not found',
      next: `${state.of} has ${listed(state.ports.map(String))}: correct destination.port`,
    };
  }
  if (state.kind === 'no-subset') {
    const rule = state.rules === '' ? 'no DestinationRule' : `DestinationRule ${state.rules} does not`;
    const known = state.subsets.length === 0 ? '' : ` (it defines ${listed(state.subsets)})`;
    return {
      text: `subset ${subset} of ${name}, which ${state.rules === '' ? 'no DestinationRule defines' : `${rule} define${known}`}`,
      why: '503 NC, cluster not found',
      next: `define subset ${subset} in ${state.rules === '' ? `a DestinationRule for ${name}` : `DestinationRule ${state.rules}`}, or route to ${state.subsets.length === 0 ? 'the host without a subset' : listed(state.subsets)}`,
    };
  }
  if (state.kind === 'empty-subset') {
    const labels = Object.entries(state.subset.labels).map(([key, value]) => `${key}=${value}`);
    return {
      text: `subset ${subset} of ${name}, which has no pods`,
      why: `no pod of ${name} has ${labels.join(',')}; 503 UH, no healthy upstream`,
      next: `deploy pods with ${labels.join(',')}, or correct the labels in DestinationRule ${state.subset.by}`,
    };
  }
  return undefined;
}

function delegateProblem(route: VirtualRoute, owner: string, delegate: string): DescribeProblem {
  return {
    level: 'bad',
    kind: 'delegate',
    text: `${owner} hands requests to ${delegate}, which is no VirtualService that can take them`,
    where: `${owner} ${route.path}.delegate`,
    why: 'it does not exist, has hosts of its own, or is not exported to it: the rule is dropped',
    next: `create VirtualService ${delegate} without hosts, or correct the delegate`,
  };
}

function shadowProblem(service: KubeObject, inForce: KubeObject, one: KubeObject): DescribeProblem {
  return {
    level: 'warn',
    kind: 'shadowed',
    text: `VirtualService ${objectId(one)} is for ${service.metadata.name} too and is not used`,
    where: `VirtualService ${objectId(one)} spec.hosts`,
    why: `sidecars take the rules of one VirtualService a host: those of ${objectId(inForce)}, the more specific or older one`,
    next: 'join the two into one VirtualService',
  };
}
