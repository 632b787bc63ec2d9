import { escapeLine, isPlain } from '../util/text.ts';

/**
 * Rows laid out as the reference tool's tables: columns padded with spaces to the widest cell plus `padding`, the
 * last cell of a row bare. Only rows in one unbroken run that have the column share its width (the rule of Go's
 * text/tabwriter), so ragged rows come out as they do there. Control characters in cells are shown, not sent.
 */
export function tabwriterTable(rows: readonly (readonly string[])[], padding: number): string {
  const cells = rows.map((row) => row.map(escapeLine));
  const widths = cells.map((row) => new Array<number>(row.length).fill(0));
  const columns = cells.reduce((most, row) => Math.max(most, row.length - 1), 0);
  for (let column = 0; column < columns; column++) setColumnWidths(cells, widths, column, padding);
  const lines = cells.map((row, index) =>
    row
      .map((cell, column) => (column < row.length - 1 ? pad(cell, widths[index]?.[column] ?? 0) : cell))
      .join(''),
  );
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function setColumnWidths(cells: string[][], widths: number[][], column: number, padding: number): void {
  let start = 0;
  while (start < cells.length) {
    if (!hasTerminatedCell(cells[start], column)) {
      start++;
      continue;
    }
    let end = start;
    let width = 0;
    while (end < cells.length && hasTerminatedCell(cells[end], column)) {
      width = Math.max(width, runeCount(cells[end]?.[column] ?? ''));
      end++;
    }
    for (let row = start; row < end; row++) {
      const rowWidths = widths[row];
      if (rowWidths) rowWidths[column] = width + padding;
    }
    start = end;
  }
}

/** Whether the row's cell in `column` is followed by another cell: only then does it take part in the column. */
function hasTerminatedCell(row: readonly string[] | undefined, column: number): boolean {
  return row !== undefined && row.length - 1 > column;
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - runeCount(cell)));
}

function runeCount(text: string): number {
  if (isPlain(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}
