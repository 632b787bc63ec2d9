import { escapeInQuotes } from '../util/text.ts';
import type { Reporter } from './reporter.ts';

/**
 * A value as JSON text with a newline at the end. Characters that steer a terminal are written as `\uNNNN`, which
 * means the same to every JSON reader.
 */
export function jsonText(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  return `${escapeInQuotes(text)}\n`;
}

/** Reports an answer as the JSON of itself. */
export const json: Reporter<unknown> = (answer) => jsonText(answer);
