import type { KubeObject } from '../kube/object.ts';
import { fullHost, serviceFqdn } from '../mesh/host.ts';
import { rootNamespaceOf } from '../mesh/mesh-config.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import { EVERYWHERE, exportScopes } from '../mesh/visibility.ts';
import { asString, asStrings, field } from '../util/json.ts';
import type { DependencyGraph, GraphNode, Relation } from './graph.ts';
import { type MeshProxy, meshProxies } from './mesh-proxies.ts';
import { SidecarScopes } from './sidecar-scope.ts';

const POLICIES: ReadonlySet<string> = new Set([
  'AuthorizationPolicy',
  'EnvoyFilter',
  'PeerAuthentication',
  'ProxyConfig',
  'RequestAuthentication',
  'Sidecar',
  'Telemetry',
  'TrafficExtension',
  'WasmPlugin',
]);
const MESH_WIDE: ReadonlySet<string> = new Set(['MeshConfig', 'MeshNetworks']);

/** Finds the proxies whose configuration a resource is part of. */
export class Receivers {
  readonly #graph: DependencyGraph;
  readonly #root: string;
  readonly #scopes: SidecarScopes;
  readonly #proxies: readonly MeshProxy[];
  readonly #byWorkload = new Map<string, MeshProxy[]>();

  constructor(resources: ResourceSet, graph: DependencyGraph) {
    this.#graph = graph;
    this.#root = rootNamespaceOf(resources.all('MeshConfig')[0]);
    this.#scopes = new SidecarScopes(resources, this.#root);
    this.#proxies = meshProxies(resources);
    for (const proxy of this.#proxies) {
      const list = this.#byWorkload.get(proxy.workload);
      if (list === undefined) this.#byWorkload.set(proxy.workload, [proxy]);
      else list.push(proxy);
    }
  }

  /** The proxies that a change of a node reaches, by what it says and by where it is seen; each once. */
  of(node: GraphNode): readonly MeshProxy[] {
    return [...new Set(this.#of(node, new Set()))];
  }

  /** `visited` ends the way round where resources refer to each other. */
  #of(node: GraphNode, visited: Set<string>): readonly MeshProxy[] {
    if (visited.has(node.id)) return [];
    visited.add(node.id);
    const own = this.#byWorkload.get(node.id);
    if (own !== undefined) return [...own, ...this.#referrers(node, ['selects'], visited, 'Service')];
    const { kind } = node;
    if (POLICIES.has(kind)) return this.#policy(node, visited);
    if (MESH_WIDE.has(kind)) return this.#proxies;
    if (kind === 'Namespace') return this.#proxies.filter(({ namespace }) => namespace === node.name);
    if (kind === 'Gateway' || kind === 'GatewayApiGateway')
      return this.#targets(node, ['selects', 'runs on'], visited);
    if (kind === 'VirtualService') return this.#virtualService(node, visited);
    if (kind === 'DestinationRule' || kind === 'Service' || kind === 'ServiceEntry')
      return this.#visible(node, visited);
    if (kind.endsWith('Route')) return this.#targets(node, ['is bound to'], visited);
    // Whatever else there is acts through what refers to it: Secrets, accounts, classes, providers, missing names.
    return this.#referrers(node, undefined, visited);
  }

  #policy(node: GraphNode, visited: Set<string>): readonly MeshProxy[] {
    const out = this.#graph.out(node.id);
    if (out.some(({ relation }) => relation === 'targets'))
      return out.flatMap((edge) => (edge.relation === 'targets' ? this.#enforcers(edge.to, visited) : []));
    if (out.some(({ relation }) => relation === 'selects')) return this.#ownProxies(node, 'selects');
    if (node.namespace === this.#root) return this.#proxies;
    return this.#proxies.filter(({ namespace }) => namespace === node.namespace);
  }

  /** Who enforces a policy for what it targets: a gateway itself, for a Service the waypoint that it uses. */
  #enforcers(target: string, visited: Set<string>): readonly MeshProxy[] {
    const node = this.#graph.nodes.get(target);
    if (node === undefined) return [];
    if (node.kind !== 'Service' && node.kind !== 'ServiceEntry') return this.#of(node, visited);
    const own = this.#targets(node, ['uses waypoint'], visited);
    const namespace = this.#graph.nodes.get(`Namespace ${node.namespace ?? ''}`);
    return own.length > 0 || namespace === undefined
      ? own
      : this.#targets(namespace, ['uses waypoint'], visited);
  }

  #virtualService(node: GraphNode, visited: Set<string>): readonly MeshProxy[] {
    const { object } = node;
    const hosts = asStrings(field(object, 'spec', 'hosts'));
    const roots = this.#referrers(node, ['delegates to'], visited);
    if (object === undefined || hosts.length === 0) return roots;
    const namespace = node.namespace ?? '';
    const gateways = asStrings(field(object, 'spec', 'gateways'));
    const bound = this.#targets(node, ['is bound to'], visited);
    if (gateways.length > 0 && !gateways.includes('mesh')) return [...roots, ...bound];
    const names = hosts.map((host) => fullHost(host, namespace));
    const clients = this.#seen(namespace, names, exportScopes(object)).filter(
      ({ type }) => type !== 'router',
    );
    return [...roots, ...bound, ...clients, ...this.#appliedTo(node).flatMap((id) => this.#waypoints(id))];
  }

  /** Services, their rules and hosts outside: whoever sees them has a cluster for them; their own pods serve them. */
  #visible(node: GraphNode, visited: Set<string>): readonly MeshProxy[] {
    const { object, kind } = node;
    if (object === undefined) return this.#referrers(node, undefined, visited);
    const selected = this.#ownProxies(node, 'selects');
    const isForOne = field(object, 'spec', 'workloadSelector') !== undefined && kind === 'DestinationRule';
    if (isForOne) return selected;
    const namespace = node.namespace ?? '';
    const exported = exportScopes(object);
    const home = this.#hostNamespace(node);
    // Rules are looked for beside the client, beside the service and in the root namespace, and nowhere else.
    const isFound = namespace === home || namespace === this.#root;
    const isOwn = exported.includes(EVERYWHERE) || exported.includes(namespace);
    const scopes = isFound ? exported : isOwn ? [namespace] : [];
    const clients = this.#seen(home, hostsOf(object, namespace), scopes);
    if (kind !== 'DestinationRule') return [...selected, ...clients, ...this.#waypointsFor(node.id)];
    return [...clients, ...this.#appliedTo(node).flatMap((id) => this.#waypointsFor(id))];
  }

  /** The services and hosts that a rule or route is about. */
  #appliedTo(node: GraphNode): readonly string[] {
    const relations: readonly Relation[] = ['applies to', 'is bound to'];
    return this.#graph.out(node.id).flatMap(({ relation, to }) => (relations.includes(relation) ? [to] : []));
  }

  /** Waypoints know the services that use them, and those that the routes of such services lead to. */
  #waypointsFor(service: string): readonly MeshProxy[] {
    const routed = this.#graph.in(service).flatMap(({ relation, from }) => {
      const route =
        relation === 'routes to' || relation === 'mirrors to' ? this.#graph.nodes.get(from) : undefined;
      return route === undefined ? [] : this.#appliedTo(route);
    });
    return [service, ...routed].flatMap((id) => this.#waypoints(id));
  }

