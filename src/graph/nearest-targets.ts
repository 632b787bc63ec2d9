import { serviceFqdn } from '../mesh/host.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import { asObjects, asString, asStrings, field } from '../util/json.ts';
import { nearest } from '../util/text.ts';
import type { DependencyGraph, GraphEdge, GraphNode } from './graph.ts';

/** Finds what a reference to something missing may have meant. */
export class NearestTargets {
  readonly #resources: ResourceSet;
  readonly #graph: DependencyGraph;
  readonly #byKind = new Map<string, GraphNode[]>();
  readonly #byName = new Map<string, GraphNode[]>();
  readonly #subsets = new Map<string, string[]>();

  constructor(resources: ResourceSet, graph: DependencyGraph) {
    this.#resources = resources;
    this.#graph = graph;
    for (const node of graph.nodes.values()) {
      if (node.object === undefined) continue;
      add(this.#byKind, node.kind, node);
      add(this.#byName, node.name, node);
    }
    for (const rule of resources.all('DestinationRule')) {
      const namespace = rule.metadata.namespace ?? '';
      const host = asString(field(rule, 'spec', 'host')) ?? '';
      const fqdn = host.includes('.') ? host : serviceFqdn(host, namespace);
      const names = asObjects(field(rule, 'spec', 'subsets')).flatMap(({ name }) => asString(name) ?? []);
      this.#subsets.set(fqdn, [...(this.#subsets.get(fqdn) ?? []), ...names]);
    }
  }

  /** Up to three existing names that look like the missing one, written as the reference would write them. */
  of(edge: GraphEdge): readonly string[] {
    const target = this.#graph.nodes.get(edge.to);
    if (target === undefined || target.object !== undefined) return [];
    const own = this.#graph.nodes.get(edge.from)?.namespace ?? '';
    if (target.kind === 'Host') return this.#hosts(edge.written, own);
    if (target.kind === 'Subset') return this.#subsets.get(target.name.split(' ')[0] ?? '') ?? [];
    if (target.kind === 'Workload') return this.#labels(edge.written, target.namespace);
    return this.#names(target);
  }

  #hosts(written: string, namespace: string): readonly string[] {
    const [name = '', at = namespace, word = 'svc'] = written.split('.');
    const isShort = !written.includes('.');
    const isService = isShort || (word === 'svc' && written.split('.').length < 6);
    if (!isService)
      return nearest(
        written,
        this.#resources.all('ServiceEntry').flatMap((entry) => asStrings(field(entry, 'spec', 'hosts'))),
      );
    const full = (service: string, where: string): string =>
      isShort ? service : serviceFqdn(service, where);
    // The end of a full name is alike for all: only the name itself is compared.
    const beside = this.#resources.inNamespace('Service', at).map(({ metadata }) => metadata.name);
    const elsewhere = this.#serviceNamespaces(name).map((other) => serviceFqdn(name, other));
    return [...nearest(name, beside).map((near) => full(near, at)), ...elsewhere].slice(0, 3);
  }

  #serviceNamespaces(name: string): readonly string[] {
    const nodes = this.#byName.get(name) ?? [];
    return nodes.flatMap(({ kind, namespace }) => (kind === 'Service' && namespace ? [namespace] : []));
  }

  /** Values that pods of the namespace have for the label that is asked for. */
  #labels(written: string, namespace: string | undefined): readonly string[] {
    const [label = ''] = written.split(',');
    const [key = '', value = ''] = label.split('=');
    const pods = this.#resources.select('Pod', [{ key, operator: 'Exists', values: [] }], namespace);
    const values = new Set(pods.flatMap(({ metadata }) => metadata.labels?.[key] ?? []));
    values.delete(value);
    return nearest(value, values).map((near) => `${key}=${near}`);
  }

  #names({ kind, namespace, name }: GraphNode): readonly string[] {
    const nodes = this.#byKind.get(kind) ?? [];
    const beside = nodes.filter((node) => node.namespace === namespace).map((node) => node.name);
    const near = nearest(name, beside);
    if (near.length > 0) return near;
    return (this.#byName.get(name) ?? [])
      .filter((node) => node.kind === kind)
      .slice(0, 3)
      .map((node) => (node.namespace ? `${node.namespace}/${node.name}` : node.name));
  }
}

function add(index: Map<string, GraphNode[]>, key: string, node: GraphNode): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [node]);
  else list.push(node);
}
