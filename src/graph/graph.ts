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
  | 'runs on'
  | 'reads'
  | 'imports'
  | 'is exported to'
  | 'targets'
  | 'asks'
  | 'is served by'
  | 'names'
  | 'runs as'
  | 'uses waypoint'
  | 'is of class'
  | 'is of group'
  | 'is an alias of'
  | 'allows'
  | 'gives access to'
  | 'is injected by'
  | 'calls';

/**
 * What became of a reference: `found`; `missing`: the target does not exist; `unusable`: it exists and can't be used
 * from there; `unknown`: what it names was not read; `outside`: it lies outside of what the mesh knows, as it may.
 */
export type EdgeState = 'found' | 'missing' | 'unusable' | 'unknown' | 'outside';

/** A place in the mesh that others depend on: a resource, or one that is named and is not there. */
export interface GraphNode {
  /** `Kind namespace/name`; kinds of the Gateway API have their group in front where Istio has the same name. */
  readonly id: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Absent when it does not exist; for a workload the workload itself or one of its pods. */
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
  readonly state: EdgeState;
  /** Why it is unusable. */
  readonly note?: string | undefined;
}

/** The resources of a mesh and what they refer to. */
export class DependencyGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
  readonly #out: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly #in: ReadonlyMap<string, readonly GraphEdge[]>;

  constructor(nodes: Iterable<GraphNode>, edges: readonly GraphEdge[]) {
    const sorted = [...nodes].sort((a, b) => compareText(a.id, b.id));
    this.nodes = new Map(sorted.map((node) => [node.id, node]));
    this.edges = sortEdges(edges);
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

  /** References whose target does not exist or can't be used. */
  get dangling(): readonly GraphEdge[] {
    return this.edges.filter(({ state }) => state === 'missing' || state === 'unusable');
  }
}

/** By source, field, relation and target; the sort keys are made once, for graphs have many edges. */
function sortEdges(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  return edges
    .map((edge) => ({
      edge,
      key: [edge.from, edge.path.map(padded).join('.'), edge.relation, edge.to].join('\u0000'),
    }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ edge }) => edge);
}

/** Indexes sort as numbers. */
function padded(step: string | number): string {
  return typeof step === 'number' ? String(step).padStart(6, '0') : step;
}

function groupBy(
  edges: readonly GraphEdge[],
  keyOf: (edge: GraphEdge) => string,
): ReadonlyMap<string, readonly GraphEdge[]> {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const key = keyOf(edge);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [edge]);
    else group.push(edge);
  }
  return groups;
}
