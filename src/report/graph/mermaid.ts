import type { GraphAnswer, ShownNode } from '../../answers/graph/graph-answer.ts';
import { escapeLine } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';
import { byNamespace } from './drawing.ts';

/** The graph as a Mermaid flowchart: namespaces as subgraphs, what is missing or broken in red. */
export const mermaid: Reporter<GraphAnswer> = (answer) => {
  const numbers = new Map(answer.nodes.map(({ id }, index) => [id, `n${index}`]));
  const lines = ['flowchart LR'];
  byNamespace(answer.nodes).forEach(([namespace, nodes], index) => {
    const indent = namespace === '' ? '  ' : '    ';
    const texts = nodes.map((node) => `${indent}${numbers.get(node.id)}[${label(node)}]`);
    if (namespace === '') lines.push(...texts);
    else lines.push(`  subgraph s${index}[${quoted(namespace)}]`, ...texts, '  end');
  });
  const broken: number[] = [];
  answer.edges.forEach((edge, index) => {
    const arrow = edge.state === 'unknown' || edge.state === 'outside' ? '-.->' : '-->';
    if (edge.state === 'missing' || edge.state === 'unusable') broken.push(index);
    lines.push(`  ${numbers.get(edge.from)} ${arrow}|${quoted(edge.relation)}| ${numbers.get(edge.to)}`);
  });
  const missing = answer.nodes.flatMap(({ id, state }) => (state === 'missing' ? [numbers.get(id)] : []));
  if (missing.length > 0)
    lines.push('  classDef missing stroke:#c00,color:#c00', `  class ${missing.join(',')} missing`);
  if (broken.length > 0) lines.push(`  linkStyle ${broken.join(',')} stroke:#c00,color:#c00`);
  return `${lines.join('\n')}\n`;
};

function label({ kind, name }: ShownNode): string {
  return quoted(kind, name);
}

/** A text in double quotes, in which everything but letters, digits and plain signs is a number of its character. */
function quoted(...lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    escapeLine(line).replace(/[^\p{L}\p{N} ._/=:,()-]/gu, (char) => `#${char.codePointAt(0) ?? 0};`),
  );
  return `"${escaped.join('<br/>')}"`;
}
