import Table from 'cli-table3';
import {
  type Cell,
  hasOverlongCell,
  lastColumnBudget,
  longTable,
  readyCell,
  type TableLayout,
} from './long-table.ts';
import { styleFor } from './style.ts';

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
 * A short table, of a length that does not grow with the mesh: a bold header (left out when `header` is empty), two
 * spaces between columns, no borders, no trailing blanks. On a terminal that is too narrow the last column is cut
 * with `…`; piped output is never cut. The library's time grows to seconds with thousands of rows: see `longTable`.
 */
export function alignedTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  layout: TableLayout,
): string {
  // The library pads every row to the widest cell.
  if (hasOverlongCell(rows)) return longTable(header, rows, layout);
  const style = styleFor(layout.color);
  const table = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  if (header.length > 0) table.push(header.map((name) => style.strong(name)));
  const budget = lastColumnBudget(header, rows, layout);
  for (const row of rows) {
    const cells = row.map((cell, index) => readyCell(cell, index === row.length - 1 ? budget : Infinity));
    table.push(cells.map((cell) => (typeof cell === 'string' ? cell : cell.text)));
  }
  const indent = ' '.repeat(layout.indent ?? 0);
  const text = rows.length === 0 && header.length === 0 ? '' : table.toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${indent}${trimEnd(line)}\n`)
    .join('');
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
