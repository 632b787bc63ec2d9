import { isIPv4, isIPv6 } from 'node:net';
import { type LinearRegexp, linearRegexp } from '../../util/linear-regexp.ts';
import type { Schema } from './structural.ts';

type Say = (text: string) => void;

/** Judges a number by its bounds. */
export function judgeNumber(schema: Schema, value: number, say: Say): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = schema;
  if (typeof minimum === 'number' && (exclusiveMinimum === true ? value <= minimum : value < minimum))
    say(`it must be ${exclusiveMinimum === true ? 'greater than' : 'at least'} ${minimum}`);
  if (typeof maximum === 'number' && (exclusiveMaximum === true ? value >= maximum : value > maximum))
    say(`it must be ${exclusiveMaximum === true ? 'less than' : 'no more than'} ${maximum}`);
  if (typeof multipleOf === 'number' && multipleOf > 0 && !Number.isInteger(value / multipleOf))
    say(`it must be a multiple of ${multipleOf}`);
  if (format === 'int32' && Math.abs(value + 0.5) > 2 ** 31) say('it does not fit into 32 bits');
}

/** The formats of texts that the API server knows and CRDs of a mesh use; it passes over those that it does not know. */
const FORMATS: Readonly<Record<string, readonly [(text: string) => boolean, string]>> = {
  'date-time': [(text) => /^\d{4}-\d\d-\d\d[Tt]/.test(text) && !Number.isNaN(Date.parse(text)), 'a time'],
  byte: [(text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, 'text in base64'],
  ipv4: [isIPv4, 'an IPv4 address'],
  ipv6: [isIPv6, 'an IPv6 address'],
};

/** Judges a text by its length, pattern and format. */
export function judgeText(schema: Schema, text: string, say: Say): void {
  const { minLength, maxLength, pattern, format } = schema;
  const length = typeof minLength === 'number' || typeof maxLength === 'number' ? [...text].length : 0;
  if (typeof minLength === 'number' && length < minLength)
    say(length === 0 ? 'it must not be empty' : `it must have at least ${minLength} characters`);
  if (typeof maxLength === 'number' && length > maxLength)
    say(`it has ${length} characters, and may have ${maxLength} at the most`);
  if (typeof pattern === 'string' && compiled(pattern)?.test(text) === false)
    say(`"${text.slice(0, 60)}" does not match ${pattern}`);
  const known = typeof format === 'string' && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (known !== undefined && !known[0](text)) say(`it must be ${known[1]}`);
}

const PATTERNS = new Map<string, LinearRegexp | undefined>();

/** A pattern in RE2's syntax, searched for in linear time; `undefined` when it is none, which is then not judged. */
function compiled(pattern: string): LinearRegexp | undefined {
  if (!PATTERNS.has(pattern)) PATTERNS.set(pattern, tryCompile(pattern));
  return PATTERNS.get(pattern);
}

function tryCompile(pattern: string): LinearRegexp | undefined {
  try {
    return linearRegexp(pattern);
  } catch {
    return undefined;
  }
}
