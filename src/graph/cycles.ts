import { DirectedGraph } from 'graphology';
import { stronglyConnectedComponents } from 'graphology-components';
import { compareText } from '../util/text.ts';

/** An edge of a graph in which cycles are looked for; `value` is what the caller wants to have back. */
export interface CycleEdge<T> {
  readonly from: string;
  readonly to: string;
  readonly value: T;
}

/**
 * One shortest cycle for every group of nodes that reach each other (strongly connected component), edge by edge from
 * its first node in the alphabet. The order of the input does not change the answer.
 */
export function shortestCycles<T>(edges: readonly CycleEdge<T>[]): readonly (readonly CycleEdge<T>[])[] {
  const graph = new DirectedGraph();
  for (const { from, to } of edges) graph.mergeDirectedEdge(from, to);
  const bySource = new Map<string, CycleEdge<T>[]>();
  for (const edge of [...edges].sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to))) {
    const list = bySource.get(edge.from);
    if (list === undefined) bySource.set(edge.from, [edge]);
    else list.push(edge);
  }
  return stronglyConnectedComponents(graph)
    .flatMap((component) => {
      const cycle = shortestCycle(new Set(component), bySource);
      return cycle === undefined ? [] : [cycle];
    })
    .sort((a, b) => compareText(a[0]?.from ?? '', b[0]?.from ?? ''));
}

function shortestCycle<T>(
  component: ReadonlySet<string>,
  bySource: ReadonlyMap<string, readonly CycleEdge<T>[]>,
): readonly CycleEdge<T>[] | undefined {
  let best: readonly CycleEdge<T>[] | undefined;
  for (const start of startsOf(component, bySource)) {
    const cycle = cycleThrough(start, component, bySource);
    if (cycle !== undefined && (best === undefined || cycle.length < best.length)) best = cycle;
    if (best?.length === 1) break;
  }
  return best && fromFirst(best);
}

/**
 * Nodes one of which every cycle goes through: those where the way forks. Where it forks nowhere the whole group is one
 * ring, and any node will do.
 */
function startsOf<T>(
  component: ReadonlySet<string>,
  bySource: ReadonlyMap<string, readonly CycleEdge<T>[]>,
): readonly string[] {
  const nodes = [...component].sort(compareText);
  const forks = nodes.filter((node) => {
    const targets = (bySource.get(node) ?? []).map(({ to }) => to).filter((to) => component.has(to));
    return new Set(targets).size > 1;
  });
  return forks.length > 0 ? forks : nodes.slice(0, 1);
}

/** The same cycle from its first node in the alphabet on. */
function fromFirst<T>(cycle: readonly CycleEdge<T>[]): readonly CycleEdge<T>[] {
  let first = 0;
  cycle.forEach(({ from }, index) => {
    if (compareText(from, cycle[first]?.from ?? '') < 0) first = index;
  });
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

/** A shortest way from a node back to itself, breadth first. */
function cycleThrough<T>(
  start: string,
  component: ReadonlySet<string>,
  bySource: ReadonlyMap<string, readonly CycleEdge<T>[]>,
): readonly CycleEdge<T>[] | undefined {
  const cameBy = new Map<string, CycleEdge<T>>();
  const queue = [start];
  for (const node of queue) {
    for (const edge of bySource.get(node) ?? []) {
      if (edge.to === start) return [...wayTo(node, start, cameBy), edge];
      if (!component.has(edge.to) || cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      queue.push(edge.to);
    }
  }
  return undefined;
}

function wayTo<T>(node: string, start: string, cameBy: ReadonlyMap<string, CycleEdge<T>>): CycleEdge<T>[] {
  const way: CycleEdge<T>[] = [];
  for (let at = node; at !== start; ) {
    const edge = cameBy.get(at);
    if (edge === undefined) break;
    way.push(edge);
    at = edge.from;
  }
  return way.reverse();
}
