import type { Finding } from '../../analysis/finding.ts';
import { messageText } from '../../answers/analysis.ts';
import type { GraphAnswer, ShownEdge } from '../../answers/graph/graph-answer.ts';
import { escapeLine } from '../../util/text.ts';

/** What is drawn of an answer. */
export type DrawnGraph = Pick<GraphAnswer, 'nodes' | 'edges' | 'cycles' | 'dangling' | 'findings'> &
  Partial<Pick<GraphAnswer, 'dependencies' | 'impact'>>;

/** The graph as the page reads it: ends of references as numbers of nodes, findings at their nodes. */
export function graphData(answer: DrawnGraph): unknown {
  const { nodes, edges, cycles, dangling, findings = {}, dependencies, impact } = answer;
  const numbers = new Map(nodes.map(({ id }, index) => [id, index]));
  const broken = new Map(dangling.map((one) => [keyOf(one), one]));
  const focus = dependencies?.id ?? impact?.id;
  return {
    nodes: nodes.map((node) => ({
      ...node,
      name: escapeLine(node.name),
      findings: (findings[node.id] ?? []).map(shownFinding),
    })),
    edges: edges.map((edge) => {
      const { level, what, why, near } = broken.get(keyOf(edge)) ?? {};
      const { relation, state, place, from, to } = edge;
      return { from: numbers.get(from), to: numbers.get(to), relation, state, place, level, what, why, near };
    }),
    cycles: cycles.map(({ level, title, why, steps }) => ({
      level,
      title,
      why,
      steps: steps.map(({ from, to }, index) => (index === 0 ? `${from} → ${to}` : `→ ${to}`)),
      nodes: [...new Set(steps.map(({ resource }) => numbers.get(resource ?? '')))].filter(
        (index) => index !== undefined,
      ),
    })),
    ...(focus === undefined ? {} : { focus: numbers.get(focus) }),
  };
}

function shownFinding(finding: Finding): unknown {
  const { code, level, why, fix, location } = finding;
  const place = location && { ...location, path: location.path ?? '' };
  return { code, level, message: messageText(finding), why, fix, place };
}

function keyOf({ from, to, relation, place }: ShownEdge): string {
  return [from, to, relation, place.path].join('\u0000');
}
