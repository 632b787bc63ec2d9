import type { MeshReport } from '../../answers/mesh-report/mesh-report.ts';
import { nodeText, placeText } from '../graph/place.ts';
import { GRAPH_VIEW } from '../graph-view/graph-view.ts';
import { asIs, lines, type Markup, markup } from '../html-page/markup.ts';
import { type SectionState, section } from './section.ts';
import { countText, spokenSign, toneOf } from './words.ts';

type ReportGraph = NonNullable<MeshReport['graph']>;

/** The graph in a few words. */
export function graphState(graph: MeshReport['graph']): SectionState {
  if (graph === undefined) return { tone: 'unknown', text: 'no object could be read' };
  const loops = graph.cycles.filter(({ level }) => level === 'error').length;
  const { dangling } = graph;
  if (loops === 0 && dangling.length === 0) {
    const open = graph.nodes.filter(({ state }) => state === 'unknown').length;
    const text = 'no loops, no broken references';
    if (open === 0) return { tone: 'good', text };
    return { tone: 'unknown', text: `${text} among what was read; ${countText(open, 'name')} not looked up` };
  }
  const isError = loops > 0 || dangling.some(({ level }) => level === 'error');
  const parts = [
    ...(loops === 0 ? [] : [countText(loops, 'loop')]),
    ...(dangling.length === 0 ? [] : [countText(dangling.length, 'broken reference')]),
  ];
  return { tone: isError ? 'error' : 'warning', text: parts.join(', ') };
}

/** Loops and broken references in words, and the drawing, which the script makes when it is opened. */
export function graphSection(graph: MeshReport['graph'], state: SectionState): Markup {
  if (graph === undefined) return section('graph', state, undefined);
  const size = `${countText(graph.nodes.length, 'object')}, ${countText(graph.edges.length, 'reference')}`;
  return section('graph', state, [
    problemList(graph),
    markup`<details id="drawn-graph"><summary>Drawing of ${size}</summary>
<noscript><p class="note">The drawing needs JavaScript.</p></noscript>
<div class="graph-frame" hidden>${asIs(GRAPH_VIEW.body)}</div></details>`,
  ]);
}

function problemList({ cycles, dangling }: ReportGraph): Markup | undefined {
  const loops = cycles
    .filter(({ level }) => level === 'error')
    .map(({ title, why, fix, steps }) => {
      const round = steps
        .map(({ from, to }, index) => (index === 0 ? `${from} → ${to}` : `→ ${to}`))
        .join(' ');
      return problem('error', title, round, why, fix === undefined ? undefined : lines(fix));
    });
  const broken = dangling.map(({ level, from, relation, place, what, why, near }) => {
    const title = `${nodeText(from)} ${relation}: ${what}`;
    const fix = near.length === 0 ? undefined : markup`near: ${near.join(', ')}`;
    return problem(level, title, placeText(place), why, fix);
  });
  const all = [...loops, ...broken];
  return all.length === 0 ? undefined : markup`<ul class="plain problems">${all}</ul>`;
}

function problem(level: string, title: string, place: string, why: string, fix: Markup | undefined): Markup {
  const tone = toneOf(level);
  const below = fix === undefined ? undefined : markup`<div class="fix">${fix}</div>`;
  return markup`<li class="${tone}">${spokenSign(tone, level)}<span class="what"><strong>${title}</strong> <span class="place">${place}</span><div class="faint">${why}</div>${below}</span></li>
`;
}
