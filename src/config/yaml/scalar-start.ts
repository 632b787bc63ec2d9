import { SCALAR_STYLE, type ScalarEvent } from 'js-yaml';

/**
 * Offset at which a scalar begins for a reader: of a quoted one the quote, of a block its sign (`|`, `>`); its tag or
 * anchor when it is empty, and 0 when it has neither.
 */
export function scalarStart(source: string, event: ScalarEvent): number {
  const { style, valueStart, tagStart, anchorStart } = event;
  if (valueStart < 0) return Math.max(0, tagStart, anchorStart - 1);
  if (style === SCALAR_STYLE.PLAIN) return valueStart;
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueStart - 1;
  // The text of a block begins on the line behind its sign.
  const head = source.slice(0, valueStart).trimEnd();
  const line = head.slice(lineStart(head, head.length));
  const sign = BLOCK_SIGN.exec(line);
  return sign === null ? valueStart : head.length - line.length + sign.index + sign[0].indexOf(sign[1] ?? '');
}

/** The sign of a block text at the end of a line. */
const BLOCK_SIGN = /(?:^|[\s:-])([|>])[-+0-9]*[ \t]*(?:#.*)?$/;

/** Whether the line at an offset is the text of a block: the nearest line above that is indented less ends in its sign. */
export function isInBlock(source: string, offset: number): boolean {
  let start = lineStart(source, offset);
  const depth = indentAt(source, start);
  while (start > 0) {
    const end = start - 1;
    start = lineStart(source, end);
    const line = source.slice(start, end).trimEnd();
    if (line !== '' && indentAt(source, start) < depth) return BLOCK_SIGN.test(line);
  }
  return false;
}

/** Offset of the beginning of the line that an offset is in. */
export function lineStart(source: string, offset: number): number {
  if (offset === 0) return 0;
  const feed = source.lastIndexOf('\n', offset - 1);
  // Only what is behind the line feed is searched: else each line would cost the whole text.
  return feed + 1 + source.slice(feed + 1, offset).lastIndexOf('\r') + 1;
}

function indentAt(source: string, start: number): number {
  let at = start;
  while (source[at] === ' ') at++;
  return at - start;
}
