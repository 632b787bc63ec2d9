/** A cell that is ready to print: its text with colours, and its width on the terminal without them. */
export interface ReadyCell {
  readonly text: string;
  readonly width: number;
}

/**
 * Lines of a table with two spaces between columns and no trailing blanks, each after `indent`. For tables of
 * thousands of rows, where the table library takes seconds; same text as the library's.
 */
export function largeTable(rows: readonly (readonly ReadyCell[])[], indent: string): string {
  const widths = columnWidths(rows);
  const blanks = ' '.repeat(Math.min(MAX_BLANKS, Math.max(0, ...widths)) + 2);
  let text = '';
  for (const row of rows) {
    let last = row.length - 1;
    while (last >= 0 && (row[last]?.width ?? 0) === 0) last--;
    let line = indent;
    for (let column = 0; column <= last; column++) {
      const cell = row[column] as ReadyCell;
      line += cell.text;
      if (column < last) line += gap(blanks, (widths[column] ?? 0) - cell.width + 2);
    }
    text += `${line.endsWith(' ') ? line.trimEnd() : line}\n`;
  }
  return text;
}

/** Longest run of blanks that is cut from a ready text. */
const MAX_BLANKS = 1000;

function gap(blanks: string, length: number): string {
  return length <= blanks.length ? blanks.slice(0, length) : ' '.repeat(length);
}

function columnWidths(rows: readonly (readonly ReadyCell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (let column = 0; column < row.length; column++) {
      const width = (row[column] as ReadyCell).width;
      if (width > (widths[column] ?? -1)) widths[column] = width;
    }
  }
  return widths;
}
