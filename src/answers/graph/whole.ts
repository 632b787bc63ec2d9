import { pathText } from '../../analysis/finding.ts';
import { nodeId } from '../../graph/collector.ts';
import type { DependencyGraph, GraphEdge, GraphNode } from '../../graph/graph.ts';
import type { MeshCycle } from '../../graph/mesh-cycles.ts';
import type { NearestTargets } from '../../graph/nearest-targets.ts';
import type { KubeObject } from '../../kube/object.ts';
import { kindOf } from '../../mesh/kinds.ts';
import { compareText } from '../../util/text.ts';
import type { BrokenReference, NodeState, Place, ShownCycle, ShownEdge, ShownNode } from './graph-answer.ts';
import { CYCLES, consequenceOf } from './words.ts';

/** Finds where a field of a node stands; nothing but the path when it was not read from a file. */
export type PlaceFinder = (
  node: string,
  path: readonly (string | number)[],
) => Omit<Place, 'path'> | undefined;

/** Which nodes are asked for. */
export interface GraphFilter {
  readonly namespace: string | undefined;
  /** Kinds as in the ids of nodes; all when empty. */
  readonly kinds: readonly string[];
}

/** Names near to a missing one are looked for this often at most: it takes time, and nobody reads more. */
const MOST_NEAR = 50;

/** Whether a node is asked for. A Namespace is in itself. */
export function isAskedFor(node: GraphNode, { namespace, kinds }: GraphFilter): boolean {
  const at = node.kind === 'Namespace' ? node.name : node.namespace;
  return (namespace === undefined || at === namespace) && (kinds.length === 0 || kinds.includes(node.kind));
}

/** The nodes that are asked for with all their references, and the nodes at the other ends of those. */
export function partOf(
  graph: DependencyGraph,
  isIn: (node: GraphNode) => boolean,
): { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] } {
  const wanted = new Set<string>();
  for (const node of graph.nodes.values()) if (isIn(node)) wanted.add(node.id);
  const edges = graph.edges.filter(({ from, to }) => wanted.has(from) || wanted.has(to));
  const ids = new Set([...wanted, ...edges.flatMap(({ from, to }) => [from, to])]);
  return { nodes: [...graph.nodes.values()].filter(({ id }) => ids.has(id)), edges };
}

/** A node as it is shown. */
export function shownNode(graph: DependencyGraph, node: GraphNode, placeOf?: PlaceFinder): ShownNode {
  const { id, kind, namespace, name } = node;
  const at = placeOf?.(id, []);
  return {
    id,
    kind,
    ...(namespace ? { namespace } : {}),
    name,
    state: stateOf(graph, node),
    ...(at === undefined ? {} : { place: { path: '', ...at } }),
  };
}

function stateOf(graph: DependencyGraph, { id, object }: GraphNode): NodeState {
  if (object !== undefined) return 'there';
  const states = graph.in(id).map(({ state }) => state);
  if (states.includes('missing')) return 'missing';
  return states.includes('unknown') ? 'unknown' : 'outside';
}

/** A reference as it is shown. */
export function shownEdge(edge: GraphEdge, placeOf?: PlaceFinder): ShownEdge {
  const { from, to, relation, written, state, note, path } = edge;
  const place = { path: pathText(path), ...placeOf?.(from, path) };
  return { from, to, relation, written, state, ...(note === undefined ? {} : { note }), place };
}

/** Cycles as they are shown, the harmful ones first. */
export function shownCycles(cycles: readonly MeshCycle[], placeOf: PlaceFinder): readonly ShownCycle[] {
  return cycles
    .map(
      ({ kind, isHarmful, steps }): ShownCycle => ({
        kind,
        level: isHarmful ? 'error' : 'info',
        ...CYCLES[kind],
        steps: steps.map(({ from, to, resource, path }) => {
          const id = resource && idOf(resource);
          return {
            from,
            to,
            resource: id,
            place: { path: pathText(path), ...(id && placeOf(id, path)) },
          };
        }),
      }),
    )
    .sort((a, b) => Number(a.level === 'info') - Number(b.level === 'info'));
}

/** References that lead nowhere, the worst first. */
export function brokenReferences(
  graph: DependencyGraph,
  edges: readonly GraphEdge[],
  nearest: NearestTargets,
  placeOf: PlaceFinder,
): readonly BrokenReference[] {
  return edges
    .filter(({ state }) => state === 'missing' || state === 'unusable')
    .map((edge) => ({ edge, ...consequenceOf(edge) }))
    .sort((a, b) => compareText(a.level, b.level))
    .map(({ edge, level, why }, index) => ({
      ...shownEdge(edge, placeOf),
      level,
      what: whatIsWrong(graph, edge),
      why,
      near: index < MOST_NEAR ? nearest.of(edge) : [],
    }));
}

const ABSENT: Readonly<Record<string, (written: string, target: string) => string>> = {
  Host: (written) => `no Service or ServiceEntry defines the host ${written}`,
  Subset: (written, target) =>
    `no DestinationRule defines the subset ${written} of ${target.split(' ')[0] ?? ''}`,
  Workload: (written) => `no pod has the labels ${written}`,
  Revision: (_written, target) => `no control plane injects for the revision ${target}`,
  ExtensionProvider: (written) => `the mesh configuration has no extension provider ${written}`,
};

function whatIsWrong(graph: DependencyGraph, edge: GraphEdge): string {
  const id = edge.to.replace(/^GatewayApiGateway /, 'Kubernetes Gateway ');
  if (edge.state === 'unusable') return `${id} can't be used: ${edge.note ?? ''}`;
  const target = graph.nodes.get(edge.to);
  const words = target && ABSENT[target.kind];
  return words ? words(edge.written, target.name) : `there is no ${id}`;
}

/** The node of a resource. */
export function idOf(object: KubeObject): string {
  return nodeId(kindOf(object) ?? object.kind, object.metadata.namespace, object.metadata.name);
}
