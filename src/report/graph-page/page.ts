import type { GraphAnswer } from '../../answers/graph/graph-answer.ts';
import { counted, nodeText } from '../graph/place.ts';
import { graphData } from '../graph-view/data.ts';
import { GRAPH_VIEW } from '../graph-view/graph-view.ts';
import { asIs, markup } from '../html-page/markup.ts';
import { pageText } from '../html-page/page.ts';
import type { Reporter } from '../reporter.ts';
import main from './main.js?raw';
import style from './page.css?raw';

/** A page that draws the graph and lets a person look around in it. */
export const html: Reporter<GraphAnswer> = (answer) => {
  const title = titleOf(answer);
  const { level, text } = verdict(answer);
  return pageText({
    title,
    styles: [GRAPH_VIEW.style, style],
    modules: [...GRAPH_VIEW.modules, main],
    body: markup`<header><h1>${title}</h1><span class="verdict ${level}">${text}</span></header>
<main>${asIs(GRAPH_VIEW.body)}</main>`,
    data: graphData(answer),
  });
};

function titleOf({ target, dependencies, impact }: GraphAnswer): string {
  if (dependencies !== undefined) return `What ${nodeText(dependencies.id)} depends on`;
  if (impact !== undefined) return `What a change of ${nodeText(impact.id)} affects`;
  return `Dependency graph: ${target}`;
}

function verdict({ nodes, cycles, dangling, findings = {} }: GraphAnswer): { level: string; text: string } {
  const loops = cycles.filter(({ level }) => level === 'error').length;
  const all = nodes.flatMap(({ id }) => findings[id] ?? []);
  const errors = all.filter(({ level }) => level === 'error').length;
  const warnings = all.filter(({ level }) => level === 'warning').length;
  const parts = [
    ...counted(loops, 'loop'),
    ...counted(dangling.length, 'broken reference'),
    ...counted(errors, 'error'),
    ...counted(warnings, 'warning'),
  ];
  const isBad = loops + errors > 0 || dangling.some(({ level }) => level === 'error');
  const level = isBad ? 'error' : parts.length > 0 ? 'warning' : 'good';
  return { level, text: parts.length === 0 ? 'no loops, no broken references' : parts.join(', ') };
}
