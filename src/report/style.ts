import { Chalk, type ChalkInstance } from 'chalk';

/** The few styles that our texts use; with `color` off every one of them returns its text unchanged. */
export interface Style {
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly good: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const PLAIN = styleOf(0);
const COLOURED = styleOf(1);

/** The styles for a report. Level 1 (16 colours) so that every terminal and theme shows them. */
export function styleFor(color: boolean): Style {
  return color ? COLOURED : PLAIN;
}

function styleOf(level: 0 | 1): Style {
  const chalk: ChalkInstance = new Chalk({ level });
  return { bad: chalk.red, warn: chalk.yellow, good: chalk.green, strong: chalk.bold, faint: chalk.dim };
}

/** The mark in front of a line: `✖` broken, `!` worth a look, `✔` fine, `?` unknown, `·` plain. */
export type Mark = 'bad' | 'warn' | 'good' | 'unknown' | 'plain';

const SYMBOL: Record<Mark, string> = { bad: '✖', warn: '!', good: '✔', unknown: '?', plain: '·' };

/** The coloured symbol of a mark. */
export function markSymbol(mark: Mark, style: Style): string {
  const symbol = SYMBOL[mark];
  if (mark === 'bad') return style.bad(symbol);
  if (mark === 'warn' || mark === 'unknown') return style.warn(symbol);
  return mark === 'good' ? style.good(symbol) : style.faint(symbol);
}

/** A table cell that holds a mark alone; empty for `plain`. */
export function markCell(mark: Mark, style: Style): string | { text: string; paint: () => string } {
  return mark === 'plain' ? '' : { text: SYMBOL[mark], paint: () => markSymbol(mark, style) };
}

/** A mark's symbol without colour. */
export function plainMark(mark: Mark): string {
  return SYMBOL[mark];
}
