import type { GraphAnswer, ShownNode } from '../../answers/graph/graph-answer.ts';
import { escapeLine } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';
import { byNamespace, cycleSteps } from './drawing.ts';

/** The graph in the language of Graphviz: namespaces as clusters, what is missing or broken in red. */
export const dot: Reporter<GraphAnswer> = (answer) => {
  const inCycle = cycleSteps(answer);
  const lines = [
    'digraph mesh {',
    '  rankdir=LR;',
    '  node [shape=box, fontname="sans-serif", fontsize=10];',
    '  edge [fontname="sans-serif", fontsize=8];',
  ];
  byNamespace(answer.nodes).forEach(([namespace, nodes], index) => {
    if (namespace === '') lines.push(...nodes.map((node) => `  ${nodeText(node)}`));
    else
      lines.push(
        `  subgraph cluster_${index} {`,
        `    label=${quoted(namespace)};`,
        ...nodes.map((node) => `    ${nodeText(node)}`),
        '  }',
      );
  });
  for (const edge of answer.edges) {
    const isBroken = edge.state === 'missing' || edge.state === 'unusable';
    const isRed = isBroken || inCycle.has(`${edge.from}\u0000${edge.to}`);
    const style = isRed ? ', color=red, fontcolor=red' : '';
    const dashed = edge.state === 'unknown' || edge.state === 'outside' ? ', style=dashed' : '';
    lines.push(
      `  ${quoted(edge.from)} -> ${quoted(edge.to)} [label=${quoted(edge.relation)}${style}${dashed}];`,
    );
  }
  return `${[...lines, '}'].join('\n')}\n`;
};

function nodeText({ id, kind, name, state }: ShownNode): string {
  const look = {
    there: '',
    missing: ', color=red, fontcolor=red',
    unknown: ', style=dashed',
    outside: ', style=dashed',
  };
  return `${quoted(id)} [label=${quoted(kind, name)}${look[state]}];`;
}

/** A text in double quotes; several stand on lines of their own. In DOT a backslash begins an escape of its own. */
function quoted(...lines: readonly string[]): string {
  const escaped = lines.map((line) => escapeLine(line).replace(/\\/g, '\\\\').replace(/"/g, '\\"'));
  return `"${escaped.join('\\n')}"`;
}
