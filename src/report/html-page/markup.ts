import { escapeControl, escapeLine } from '../../util/text.ts';

/** A piece of a page: text in which everything that came from outside is escaped. Made by `markup` alone. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What a piece of a page is made of; nothing stands for `undefined`. */
export type Part = Markup | string | number | undefined | readonly Part[];

/**
 * A piece of a page. Whatever stands in `${}` is text and is escaped, also inside of an attribute's quotes; only other
 * pieces go in as they are.
 */
export function markup(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const texts = pieces.map((piece, index) => (index === 0 ? piece : `${written(parts[index - 1])}${piece}`));
  return new Markup(texts.join(''));
}

/** A text of several lines: its line breaks stay, everything else is escaped. */
export function lines(text: string): Markup {
  return new Markup(escaped(escapeControl(text)));
}

/** A name with parts: lines may break behind a slash. */
export function breakable(name: string): Markup {
  return new Markup(written(name).replaceAll('/', '/<wbr>'));
}

/** A text of our own that is a piece of a page already, such as a part of it in a file. */
export function asIs(text: string): Markup {
  return new Markup(text);
}

function written(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(written).join('');
  return escaped(escapeLine(String(part)));
}

function escaped(text: string): string {
  return text.replace(/[<>&"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}
