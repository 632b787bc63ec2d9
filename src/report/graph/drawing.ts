import type { GraphAnswer, ShownNode } from '../../answers/graph/graph-answer.ts';
import { compareText } from '../../util/text.ts';

/** Nodes by namespace in the order of the alphabet, those of none first. */
export function byNamespace(
  nodes: readonly ShownNode[],
): readonly (readonly [string, readonly ShownNode[]])[] {
  const groups = new Map<string, ShownNode[]>();
  for (const node of nodes) {
    const key = node.namespace ?? '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  return [...groups].sort((a, b) => compareText(a[0], b[0]));
}

/** The pairs of nodes between which a harmful cycle goes. */
export function cycleSteps({ cycles }: GraphAnswer): ReadonlySet<string> {
  return new Set(
    cycles.flatMap(({ level, steps }) =>
      level === 'error' ? steps.map(({ from, to }) => `${from}\u0000${to}`) : [],
    ),
  );
}
