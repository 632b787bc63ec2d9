import { withoutSecrets } from '../envoy/redact.ts';
import { goJson } from '../envoy/schema/go-json.ts';
import { escapeInQuotes } from '../util/text.ts';
import type { Reporter } from './reporter.ts';

/**
 * A value without its secrets as JSON text with a newline at the end. Characters that steer a terminal are written as `\uNNNN`, which
 * means the same to every JSON reader.
 */
export function jsonText(value: unknown, indent = 2): string {
  return `${escapeInQuotes(stringify(withoutSecrets(value), indent))}\n`;
}

/** The value without its secrets as YAML's writer and others can take it: of JSON's types alone, and nested no deeper than they can go. */
export function plainJson(value: unknown): unknown {
  return JSON.parse(stringify(withoutSecrets(value), 0));
}

/** What is nested too deeply for the engine is cut off, with a note in its place. */
function stringify(value: unknown, indent: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? 'null';
  } catch (error) {
    if (error instanceof RangeError) return goJson(value, indent);
    throw error;
  }
}

/** Reports an answer as the JSON of itself. */
export const json: Reporter<unknown> = (answer) => jsonText(answer);
