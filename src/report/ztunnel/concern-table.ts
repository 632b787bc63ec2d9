import { type Concern, worstFirst } from '../../answers/concern.ts';
import { escapeLine } from '../../util/text.ts';
import { detailTable } from '../detail-table.ts';
import { type Cell, longTable } from '../long-table.ts';
import { countLine } from '../proxy-config/count-line.ts';
import type { ReportOptions } from '../reporter.ts';
import { type Mark, markSymbol, plainMark, type Style, styleFor } from '../style.ts';
import { shownWidth, wrapLines } from '../wrap.ts';

/** A list of things some of which have a concern. */
export interface ConcernTable {
  /** What one of them is called, such as `workload`. */
  readonly noun: string;
  readonly header: readonly string[];
  readonly rows: readonly { readonly cells: readonly string[]; readonly concern: Concern | undefined }[];
  /** How many there are before filtering. */
  readonly total: number;
  /** How many were judged, where only those with a concern are in `rows`. */
  readonly judged?: number;
  /** What is to be said of all of them in a few words; may be empty. */
  readonly summary: string;
}

/** The verdict, the table with the worst first and why, and how many there are. */
export function concernTable(table: ConcernTable, options: ReportOptions): string {
  const { noun, rows, total, summary } = table;
  if (rows.length === 0) return countLine(noun, 0, total, options);
  const style = styleFor(options.color);
  const verdict = verdictLine(table, style);
  const counts = countLine(noun, rows.length, Math.max(total, rows.length), options).trimEnd();
  const footer = summary === '' ? counts : `${counts}${style.faint(`: ${escapeLine(summary)}`)}`;
  return [verdict, body(table, options, style), footer]
    .map((text) => (text.endsWith('\n') ? text : `${wrapLines(text, options.width)}\n`))
    .join('');
}

function verdictLine({ noun, rows, judged = rows.length }: ConcernTable, style: Style): string {
  const count = (level: Concern['level']): number =>
    rows.filter(({ concern }) => concern?.level === level).length;
  const [bad, warn] = [count('bad'), count('warn')];
  if (bad + warn === 0) return `${markSymbol('good', style)} nothing stands out`;
  const mark = markSymbol(bad > 0 ? 'bad' : 'warn', style);
  if (judged === 1) return `${mark} this ${noun} is ${bad > 0 ? 'broken' : 'worth a look'}`;
  const parts = [bad > 0 ? `${bad} broken` : '', warn > 0 ? `${warn} worth a look` : ''].filter(Boolean);
  return `${mark} ${parts.join(', ')}, of ${judged} ${plural(noun)}`;
}

/** More than one of a noun. */
function plural(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

function body({ header, rows }: ConcernTable, options: ReportOptions, style: Style): string {
  const names = header.map((name, index) => (index === 0 ? `  ${name}` : name));
  const lines = worstFirst(rows).map(({ cells: [name = '', ...others], concern }) => ({
    cells: [marked(concern?.level, name, style), ...others],
    detail: concern?.text ?? '',
  }));
  if (lines.some(({ detail }) => detail !== '')) return detailTable(names, lines, options);
  const text = longTable(
    names,
    lines.map(({ cells }) => cells),
    options,
  );
  // Too wide for the terminal: then each row stands on lines of its own.
  const fits = text.split('\n').every((line) => shownWidth(line) <= options.width);
  return fits ? text : detailTable(names, lines, options);
}

function marked(level: Mark | undefined, text: string, style: Style): Cell {
  if (level === undefined) return `  ${text}`;
  const plain = plainMark(level);
  return {
    text: `${plain} ${text}`,
    paint: (shown) =>
      shown.startsWith(plain) ? markSymbol(level, style) + shown.slice(plain.length) : shown,
  };
}
