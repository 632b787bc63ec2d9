/** Colour codes take no room on the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matches the colour codes that chalk writes
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Columns that a line takes on a terminal. */
export function shownWidth(line: string): number {
  return line.replace(COLOUR, '').length;
}

/**
 * `text` in lines of at most `width` columns behind `indent` spaces, broken between words; a word that is longer than
 * a line is broken where the line ends. With an infinite width it is one line.
 */
export function wrapWords(text: string, width: number, indent = 0): string[] {
  const room = Math.max(1, width - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && shownWidth(line) + 1 + shownWidth(word) > room) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (shownWidth(line) > room) {
      const end = lengthOf(line, room);
      lines.push(line.slice(0, end));
      line = line.slice(end);
    }
  }
  lines.push(line);
  return lines.filter((one, index) => one !== '' || index === 0).map((one) => ' '.repeat(indent) + one);
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
      const deeper = Math.min(indent + 2, Math.max(0, width - 8));
      const [first = '', ...rest] = wrapWords(line.slice(indent), width, Math.min(indent, deeper));
      // The first line has two columns more than the others: those are laid out anew.
      return [
        first,
        ...(rest.length === 0 ? [] : wrapWords(rest.map((one) => one.trim()).join(' '), width, deeper)),
      ];
    })
    .join('\n');
}
