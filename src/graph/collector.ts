import type { KubeObject } from '../kube/object.ts';
import type { LabelSelector } from '../kube/selector.ts';
import { workloadOf } from '../kube/workload.ts';
import { KINDS, type Kind, kindOf } from '../mesh/kinds.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import { type KnownHost, type ServiceRegistry, serviceRegistry } from '../mesh/service-registry.ts';
import { DependencyGraph, type GraphEdge, type GraphNode, type Relation } from './graph.ts';

/** A reference as it is written: the resource, the field, and what stands there. */
export interface Written {
  readonly from: KubeObject;
  readonly relation: Relation;
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Gathers nodes and edges while the references of all resources are read. */
export class GraphCollector {
  readonly resources: ResourceSet;
  readonly registry: ServiceRegistry;
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges: GraphEdge[] = [];

  constructor(resources: ResourceSet) {
    this.resources = resources;
    this.registry = serviceRegistry(resources.all('Service'), resources.all('ServiceEntry'));
    for (const kind of Object.keys(KINDS) as Kind[])
      if (kind !== 'Pod') for (const object of resources.all(kind)) this.node(object);
  }

  /** The node of a resource that is there. */
  node(object: KubeObject): GraphNode {
    const { namespace, name } = object.metadata;
    return this.#nodeOf(nodeKind(object), namespace, name, object);
  }

  /** A reference to a resource by kind and name; it dangles when there is none and `optional` is not set. */
  toResource(
    written: Written,
    kind: Kind,
    namespace: string | undefined,
    name: string,
    optional = false,
  ): void {
    const object = this.resources.get(kind, namespace, name);
    if (object === undefined && optional) return;
    this.#edge(written, this.#nodeOf(kind, namespace, name, object), object === undefined);
  }

  /** A reference to whatever defines a host, as seen from the namespace of the resource; the host itself dangles. */
  toHost(
    written: Written,
    host: string,
    exportTo: readonly string[],
    optional = false,
  ): KnownHost | undefined {
    const known = this.registry.find(host, written.from.metadata.namespace ?? '', exportTo);
    for (const object of known?.objects ?? []) this.#edge(written, this.node(object), false);
    if (known === undefined && !optional)
      this.#edge(written, this.#nodeOf('Host', undefined, host, undefined), true);
    return known;
  }

  /** References to the workloads whose pods a selector finds; the selector dangles when there are none. */
  toWorkloads(
    written: Written,
    selector: LabelSelector,
    namespace: string | undefined,
    optional = false,
  ): void {
    const pods = this.resources.select('Pod', selector, namespace);
    if (pods.length === 0 && !optional)
      this.#edge(written, this.#nodeOf('Workload', namespace, written.text, undefined), true);
    const seen = new Set<string>();
    for (const pod of pods) {
      const node = this.workload(pod);
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      this.#edge(written, node, false);
    }
  }

  /** The node of the workload of a pod. */
  workload(pod: KubeObject): GraphNode {
    const { kind, name } = workloadOf(pod) ?? { kind: 'Pod', name: pod.metadata.name };
    return this.#nodeOf(kind, pod.metadata.namespace, name, pod);
  }

  /** An edge between two nodes that are there. */
  between(from: GraphNode, to: GraphNode, written: Omit<Written, 'from'>): void {
    const { relation, path, text } = written;
    this.#edges.push({ from: from.id, to: to.id, relation, path, written: text, dangling: false });
  }

  /** The graph of everything gathered. */
  graph(): DependencyGraph {
    return new DependencyGraph(this.#nodes, this.#edges);
  }

  #edge({ from, relation, path, text }: Written, to: GraphNode, dangling: boolean): void {
    this.#edges.push({ from: this.node(from).id, to: to.id, relation, path, written: text, dangling });
  }

  #nodeOf(
    kind: string,
    namespace: string | undefined,
    name: string,
    object: KubeObject | undefined,
  ): GraphNode {
    const id = nodeId(kind, namespace, name);
    const known = this.#nodes.get(id);
    if (known !== undefined && (known.object !== undefined || object === undefined)) return known;
    const node = { id, kind, namespace, name, object };
    this.#nodes.set(id, node);
    return node;
  }
}

/** `Kind namespace/name`, or `Kind name` without a namespace. */
export function nodeId(kind: string, namespace: string | undefined, name: string): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

function nodeKind(object: KubeObject): string {
  return kindOf(object) ?? object.kind;
}
