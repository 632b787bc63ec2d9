/** Colour codes take no room on the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matches the colour codes that chalk writes
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Columns that a line takes on a terminal. */
export function shownWidth(line: string): number {
  return line.replace(COLOUR, '').length;
}

/**
 * `text` in lines of at most `width` columns behind `indent` spaces (`hang` from the second line on), broken between
 * words; a word that is longer than a line is broken where the line ends. With an infinite width it is one line.
 */
export function wrapWords(text: string, width: number, indent = 0, hang = indent): string[] {
  const lines: string[] = [];
  const depth = (): number => (lines.length === 0 ? indent : hang);
  const room = (): number => Math.max(1, width - depth());
  const end = (line: string): void => {
    lines.push(' '.repeat(depth()) + line);
  };
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && shownWidth(line) + 1 + shownWidth(word) > room()) {
      end(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (shownWidth(line) > room()) {
      const cut = lengthOf(line, room());
      end(line.slice(0, cut));
      line = line.slice(cut);
    }
  }
  if (line !== '' || lines.length === 0) end(line);
  return lines;
}

/** How many characters of `text`, colour codes included, take `columns` columns. */
function lengthOf(text: string, columns: number): number {
  let shown = 0;
  let at = 0;
  for (const match of text.matchAll(COLOUR)) {
    const plain = match.index - at;
    if (shown + plain >= columns) break;
    shown += plain;
    at = match.index + match[0].length;
  }
  return at + (columns - shown);
}

/** Every line of `text` within `width` columns: what is wrapped stands two columns deeper than its beginning. */
export function wrapLines(text: string, width: number): string {
  if (!Number.isFinite(width)) return text;
  return text
    .split('\n')
    .flatMap((line) => {
      if (shownWidth(line) <= width) return [line];
      const indent = /^ */.exec(line)?.[0].length ?? 0;
      const deepest = Math.max(0, width - 8);
      return wrapWords(line.slice(indent), width, Math.min(indent, deepest), Math.min(indent + 2, deepest));
    })
    .join('\n');
}
