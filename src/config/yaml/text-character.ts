/**
 * Offset of a character of the text that a scalar at `start` stands for. A scalar that is folded, escaped or goes over
 * several lines without being a block has the offset of its beginning.
 */
export function characterOffset(source: string, start: number, index: number): number {
  const sign = source[start];
  if (sign === '|') return inBlock(source, start, index);
  if (sign === '>') return start;
  const isQuoted = sign === '"' || sign === "'";
  const first = isQuoted ? start + 1 : start;
  const before = source.slice(first, first + index);
  // An escape, a doubled quote or the end of a line: from there on they no longer count alike.
  const isPlain = isQuoted ? !/[\\\r\n']/.test(before) : !/[\r\n]/.test(before);
  return isPlain || (sign === '"' && !/[\\\r\n]/.test(before)) ? first + index : start;
}

/** The lines behind `|` are those of the text, all indented alike. */
function inBlock(source: string, start: number, index: number): number {
  let line = source.indexOf('\n', start) + 1;
  const body = source.slice(line);
  const indent = /^(?:[ \t]*\r?\n)*( *)/.exec(body)?.[1]?.length ?? 0;
  let left = index;
  for (;;) {
    const end = source.indexOf('\n', line);
    const stop = end < 0 ? source.length : end;
    const length = Math.max(0, stop - line - indent);
    if (left <= length || end < 0) return Math.min(line + indent + left, stop);
    left -= length + 1;
    line = end + 1;
  }
}
