import { escapeLine } from '../../util/text.ts';
import type { Reporter } from '../reporter.ts';
import { markSymbol, type Style, styleFor } from '../style.ts';
import { wrapLines } from '../wrap.ts';
import { type OutlineItem, type OutlineSection, outlineOf } from './outline.ts';
import type { MeshDiffView } from './view.ts';

/** The verdict, what was compared, then each section with what differs, worst first; what is equal is counted. */
export const table: Reporter<MeshDiffView> = (view, { color, width }) => {
  const style = styleFor(color);
  const { mark, verdict, about, sections } = outlineOf(view);
  const lines = [
    `${markSymbol(mark, style)} ${escapeLine(verdict)}`,
    ...about.map((line) => `  ${style.faint(escapeLine(line))}`),
    ...sections.flatMap((section) => sectionLines(section, style)),
  ];
  return `${wrapLines(lines.join('\n'), width)}\n`;
};

function sectionLines({ title, summary, items, more }: OutlineSection, style: Style): readonly string[] {
  const head = summary === '' ? style.strong(title) : `${style.strong(title)}  ${escapeLine(summary)}`;
  const rest = more > 0 ? [`  and ${more} more: --all lists them`] : [];
  return ['', head, ...items.flatMap((item) => itemLines(item, style)), ...rest];
}

function itemLines({ mark, text, details }: OutlineItem, style: Style): readonly string[] {
  return [
    `  ${symbol(mark, style)} ${escapeLine(text)}`,
    ...details.map((detail) => `      ${escapeLine(detail)}`),
  ];
}

function symbol(mark: OutlineItem['mark'], style: Style): string {
  if (mark === '+') return style.good(mark);
  if (mark === '-') return style.bad(mark);
  return mark === '~' ? style.warn(mark) : markSymbol(mark, style);
}
