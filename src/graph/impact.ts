import type { DependencyGraph, GraphEdge, GraphNode } from './graph.ts';
import type { MeshProxy } from './mesh-proxies.ts';
import type { Receivers } from './receivers.ts';

/** An object that depends on the one that changes, and the reference by which it does. */
export interface Affected {
  readonly node: GraphNode;
  readonly by: GraphEdge;
  /** References from the object to the one that changes: 1 when it names it itself. */
  readonly distance: number;
}

/** Who is affected when an object changes. */
export interface Impact {
  readonly node: GraphNode;
  /** Objects that refer to it, directly or through others, the nearest first. */
  readonly objects: readonly Affected[];
  /** Proxies that are sent other configuration. */
  readonly proxies: readonly MeshProxy[];
}

/** What acts on others by selecting or naming them does not change when they do. */
const ACTS: ReadonlySet<string> = new Set([
  'AuthorizationPolicy',
  'EnvoyFilter',
  'NetworkPolicy',
  'PeerAuthentication',
  'ProxyConfig',
  'RequestAuthentication',
  'Sidecar',
  'Telemetry',
  'TrafficExtension',
  'WasmPlugin',
]);

/** The impact of a change of a node: objects against the direction of references, proxies by what they are sent. */
export function impactOf(graph: DependencyGraph, node: GraphNode, receivers: Receivers): Impact {
  const objects: Affected[] = [];
  const seen = new Set([node.id]);
  let front = [node];
  for (let distance = 1; front.length > 0; distance++) {
    const next: GraphNode[] = [];
    for (const target of front)
      for (const by of graph.in(target.id)) {
        const source = graph.nodes.get(by.from);
        if (source === undefined || seen.has(source.id) || !carries(by, source)) continue;
        seen.add(source.id);
        objects.push({ node: source, by, distance });
        next.push(source);
      }
    front = next;
  }
  return { node, objects, proxies: receivers.of(node) };
}

function carries({ relation }: GraphEdge, source: GraphNode): boolean {
  if (relation === 'is exported to') return false;
  return relation !== 'selects' || !ACTS.has(source.kind);
}
