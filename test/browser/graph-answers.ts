import type { GraphAnswer, ShownEdge, ShownNode } from '../../src/answers/graph/graph-answer.ts';

/** Texts that would do something if a page took them for markup or script. */
export const HOSTILE = [
  '<img src=x onerror="window.planted=1">',
  '</script><script>window.planted=1</script>',
  '"><b onmouseover=window.planted=1>\'&amp;',
  '<!--<script>',
  'javascript:window.planted=1',
  '`+window.planted=1+`',
];

const EMPTY = {
  apiVersion: 'meshscope.io/v1',
  kind: 'DependencyGraph',
  cycles: [],
  dangling: [],
  unreadable: [],
} as const;

/** A graph with hostile texts in every field that a page shows. */
export function hostileAnswer(): GraphAnswer {
  const [evil = ''] = HOSTILE;
  const place = { path: evil, file: evil, line: 1, column: 1 };
  const nodes = HOSTILE.map(
    (text): ShownNode => ({ id: text, kind: text, namespace: text, name: text, state: 'there', place }),
  );
  const edges = HOSTILE.map(
    (text): ShownEdge => ({
      from: HOSTILE[0] ?? '',
      to: text,
      relation: 'routes to',
      written: text,
      state: 'missing',
      note: text,
      place,
    }),
  );
  const finding = {
    code: evil,
    level: 'error',
    message: evil,
    why: evil,
    fix: evil,
    related: [],
    evidence: [evil],
    confidence: 'certain',
    docs: evil,
    location: place,
  } as const;
  return {
    ...EMPTY,
    target: evil,
    nodes,
    edges,
    cycles: [
      {
        kind: 'traffic',
        level: 'error',
        title: evil,
        why: evil,
        fix: evil,
        steps: [{ from: evil, to: evil, resource: evil, place }],
      },
    ],
    dangling: edges.map((edge) => ({ ...edge, level: 'error', what: evil, why: evil, near: [evil] })),
    findings: { [evil]: [finding] },
  };
}

/** A graph of so many objects: in each namespace routes, rules, services and workloads of applications. */
export function largeAnswer(count: number): GraphAnswer {
  const kinds = ['VirtualService', 'DestinationRule', 'Service', 'Deployment', 'ServiceAccount'];
  const nodes = Array.from({ length: count }, (_, index): ShownNode => {
    const application = Math.floor(index / kinds.length);
    const kind = kinds[index % kinds.length] ?? '';
    const [namespace, name] = [`team-${application % 20}`, `cart-${application}`];
    return { id: `${kind} ${namespace}/${name}`, kind, namespace, name, state: 'there' };
  });
  const relations = ['applies to', 'applies to', 'selects', 'runs as', 'names'] as const;
  const edges = nodes.flatMap((node, index): ShownEdge[] => {
    const rest = index % kinds.length;
    const target = nodes[rest === 0 ? index + 2 : rest === kinds.length - 1 ? index + 3 : index + 1];
    if (target === undefined || rest === kinds.length - 1) return [];
    const place = { path: 'spec.host' };
    const relation = relations[rest] ?? 'names';
    return [{ from: node.id, to: target.id, relation, written: '', state: 'found', place }];
  });
  return { ...EMPTY, target: 'all namespaces', nodes, edges };
}
