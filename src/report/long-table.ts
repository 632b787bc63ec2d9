import { escapeLine } from '../util/text.ts';
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

/**
 * The widest that a column is padded to: a longer cell pushes only its own row out of line, so that one name of
 * thousands of characters does not fill every row with blanks.
 */
const WIDEST_COLUMN = 100;

/** Whether a cell is wider than a column is padded to. */
export function hasOverlongCell(rows: readonly (readonly Cell[])[]): boolean {
  return rows.some((row) => row.some((cell) => cellLength(cell) > WIDEST_COLUMN));
}

/**
 * A table that grows with the mesh, of thousands of rows perhaps: a bold header (left out when `header` is empty), two
 * spaces between columns, no borders, no trailing blanks. On a terminal that is too narrow the last column is cut
 * with `…`; piped output is never cut. Same text as `alignedTable`, in a hundredth of its time at this size.
 */
export function longTable(
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
  return joinRows(header.length > 0 ? [head, ...body] : body, ' '.repeat(layout.indent ?? 0));
}

/** A cell that is ready to print: plain text, or text with colours and its width on the terminal without them. */
export type ReadyCell = string | { readonly text: string; readonly width: number };

/** A cell with its control characters shown, cut to `budget` columns, and painted. */
export function readyCell(cell: Cell, budget: number): ReadyCell {
  const plain = escapeLine(typeof cell === 'string' ? cell : cell.text);
  const cut = plain.length > budget ? `${plain.slice(0, Math.max(0, budget - 1))}…` : plain;
  return typeof cell === 'string' ? cut : { text: cell.paint(cut), width: cut.length };
}

/** Columns that the last column may take; `Infinity` when nothing is cut. */
export function lastColumnBudget(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  layout: TableLayout,
): number {
  if (!Number.isFinite(layout.width)) return Infinity;
  const columns = rows.reduce((most, row) => Math.max(most, row.length), header.length);
  let used = layout.indent ?? 0;
  for (let column = 0; column < columns - 1; column++) {
    const widest = rows.reduce((most, row) => Math.max(most, cellLength(row[column])), 0);
    used += Math.min(WIDEST_COLUMN, Math.max(header[column]?.length ?? 0, widest)) + 2;
  }
  return Math.max(12, layout.width - used);
}

function cellLength(cell: Cell | undefined): number {
  if (cell === undefined) return 0;
  return escapeLine(typeof cell === 'string' ? cell : cell.text).length;
}

function widthOf(cell: ReadyCell): number {
  return typeof cell === 'string' ? cell.length : cell.width;
}

function joinRows(rows: readonly (readonly ReadyCell[])[], indent: string): string {
  const widths = columnWidths(rows);
  const blanks = ' '.repeat(WIDEST_COLUMN + 2);
  let text = '';
  for (const row of rows) {
    let last = row.length - 1;
    while (last >= 0 && widthOf(row[last] ?? '') === 0) last--;
    let line = indent;
    for (let column = 0; column <= last; column++) {
      const cell = row[column] ?? '';
      line += typeof cell === 'string' ? cell : cell.text;
      if (column < last) line += blanks.slice(0, Math.max(0, (widths[column] ?? 0) - widthOf(cell)) + 2);
    }
    text += `${line.endsWith(' ') ? line.trimEnd() : line}\n`;
  }
  return text;
}

function columnWidths(rows: readonly (readonly ReadyCell[])[]): number[] {
  // The library gives an empty column a width of one.
  const widths: number[] = [];
  for (const row of rows) {
    for (let column = 0; column < row.length; column++) {
      const width = Math.min(WIDEST_COLUMN, Math.max(1, widthOf(row[column] ?? '')));
      if (width > (widths[column] ?? 0)) widths[column] = width;
    }
  }
  return widths;
}
