import { escapeInQuotes } from '../../util/text.ts';
import { compareKeys } from './sorted-map.ts';

const HTML: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
};

/** Values nested deeper than this are replaced by a note, so that no input can exhaust the stack. */
const MAX_TEXT_DEPTH = 1000;
const TOO_DEEP = '"(nested too deeply to be shown)"';

/**
 * JSON text as Go's encoding/json indents it: that of `JSON.stringify`, with `<`, `>`, `&`, U+2028 and U+2029 escaped.
 * So are, unlike there, the characters that steer a terminal.
 * Objects with names that are integers are maps, so their keys are put in Go's order. Never throws.
 */
export function goJson(value: unknown, indent = 4): string {
  const text = nativeText(value, indent);
  const suits = text !== undefined && !/^\s*"\d+": /m.test(text);
  return escapeHtml(suits ? text : plainText(value, ' '.repeat(indent), '', 0));
}

/** A scalar (or any value on one line) as Go's encoding/json writes it. */
export function goScalar(value: unknown): string {
  return escapeHtml(nativeText(value, 0) ?? TOO_DEEP);
}

/** `goJson` of a value inside other text: its lines after the first begin at indentation `base`. */
export function goJsonAt(value: unknown, step: string, base: string): string {
  return escapeHtml(plainText(value, step, base, 0));
}

/** The engine's own JSON text; `undefined` when the value is nested too deeply for it. */
function nativeText(value: unknown, indent: number): string | undefined {
  try {
    return JSON.stringify(value, undefined, indent) ?? 'null';
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** As `goJson`, unescaped, for a value that stands at indentation `base`. */
function plainText(value: unknown, step: string, base: string, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth > MAX_TEXT_DEPTH) return TOO_DEEP;
  const inner = base + step;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + plainText(item, step, inner, depth + 1)).join(',\n')}\n${base}]`;
  }
  const members = Object.entries(value);
  if (members.length === 0) return '{}';
  if (/^\d+$/.test(members[0]?.[0] ?? '')) members.sort(([a], [b]) => compareKeys(a, b));
  const lines = members.map(
    ([key, member]) => `${inner}${JSON.stringify(key)}: ${plainText(member, step, inner, depth + 1)}`,
  );
  return `{\n${lines.join(',\n')}\n${base}}`;
}

function escapeHtml(text: string): string {
  return escapeInQuotes(text.replace(/[<>&]/g, (char) => HTML[char] ?? char));
}
