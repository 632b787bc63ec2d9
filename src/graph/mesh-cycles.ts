import type { KubeObject } from '../kube/object.ts';
import { hasProxyContainer } from '../kube/proxy-pod.ts';
import { fullHost } from '../mesh/host.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import { routeDestinations } from '../mesh/route-destinations.ts';
import { asString, asStrings, field } from '../util/json.ts';
import { type CycleEdge, shortestCycles } from './cycles.ts';
import { gatewayLoops } from './gateway-loops.ts';
import type { DependencyGraph, GraphEdge } from './graph.ts';
import { redirectLoops } from './redirect-loops.ts';

/** What goes round in a cycle. */
export type CycleKind = 'traffic' | 'redirect' | 'delegation' | 'alias' | 'authorization' | 'swapped hosts';

/** One step of a cycle: from where to where, and the field that says so. */
export interface CycleStep {
  readonly from: string;
  readonly to: string;
  /** The resource that the field stands in; absent where a step goes by a node that is no resource. */
  readonly resource: KubeObject | undefined;
  readonly path: readonly (string | number)[];
}

/** A cycle, and whether it does harm. */
export interface MeshCycle {
  readonly kind: CycleKind;
  readonly isHarmful: boolean;
  readonly steps: readonly CycleStep[];
}

/**
 * The cycles of a mesh by kind, one shortest each for every group that is tangled (dependency graph, section 7).
 * Relations that are round by nature, such as those between Services and their pods, are none.
 */
export function meshCycles(resources: ResourceSet, graph: DependencyGraph): readonly MeshCycle[] {
  const harmful = (kind: CycleKind, cycles: readonly (readonly CycleStep[])[]): MeshCycle[] =>
    cycles.map((steps) => ({ kind, isHarmful: true, steps }));
  return [
    ...harmful('traffic', gatewayLoops(resources)),
    ...harmful('redirect', redirectLoops(resources)),
    ...harmful('delegation', along(graph, ['delegates to'])),
    ...harmful('alias', along(graph, ['is an alias of'])),
    ...harmful('authorization', authorizationLoops(resources, graph)),
    ...swappedHosts(resources).map((steps) => ({ kind: 'swapped hosts' as const, isHarmful: false, steps })),
  ];
}

function along(graph: DependencyGraph, relations: readonly GraphEdge['relation'][]): CycleStep[][] {
  const edges = graph.edges.filter(({ relation }) => relations.includes(relation));
  return steps(graph, edges.map(asCycleEdge));
}

function asCycleEdge(value: GraphEdge): CycleEdge<GraphEdge> {
  return { from: value.from, to: value.to, value };
}

function steps(graph: DependencyGraph, edges: readonly CycleEdge<GraphEdge>[]): CycleStep[][] {
  return shortestCycles(edges).map((cycle) =>
    cycle.map(({ from, to, value }) => ({
      from,
      to,
      resource: graph.nodes.get(value.from)?.object,
      path: value.path,
    })),
  );
}

/**
 * Authorizers that are asked about requests to themselves: a policy with a provider selects the workload behind that
 * provider, so that each question raises the next one. Only workloads with a proxy ask.
 */
function authorizationLoops(resources: ResourceSet, graph: DependencyGraph): CycleStep[][] {
  const custom = resources
    .all('AuthorizationPolicy')
    .filter((policy) => field(policy, 'spec', 'action') === 'CUSTOM');
  if (custom.length === 0) return [];
  const isWorkload = (id: string): boolean => {
    const object = graph.nodes.get(id)?.object;
    return object !== undefined && hasProxyContainer(object);
  };
  const ids = new Set(
    custom.map(({ metadata }) => `AuthorizationPolicy ${metadata.namespace ?? ''}/${metadata.name}`),
  );
  const edges = graph.edges.flatMap((edge): CycleEdge<GraphEdge>[] => {
    if (edge.relation === 'asks' || edge.relation === 'is served by') return [asCycleEdge(edge)];
    if (edge.relation !== 'selects' || !isWorkload(edge.to)) return [];
    if (ids.has(edge.from)) return [{ from: edge.to, to: edge.from, value: edge }];
    return edge.from.startsWith('Service ') ? [asCycleEdge(edge)] : [];
  });
  return steps(graph, edges);
}

/**
 * Virtual services of the mesh that send the traffic of each other's hosts round: no loop, for the client's proxy routes
 * every request once.
 */
function swappedHosts(resources: ResourceSet): CycleStep[][] {
  const edges = resources.all('VirtualService').flatMap((resource) => {
    const { namespace = '' } = resource.metadata;
    const gateways = asStrings(field(resource, 'spec', 'gateways'));
    if (gateways.length > 0 && !gateways.includes('mesh')) return [];
    const hosts = asStrings(field(resource, 'spec', 'hosts')).map((host) => fullHost(host, namespace));
    return routeDestinations(resource).flatMap(({ host, isMirror, path }) => {
      const to = fullHost(asString(host) ?? '', namespace);
      if (isMirror || hosts.includes(to)) return [];
      return hosts.map((from) => ({ from, to, value: { from, to, resource, path: [...path, 'host'] } }));
    });
  });
  return shortestCycles(edges).map((cycle) => cycle.map(({ value }) => value));
}
