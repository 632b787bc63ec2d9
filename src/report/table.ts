import Table from 'cli-table3';
import { escapeLine } from '../util/text.ts';
import { largeTable, type ReadyCell } from './large-table.ts';
import { styleFor } from './style.ts';

/** How a table is drawn: colours, and the columns at hand (`Infinity`: nothing is cut). */
export interface TableLayout {
  readonly color: boolean;
  readonly width: number;
  /** Spaces in front of every line; 0 by default. */
  readonly indent?: number;
}

/** A cell: plain text (control characters are shown, not sent), or text with a paint function for its colour. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/**
 * Our own tables: a bold header (left out when `header` is empty), two spaces between columns, no borders, no
 * trailing blanks. On a terminal that is too narrow the last column is cut with `…`; piped output is never cut.
 */
export function alignedTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  layout: TableLayout,
): string {
  const style = styleFor(layout.color);
  if (rows.length > LARGE) return alignedLargeTable(header, rows, layout);
  const table = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  if (header.length > 0) table.push(header.map((name) => style.strong(name)));
  const budget = lastColumnBudget(header, rows, layout);
  for (const row of rows) {
    table.push(row.map((cell, index) => readyCell(cell, index === row.length - 1 ? budget : Infinity).text));
  }
  const indent = ' '.repeat(layout.indent ?? 0);
  const text = rows.length === 0 && header.length === 0 ? '' : table.toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${indent}${trimEnd(line)}\n`)
    .join('');
}

/** Rows from which the table is laid out by ourselves: the library's time grows to seconds. */
const LARGE = 200;

function alignedLargeTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  layout: TableLayout,
): string {
  const style = styleFor(layout.color);
  const budget = lastColumnBudget(header, rows, layout);
  const head = header.map((name) => ({ text: style.strong(name), width: name.length }));
  const body = rows.map((row) =>
    row.map((cell, index) => readyCell(cell, index === row.length - 1 ? budget : Infinity)),
  );
  return largeTable(header.length > 0 ? [head, ...body] : body, ' '.repeat(layout.indent ?? 0));
}

function readyCell(cell: Cell, budget: number): ReadyCell {
  const plain = escapeLine(typeof cell === 'string' ? cell : cell.text);
  const cut = plain.length > budget ? `${plain.slice(0, Math.max(0, budget - 1))}…` : plain;
  return { text: typeof cell === 'string' ? cut : cell.paint(cut), width: cut.length };
}

function lastColumnBudget(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  layout: TableLayout,
): number {
  if (!Number.isFinite(layout.width)) return Infinity;
  const columns = rows.reduce((most, row) => Math.max(most, row.length), header.length);
  let used = layout.indent ?? 0;
  for (let column = 0; column < columns - 1; column++) {
    const widest = rows.reduce((most, row) => Math.max(most, cellLength(row[column])), 0);
    used += Math.max(header[column]?.length ?? 0, widest) + 2;
  }
  return Math.max(12, layout.width - used);
}

function cellLength(cell: Cell | undefined): number {
  if (cell === undefined) return 0;
  return escapeLine(typeof cell === 'string' ? cell : cell.text).length;
}

/** Trailing blanks go, also in front of a colour reset at the end of the line. */
function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ') end--;
  const reset = COLOUR_AT_END.exec(line.slice(Math.max(0, end - 32), end))?.[0] ?? '';
  let start = end - reset.length;
  while (start > 0 && line[start - 1] === ' ') start--;
  return line.slice(0, start) + reset;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: matches the colour codes that chalk writes
const COLOUR_AT_END = /(?:\u001b\[[0-9;]*m)+$/;
