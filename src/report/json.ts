import type { Reporter } from './reporter.ts';

const UNSAFE = /[\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * A value as JSON text with a newline at the end. Characters that steer a terminal are written as `\uNNNN`, which
 * means the same to every JSON reader.
 */
export function jsonText(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  return `${text.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** Reports an answer as the JSON of itself. */
export const json: Reporter<unknown> = (answer) => jsonText(answer);
