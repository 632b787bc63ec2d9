import { DirectedGraph } from 'graphology';
import type { KubeObject } from '../kube/object.ts';
import { compareText } from '../util/text.ts';

/** What one resource says of another one. */
export type Relation =
  | 'routes to'
  | 'mirrors to'
  | 'redirects to'
  | 'delegates to'
  | 'uses subset of'
  | 'is bound to'
  | 'applies to'
  | 'selects'
  | 'reads'
  | 'imports'
  | 'targets'
  | 'asks'
  | 'names'
  | 'runs as'
  | 'uses waypoint'
  | 'is of class';

/** A place in the mesh that others depend on: a resource, or one that is named and does not exist. */
export interface GraphNode {
  /** `Kind namespace/name`; kinds of the Gateway API have their group in front where Istio has the same name. */
  readonly id: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Absent when it does not exist. */
  readonly object: KubeObject | undefined;
}

/** One reference, with the field that it stands in. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly relation: Relation;
  /** Path of the field in the resource that the edge comes from. */
  readonly path: readonly (string | number)[];
  /** What is written there. */
  readonly written: string;
  /** The target does not exist although the reference needs it. */
  readonly dangling: boolean;
}

/** The resources of a mesh and what they refer to. */
export class DependencyGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
  readonly #out: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly #in: ReadonlyMap<string, readonly GraphEdge[]>;

  constructor(nodes: ReadonlyMap<string, GraphNode>, edges: readonly GraphEdge[]) {
    this.nodes = nodes;
    this.edges = [...edges].sort(compareEdges);
    this.#out = groupBy(this.edges, (edge) => edge.from);
    this.#in = groupBy(this.edges, (edge) => edge.to);
  }

  /** What a node refers to. */
  out(id: string): readonly GraphEdge[] {
    return this.#out.get(id) ?? [];
  }

  /** What refers to a node. */
  in(id: string): readonly GraphEdge[] {
    return this.#in.get(id) ?? [];
  }

  /** References to what does not exist. */
  get dangling(): readonly GraphEdge[] {
    return this.edges.filter((edge) => edge.dangling);
  }

  /** Everything that can be reached from a node along (`out`) or against (`in`) its references, itself left out. */
  reach(id: string, direction: 'out' | 'in'): ReadonlySet<string> {
    const seen = new Set<string>();
    const queue = [id];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const edge of direction === 'out' ? this.out(next) : this.in(next)) {
        const other = direction === 'out' ? edge.to : edge.from;
        if (other === id || seen.has(other)) continue;
        seen.add(other);
        queue.push(other);
      }
    }
    return seen;
  }

  /** The same graph for graphology's algorithms: one edge for all references between two nodes. */
  toGraphology(): DirectedGraph {
    const graph = new DirectedGraph();
    for (const id of this.nodes.keys()) graph.addNode(id);
    for (const { from, to } of this.edges) graph.mergeDirectedEdge(from, to);
    return graph;
  }
}

function compareEdges(a: GraphEdge, b: GraphEdge): number {
  return (
    compareText(a.from, b.from) ||
    compareText(a.path.join('.'), b.path.join('.')) ||
    compareText(a.relation, b.relation) ||
    compareText(a.to, b.to)
  );
}

function groupBy(
  edges: readonly GraphEdge[],
  keyOf: (edge: GraphEdge) => string,
): ReadonlyMap<string, readonly GraphEdge[]> {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const group = groups.get(keyOf(edge));
    if (group === undefined) groups.set(keyOf(edge), [edge]);
    else group.push(edge);
  }
  return groups;
}