  #waypoints(id: string): readonly MeshProxy[] {
    const node = this.#graph.nodes.get(id);
    const isService = node?.kind === 'Service' || node?.kind === 'ServiceEntry';
    return isService ? this.#enforcers(id, new Set()) : [];
  }

  /** The namespace under which a Sidecar imports the host: for a rule that of the service that it is about. */
  #hostNamespace(node: GraphNode): string {
    const service = this.#graph.out(node.id).find(({ relation }) => relation === 'applies to');
    return (service && this.#graph.nodes.get(service.to)?.namespace) ?? node.namespace ?? '';
  }

  #seen(namespace: string, hosts: readonly string[], scopes: readonly string[]): readonly MeshProxy[] {
    return this.#proxies.filter(
      (proxy) =>
        proxy.type !== 'waypoint' &&
        (scopes.includes(EVERYWHERE) || scopes.includes(proxy.namespace)) &&
        this.#scopes.imports(proxy, namespace, hosts),
    );
  }

  #ownProxies(node: GraphNode, relation: Relation): readonly MeshProxy[] {
    return this.#graph
      .out(node.id)
      .flatMap((edge) => (edge.relation === relation ? (this.#byWorkload.get(edge.to) ?? []) : []));
  }

  #targets(node: GraphNode, relations: readonly Relation[], visited: Set<string>): readonly MeshProxy[] {
    return this.#graph.out(node.id).flatMap((edge) => {
      const counts = edge.state === 'found' && relations.includes(edge.relation);
      const target = counts ? this.#graph.nodes.get(edge.to) : undefined;
      if (target === undefined) return [];
      return this.#byWorkload.get(target.id) ?? this.#of(target, visited);
    });
  }

  #referrers(
    node: GraphNode,
    relations: readonly Relation[] | undefined,
    visited: Set<string>,
    kind?: string,
  ): readonly MeshProxy[] {
    return this.#graph.in(node.id).flatMap((edge) => {
      const source = this.#graph.nodes.get(edge.from);
      const counts = relations === undefined || relations.includes(edge.relation);
      if (source === undefined || !counts || (kind !== undefined && source.kind !== kind)) return [];
      return this.#of(source, visited);
    });
  }
}

function hostsOf(object: KubeObject, namespace: string): readonly string[] {
  if (object.kind === 'Service') return [serviceFqdn(object.metadata.name, namespace)];
  if (object.kind === 'DestinationRule')
    return [fullHost(asString(field(object, 'spec', 'host')) ?? '', namespace)];
  return asStrings(field(object, 'spec', 'hosts'));
}
