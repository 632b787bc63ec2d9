import type { KubeObject } from '../kube/object.ts';
import type { LabelSelector } from '../kube/selector.ts';
import { podRunner } from '../kube/workload.ts';
import { isStandIn } from '../mesh/default-gateway.ts';
import { type Kind, kindOf } from '../mesh/kinds.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import { type ServiceRegistry, serviceRegistry } from '../mesh/service-registry.ts';
import { ExternalWorkloads } from './external-workloads.ts';
import { DependencyGraph, type EdgeState, type GraphEdge, type GraphNode, type Relation } from './graph.ts';
import { HostIndex } from './host-index.ts';

/** A reference as it is written: the resource, the field, and what stands there. */
export interface Written {
  readonly from: KubeObject;
  readonly relation: Relation;
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** What is not known about the resources. */
export interface GraphGaps {
  /** Kinds of which there may be more than were read: what is not among them may exist. */
  readonly incomplete?: ReadonlySet<Kind>;
  /** Whether the resources are those of files alone, without the control plane's own. */
  readonly filesOnly?: boolean;
}

/** Gathers nodes and edges while the references of all resources are read. */
export class GraphCollector {
  readonly resources: ResourceSet;
  readonly registry: ServiceRegistry;
  readonly gaps: GraphGaps;
  readonly #hosts: HostIndex;
  readonly #external: ExternalWorkloads;
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges: GraphEdge[] = [];

  constructor(resources: ResourceSet, gaps: GraphGaps) {
    this.resources = resources;
    this.gaps = gaps;
    const [services, entries] = [resources.all('Service'), resources.all('ServiceEntry')];
    this.registry = serviceRegistry(services, entries);
    this.#hosts = new HostIndex(services, entries);
    this.#external = new ExternalWorkloads(resources);
  }

  /** The node of a resource that is there. */
  node(object: KubeObject): GraphNode {
    const { namespace, name } = object.metadata;
    return this.named(kindOf(object) ?? object.kind, namespace, name, object);
  }

  /** The node of something that has a name; `object` when it is there. */
  named(
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

  /** Whether something without a namespace is in the graph already. */
  has(kind: string, name: string): boolean {
    return this.#nodes.has(nodeId(kind, undefined, name));
  }

  /** Whether what was not found among a kind may exist all the same. */
  isIncomplete(...kinds: readonly Kind[]): boolean {
    return kinds.some((kind) => this.gaps.incomplete?.has(kind) ?? false);
  }

  /** Adds a reference to a node whose state the caller knows. */
  to({ from, relation, path, text }: Written, to: GraphNode, state: EdgeState, note?: string): void {
    this.between(this.node(from), to, { relation, path, text }, state, note);
  }

  /** Adds a reference from a node that is no resource of its own, such as a provider or a workload. */
  between(
    from: GraphNode,
    to: GraphNode,
    { relation, path, text }: Omit<Written, 'from'>,
    state: EdgeState = 'found',
    note?: string,
  ): void {
    const reason = note === undefined ? {} : { note };
    this.#edges.push({ from: from.id, to: to.id, relation, path, written: text, state, ...reason });
  }

  /** A reference to a resource by kind and name; `optional` ones that lead nowhere are left out. */
  toResource(
    written: Written,
    kind: Kind,
    namespace: string | undefined,
    name: string,
    optional = false,
  ): void {
    const object = this.resources.get(kind, namespace, name);
    if (object === undefined && optional) return;
    const state = object !== undefined ? 'found' : this.isIncomplete(kind) ? 'unknown' : 'missing';
    this.to(written, this.named(kind, namespace, name, object), state);
  }

  /** A reference to whatever defines a host, as seen from the namespace of the resource (`exportTo`: or from those). */
  toHost(
    written: Written,
    host: string,
    exportTo: readonly string[],
    otherwise?: 'optional' | 'outside',
  ): void {
    const own = written.from.metadata.namespace ?? '';
    const known = this.registry.find(host, own, exportTo);
    for (const object of known?.objects ?? []) this.to(written, this.node(object), 'found');
    if (known !== undefined) return;
    const [hidden] = this.#hosts.find(host);
    if (hidden !== undefined)
      this.to(written, this.node(hidden), 'unusable', `it is not exported to namespace ${own}`);
    else if (otherwise !== 'optional') {
      const missing = this.isIncomplete('Service', 'ServiceEntry') ? 'unknown' : 'missing';
      this.to(written, this.named('Host', undefined, host, undefined), otherwise ?? missing);
    }
  }

  /** Whether anything defines a host, whoever may see it. */
  isHost(host: string): boolean {
    return this.#hosts.find(host).length > 0;
  }

  /** References to the workloads whose pods a selector finds, and to those outside Kubernetes. */
  toWorkloads(
    written: Written,
    selector: LabelSelector,
    namespace: string | undefined,
    optional = false,
  ): void {
    const nodes = this.workloads(selector, namespace);
    for (const node of nodes)
      if (node.object === undefined || !isStandIn(node.object)) this.to(written, node, 'found');
      else this.to(written, this.named('Workload', namespace, written.text, undefined), 'unknown');
    if (nodes.length > 0 || optional) return;
    const state = this.isIncomplete('Pod') ? 'unknown' : 'missing';
    this.to(written, this.named('Workload', namespace, written.text, undefined), state);
  }

  /** The nodes of the workloads that a selector finds. */
  workloads(selector: LabelSelector, namespace: string | undefined): readonly GraphNode[] {
    const found = new Map<string, GraphNode>();
    for (const pod of this.resources.select('Pod', selector, namespace)) {
      const { name } = pod.metadata;
      const node = isStandIn(pod)
        ? { id: nodeId('Pod', namespace, name), kind: 'Pod', namespace, name, object: pod }
        : this.workload(pod);
      found.set(node.id, node);
    }
    for (const object of this.#external.select(selector, namespace)) {
      const node = this.node(object);
      found.set(node.id, node);
    }
    return [...found.values()];
  }

  /** The node of the workload of a pod. */
  workload(pod: KubeObject): GraphNode {
    const { kind, namespace, name } = podRunner(pod);
    const deployment = kind === 'Deployment' ? this.resources.get(kind, namespace, name) : undefined;
    return this.named(kind, namespace, name, deployment ?? pod);
  }

  /** The graph of everything gathered. */
  graph(): DependencyGraph {
    return new DependencyGraph(this.#nodes.values(), this.#edges);
  }
}

/** `Kind namespace/name`, or `Kind name` without a namespace. */
export function nodeId(kind: string, namespace: string | undefined, name: string): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}
