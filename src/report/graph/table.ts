import type { BrokenReference, GraphAnswer, ShownCycle } from '../../answers/graph/graph-answer.ts';
import { problemText } from '../../config/problem.ts';
import { compareText, escapeLine } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';
import { markSymbol, type Style, styleFor } from '../style.ts';
import { impact } from './impact.ts';
import { counted, labelledLines, nodeText, placedLine, placeText } from './place.ts';
import { tree } from './tree.ts';

/** Piped text is kept readable. */
const WIDEST = 120;
/** More broken references than this are counted. */
const SHOWN = 25;
/** More steps of a loop, and more loops, than this are counted. */
const STEPS = 20;
const CYCLES = 20;
const ALSO = 3;

/** The verdict, then loops and broken references worst first, then what there is; or the tree, or the impact. */
export const table: Reporter<GraphAnswer> = (answer, options) => {
  const style = styleFor(options.color);
  const width = Math.min(options.width, WIDEST);
  const unreadable = answer.unreadable.map(
    (problem) => `${markSymbol(problem.lost ? 'bad' : 'warn', style)} ${escapeLine(problemText(problem))}`,
  );
  const lines =
    answer.dependencies !== undefined
      ? tree(answer, answer.dependencies, style, width)
      : answer.impact !== undefined
        ? impact(answer.impact, style, width)
        : whole(answer, style, width);
  return `${[...unreadable, ...lines].join('\n')}\n`;
};

function whole(answer: GraphAnswer, style: Style, width: number): string[] {
  const groups = grouped(answer.dangling);
  const rest = groups.slice(SHOWN).reduce((count, group) => count + group.length, 0);
  return [
    verdict(answer, style),
    ...answer.cycles.slice(0, CYCLES).flatMap((cycle) => cycleLines(cycle, style, width)),
    ...(answer.cycles.length > CYCLES
      ? [`  and ${answer.cycles.length - CYCLES} more loops: -o json lists all`]
      : []),
    ...groups.slice(0, SHOWN).flatMap((group) => brokenLines(group, style, width)),
    ...(rest === 0 ? [] : [`  and ${rest} more broken references: -o json lists all`]),
    ...counts('kinds', answer.nodes.filter(({ state }) => state === 'there').map(kindText), width, style),
    ...counts(
      'refs',
      answer.edges.map(({ relation }) => relation),
      width,
      style,
    ),
  ];
}

function kindText({ kind }: { readonly kind: string }): string {
  return kind === 'GatewayApiGateway' ? 'Kubernetes Gateway' : kind;
}

function verdict({ cycles, dangling, nodes, edges, target, unreadable }: GraphAnswer, style: Style): string {
  const loops = cycles.filter(({ level }) => level === 'error').length;
  const errors = dangling.filter(({ level }) => level === 'error').length;
  const isLost = unreadable.some(({ lost }) => lost);
  const mark = loops + errors > 0 || isLost ? 'bad' : dangling.length > 0 ? 'warn' : 'good';
  const parts = [...counted(loops, 'loop'), ...counted(dangling.length, 'broken reference')];
  const said = parts.length === 0 ? 'no loops, no broken references' : parts.join(', ');
  const there = nodes.filter(({ state }) => state === 'there').length;
  const rest = [...counted(there, 'object'), ...counted(edges.length, 'reference')].join(' · ');
  return `${markSymbol(mark, style)} ${said} in ${escapeLine(target)}  ${style.faint(rest)}`;
}

function cycleLines(cycle: ShownCycle, style: Style, width: number): string[] {
  const mark = markSymbol(cycle.level === 'error' ? 'bad' : 'plain', style);
  const rest = cycle.steps.length - STEPS;
  return [
    `${mark} ${style.strong(cycle.title)}`,
    ...cycle.steps
      .slice(0, STEPS)
      .flatMap(({ from, to, place }) =>
        placedLine(`  ${nodeText(from)} → ${nodeText(to)}`, placeText(place), width, style, 4),
      ),
    ...(rest > 0 ? [`  and ${rest} more steps, back to the first: -o json lists all`] : []),
    ...labelledLines('why', sentence(cycle.why), width, style),
    ...(cycle.fix === undefined ? [] : labelledLines('fix', sentence(cycle.fix), width, style)),
  ];
}

/** References of one kind to one missing thing stand together. */
function grouped(references: readonly BrokenReference[]): readonly (readonly BrokenReference[])[] {
  const groups = new Map<string, BrokenReference[]>();
  for (const one of references) {
    const key = [one.level, one.relation, one.to, one.what, one.why].join('\u0000');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

function brokenLines(group: readonly BrokenReference[], style: Style, width: number): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const mark = markSymbol(first.level === 'error' ? 'bad' : 'warn', style);
  const others = group.slice(1).map(({ from, place }) => `${nodeText(from)} (${placeText(place)})`);
  const more = others.length > ALSO ? [`and ${others.length - ALSO} more`] : [];
  return [
    ...placedLine(`${mark} ${style.strong(nodeText(first.from))}`, placeText(first.place), width, style),
    ...labelledLines('what', `${first.relation} ${first.written}: ${first.what}`, width, style),
    ...labelledLines('why', sentence(first.why), width, style),
    ...(first.near.length === 0 ? [] : labelledLines('near', first.near.join(', '), width, style)),
    ...(others.length === 0
      ? []
      : labelledLines('also', [...others.slice(0, ALSO), ...more].join(', '), width, style)),
  ];
}

function counts(label: string, words: readonly string[], width: number, style: Style): string[] {
  const byWord = new Map<string, number>();
  for (const word of words) byWord.set(word, (byWord.get(word) ?? 0) + 1);
  const sorted = [...byWord].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  if (sorted.length === 0) return [];
  return labelledLines(label, sorted.map(([word, count]) => `${word} ${count}`).join(', '), width, style);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
