import type { LineColumn } from '../../util/json-position.ts';

/**
 * Lines and columns of offsets in a text, both from 1. Lines end as YAML ends them: line feed, carriage return, or both.
 * The index is made when it is first asked for, as most files need none.
 */
export class LineIndex {
  private starts: number[] | undefined;

  constructor(private readonly text: string) {}

  at(offset: number): LineColumn {
    this.starts ??= lineStarts(this.text);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

function lineStarts(text: string): number[] {
  // A byte order mark is no character of the first line.
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
  const breaks = /\r\n?|\n/g;
  while (breaks.exec(text) !== null) starts.push(breaks.lastIndex);
  return starts;
}
