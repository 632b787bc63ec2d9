import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CycleEdge, shortestCycles } from '../../../src/graph/cycles.ts';

const edge = (from: string, to: string): CycleEdge<string> => ({ from, to, value: `${from}>${to}` });
const texts = (edges: readonly CycleEdge<string>[]) =>
  shortestCycles(edges).map((cycle) => cycle.map(({ value }) => value).join(' '));

describe('shortest cycles', () => {
  it('are none in a graph without a way back', () => {
    expect(texts([edge('a', 'b'), edge('b', 'c'), edge('a', 'c')])).toEqual([]);
  });

  it('are found one for each tangle, the short way round', () => {
    const edges = [
      edge('a', 'b'),
      edge('b', 'c'),
      edge('c', 'a'),
      edge('b', 'a'),
      edge('x', 'x'),
      edge('c', 'x'),
    ];
    expect(texts(edges)).toEqual(['a>b b>a', 'x>x']);
  });

  const node = fc.integer({ min: 0, max: 7 }).map((number) => `n${number}`);
  const graph = fc.uniqueArray(
    fc.tuple(node, node).map(([from, to]) => edge(from, to)),
    { selector: ({ value }) => value, maxLength: 24 },
  );

  it('are real ones: each step begins where the one before ends, along edges that are there', () => {
    fc.assert(
      fc.property(graph, (edges) => {
        for (const cycle of shortestCycles(edges)) {
          expect(cycle.length).toBeGreaterThan(0);
          cycle.forEach((step, index) => {
            expect(edges).toContain(step);
            expect(step.to).toBe(cycle[(index + 1) % cycle.length]?.from);
          });
        }
      }),
    );
  });

  it('are the shortest of all cycles through the nodes of their tangle', () => {
    fc.assert(
      fc.property(graph, (edges) => {
        const cycles = shortestCycles(edges);
        const ways = distances(edges);
        const all = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
        const isTogether = (a: string, b: string) =>
          a === b || (Number.isFinite(ways(a, b)) && Number.isFinite(ways(b, a)));
        for (const cycle of cycles) {
          const start = cycle[0]?.from ?? '';
          const tangle = all.filter((one) => isTogether(start, one));
          const shortest = Math.min(
            ...edges
              .filter(({ from, to }) => tangle.includes(from) && tangle.includes(to))
              .map(({ from, to }) => 1 + (from === to ? 0 : ways(to, from))),
          );
          expect(cycle.length).toBe(shortest);
        }
        const looped = all.filter((one) =>
          edges.some(({ from, to }) => from === one && (to === one || Number.isFinite(ways(to, one)))),
        );
        const tangles = looped.filter(
          (one, index) => !looped.slice(0, index).some((other) => isTogether(one, other)),
        );
        expect(cycles.length).toBe(tangles.length);
      }),
    );
  });

  it('do not depend on the order in which the edges come', () => {
    fc.assert(
      fc.property(
        graph.chain((edges) =>
          fc.tuple(fc.constant(edges), fc.shuffledSubarray(edges, { minLength: edges.length })),
        ),
        ([edges, shuffled]) => {
          expect(texts(shuffled)).toEqual(texts(edges));
        },
      ),
    );
  });
});

/** Lengths of the shortest ways between all nodes, by a method of its own. */
function distances(edges: readonly CycleEdge<string>[]): (from: string, to: string) => number {
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  const known = new Map<string, number>();
  const get = (from: string, to: string) => known.get(`${from} ${to}`) ?? Infinity;
  for (const { from, to } of edges) if (from !== to) known.set(`${from} ${to}`, 1);
  for (const via of nodes)
    for (const from of nodes)
      for (const to of nodes) {
        const length = get(from, via) + get(via, to);
        if (from !== to && length < get(from, to)) known.set(`${from} ${to}`, length);
      }
  return get;
}
