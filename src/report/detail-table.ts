import { escapeLine } from '../util/text.ts';
import { type Cell, longTable, type TableLayout } from './long-table.ts';
import { shownWidth, wrapWords } from './wrap.ts';

/** A row of short cells and a text that may be long. */
export interface DetailRow {
  readonly cells: readonly Cell[];
  readonly detail: string;
}

/** Below this many columns no text of a sentence stands beside the other cells. */
const LEAST_DETAIL = 16;
const INDENT = 4;

/**
 * A table whose last column is a sentence. Piped, and where all fits, one line a row. On a terminal a detail that does
 * not fit beside its row stands whole on lines of its own below it; where not even the other cells fit, each of them
 * does. No line is wider than the terminal.
 */
export function detailTable(
  header: readonly string[],
  rows: readonly DetailRow[],
  layout: TableLayout,
): string {
  const whole = rows.map(({ cells, detail }) => [...cells, detail]);
  if (!Number.isFinite(layout.width)) return longTable([...header, 'DETAIL'], whole, layout);
  const short = longTable(
    header,
    rows.map(({ cells }) => [...cells]),
    layout,
  )
    .split('\n')
    .slice(0, -1);
  const used = Math.max(0, ...short.map(shownWidth));
  if (used > layout.width) return rows.map((row) => stacked(row, layout)).join('');
  const room = layout.width - used - 2;
  const fits = ({ detail }: DetailRow): boolean => room >= LEAST_DETAIL && escapeLine(detail).length <= room;
  if (rows.every(fits)) return longTable([...header, 'DETAIL'], whole, layout);
  const beside = rows.map((row) => [...row.cells, fits(row) ? row.detail : '']);
  const names = room >= LEAST_DETAIL ? [...header, 'DETAIL'] : header;
  const [head = '', ...lines] = longTable(names, beside, layout).split('\n').slice(0, -1);
  const text = lines.flatMap((line, index) => {
    const row = rows[index];
    return row === undefined || fits(row) ? [line] : [line, ...below(row.detail, layout.width)];
  });
  return `${[head, ...text].join('\n')}\n`;
}

function below(detail: string, width: number): string[] {
  return detail === '' ? [] : wrapWords(escapeLine(detail), width, INDENT);
}

/** The name on lines of its own, then the other cells, then the detail. */
function stacked({ cells: [name = '', ...others], detail }: DetailRow, { width }: TableLayout): string {
  const shown = others.map(plainText).filter((text) => text !== '' && text !== '-');
  const lines = [
    ...wrapWords(paintedText(name), width),
    ...wrapWords(shown.join('  '), width, INDENT).filter((line) => line.trim() !== ''),
    ...below(detail, width),
  ];
  return `${lines.join('\n')}\n`;
}

function plainText(cell: Cell): string {
  return escapeLine(typeof cell === 'string' ? cell : cell.text);
}

function paintedText(cell: Cell): string {
  return typeof cell === 'string' ? escapeLine(cell) : cell.paint(escapeLine(cell.text));
}
