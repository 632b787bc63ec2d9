import type { DependencyGraph, GraphNode } from '../../graph/graph.ts';
import type { Impact } from '../../graph/impact.ts';
import { compareText } from '../../util/text.ts';
import type { DependencyBranch, DependencyTree, ShownImpact } from './graph-answer.ts';
import { type PlaceFinder, shownEdge } from './whole.ts';

/** What a node depends on, down to `depth` references. Each node is unfolded once, as near to the root as it can be. */
export function dependencyTree(
  graph: DependencyGraph,
  node: GraphNode,
  depth: number,
  placeOf: PlaceFinder,
): DependencyTree {
  const level = levels(graph, node.id);
  const unfolded = new Set([node.id]);
  const branchesOf = (id: string, at: number): DependencyBranch[] =>
    graph.out(id).map((edge) => {
      const shown = shownEdge(edge, placeOf);
      const hasMore = graph.out(edge.to).length > 0;
      if (!hasMore) return { ...shown, branches: [] };
      if (unfolded.has(edge.to) || (level.get(edge.to) ?? 0) < at)
        return { ...shown, branches: [], ends: 'shown elsewhere' };
      if (at >= depth) return { ...shown, branches: [], ends: 'deeper' };
      unfolded.add(edge.to);
      return { ...shown, branches: branchesOf(edge.to, at + 1) };
    });
  return { id: node.id, branches: branchesOf(node.id, 1) };
}

/** How many references each node is away from the first one. */
function levels(graph: DependencyGraph, start: string): ReadonlyMap<string, number> {
  const level = new Map([[start, 0]]);
  let front = [start];
  for (let at = 1; front.length > 0; at++) {
    const next: string[] = [];
    for (const id of front)
      for (const { to } of graph.out(id)) {
        if (level.has(to)) continue;
        level.set(to, at);
        next.push(to);
      }
    front = next;
  }
  return level;
}

/** The nodes of a tree. */
export function treeNodes(tree: DependencyTree): ReadonlySet<string> {
  const ids = new Set([tree.id]);
  const visit = (branches: readonly DependencyBranch[]): void => {
    for (const branch of branches) {
      ids.add(branch.to);
      visit(branch.branches);
    }
  };
  visit(tree.branches);
  return ids;
}

const WORKLOADS: ReadonlySet<string> = new Set([
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'Pod',
  'ReplicaSet',
  'StatefulSet',
  'WorkloadEntry',
]);

/** The impact of a change as it is shown. */
export function shownImpact({ node, objects, proxies }: Impact, placeOf: PlaceFinder): ShownImpact {
  const workloads = new Set([
    ...objects.flatMap(({ node: { kind, id } }) => (WORKLOADS.has(kind) ? [id] : [])),
    ...proxies.map(({ workload }) => workload),
    ...(WORKLOADS.has(node.kind) ? [node.id] : []),
  ]);
  return {
    id: node.id,
    objects: objects
      .filter(({ node: { kind } }) => !WORKLOADS.has(kind))
      .map(({ node: { id }, by, distance }) => ({ ...shownEdge(by, placeOf), id, distance })),
    workloads: [...workloads].sort(compareText),
    proxies: proxies
      .map(({ name, type, namespace, workload }) => ({ proxy: name, type, namespace, workload }))
      .sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.proxy, b.proxy)),
  };
}
