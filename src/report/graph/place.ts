import type { Place } from '../../answers/graph/graph-answer.ts';
import { escapeLine } from '../../util/text.ts';
import type { Style } from '../style.ts';
import { shownWidth, wrapWords } from '../wrap.ts';

const LABEL = 8;

/** `file:line:column`, or the field where there is no file. */
export function placeText({ file, line, column, path }: Place): string {
  return escapeLine(file === undefined ? path : `${file}:${line ?? 1}:${column ?? 1}`);
}

/** A node as people call it: the Gateways of the two groups are told apart. */
export function nodeText(id: string): string {
  return escapeLine(id.replace(/^GatewayApiGateway /, 'Kubernetes Gateway '));
}

/** A line with a place at its right end, on a line of its own where it does not fit; `depth` is its indent. */
export function placedLine(text: string, place: string, width: number, style: Style, depth = 2): string[] {
  if (place === '') return [text];
  const gap = Math.max(2, width - shownWidth(text) - place.length);
  const line = `${text}${' '.repeat(Number.isFinite(gap) ? gap : 2)}${style.faint(place)}`;
  return shownWidth(line) <= width ? [line] : [text, `${' '.repeat(depth)}${style.faint(place)}`];
}

/** `  why   text`, wrapped behind its label. */
export function labelledLines(label: string, text: string, width: number, style: Style): string[] {
  return wrapWords(escapeLine(text), width, LABEL, LABEL).map((line, index) =>
    index === 0 ? `  ${style.faint(label.padEnd(LABEL - 2))}${line.slice(LABEL)}` : line,
  );
}

/** `1 loop`, `2 loops`; nothing for none. */
export function counted(count: number, word: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : plural(word)}`];
}

function plural(word: string): string {
  return /(x|s|ch)$/.test(word) ? 'es' : 's';
}
