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
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.width);
  }
  const lines: string[] = [];
  for (const row of rows) {
    const last = row.findLastIndex((cell) => cell.width > 0);
    let line = indent;
    for (let column = 0; column <= last; column++) {
      const cell = row[column];
      if (cell === undefined) continue;
      line +=
        column === last ? cell.text : `${cell.text}${' '.repeat((widths[column] ?? 0) - cell.width + 2)}`;
    }
    lines.push(line.trimEnd());
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
