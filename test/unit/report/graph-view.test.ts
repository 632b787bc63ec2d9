import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Node {
  id: string;
  kind: string;
  band: string;
  column: number;
  level?: string;
  x: number;
  y: number;
}
interface Reference {
  from: number;
  to: number;
  level?: string;
}

// The page's own modules are JavaScript without types.
const FOLDER = '../../../src/report/graph-view';
const { layout, BOX } = (await import(`${FOLDER}/layout.js`)) as {
  layout: (nodes: readonly Node[]) => { width: number; height: number };
  BOX: { width: number; height: number };
};
const { buildModel, filterNodes } = (await import(`${FOLDER}/model.js`)) as {
  buildModel: (data: unknown) => { nodes: Node[] };
  filterNodes: (nodes: readonly Node[], filter: unknown) => Node[];
};

const KINDS = ['VirtualService', 'Service', 'Deployment', 'Secret', 'AuthorizationPolicy'];
const OFF = { search: '', kindsOff: new Set(), namespacesOff: new Set(), onlyWrong: false, near: undefined };

function modelOf(count: number, edges: readonly Reference[]): Node[] {
  const nodes = Array.from({ length: count }, (_, index) => {
    const [kind, namespace] = [KINDS[index % KINDS.length] ?? '', `ns-${index % 3}`];
    return { id: `${kind} ${namespace}/n${index}`, kind, namespace, name: `n${index}`, state: 'there' };
  });
  return buildModel({ nodes, edges, cycles: [] }).nodes;
}

const graphs = fc.integer({ min: 1, max: 60 }).chain((count) => {
  const node = fc.integer({ min: 0, max: count - 1 });
  return fc.tuple(fc.constant(count), fc.array(fc.record({ from: node, to: node }), { maxLength: 80 }));
});

describe('the layout of the page', () => {
  it('lets no two nodes overlap, and keeps all of them inside', () => {
    fc.assert(
      fc.property(graphs, ([count, edges]) => {
        const nodes = modelOf(count, edges);
        const { width, height } = layout(nodes);
        const places = new Set(nodes.map(({ x, y }) => `${x} ${y}`));
        expect(places.size).toBe(nodes.length);
        for (const { x, y } of nodes) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + BOX.width).toBeLessThanOrEqual(width);
          expect(y + BOX.height).toBeLessThanOrEqual(height);
        }
      }),
    );
  });

  it('places the same nodes alike, in whatever order they come', () => {
    fc.assert(
      fc.property(graphs, ([count, edges]) => {
        const nodes = modelOf(count, edges);
        const placesOf = () => nodes.map(({ id, x, y }) => `${id} ${x} ${y}`);
        layout(nodes);
        const before = placesOf();
        layout([...nodes].reverse());
        expect(placesOf()).toEqual(before);
      }),
    );
  });
});

describe('the filter of the page', () => {
  const nodes = modelOf(10, [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 3, to: 2, level: 'error' },
  ]);
  const names = (filter: object) => filterNodes(nodes, { ...OFF, ...filter }).map(({ id }) => id);

  it('takes all words of a search, in kinds, namespaces and names', () => {
    expect(names({ search: 'SERVICE ns-1/' })).toEqual(['Service ns-1/n1']);
    expect(names({ search: 'virtualservice n5' })).toEqual(['VirtualService ns-2/n5']);
    expect(names({ search: 'nothing like it' })).toEqual([]);
  });

  it('leaves what has errors, and what a node needs or is needed by', () => {
    expect(names({ onlyWrong: true })).toEqual(['Deployment ns-2/n2', 'Secret ns-0/n3']);
    expect(names({ near: nodes[1] })).toEqual([
      'VirtualService ns-0/n0',
      'Service ns-1/n1',
      'Deployment ns-2/n2',
    ]);
  });
});
