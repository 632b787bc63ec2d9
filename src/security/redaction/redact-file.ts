import { SECRET_FIELD_HINTS } from '../../envoy/secret-fields.ts';
import { tooManyValues } from '../../util/json-cost.ts';
import { hasSecretName } from '../../util/secret-names.ts';
import { PEM_BEGIN, PEM_END, SECRET_HINT } from '../../util/secret-text.ts';
import type { OnSecret } from './mark.ts';
import { redactJson } from './redact-json.ts';
import { redactKeyLines } from './redact-key-lines.ts';
import { inEncoded, mayHoldSecret, redactText } from './redact-text.ts';
import { redactYamlValues } from './redact-yaml-values.ts';

/** A file may be this large to be looked through by its structure; a larger one may not be kept. */
export const MOST_REDACTED_BYTES = 64 * 1024 * 1024;

const PEM_LINES = new RegExp(`${PEM_BEGIN}(?:(?!-{4})[\\s\\S]){0,20000}${PEM_END}`, 'g');

/** What is done to a file after its secrets were taken out: in JSON by its structure, in all else as a text. */
export interface RedactionPass {
  readonly json: (value: unknown) => unknown;
  readonly text: (text: string) => string;
}

/**
 * The bytes of a file of a recording without its secrets; the same bytes when it holds none. JSON is looked through by
 * its structure, everything else line by line. `passes` come after that, in their order. Throws `RangeError` for a file
 * of more than `MOST_REDACTED_BYTES` or of more values than there is memory for, and for some with a word of many
 * megabytes.
 */
export function redactFile(
  path: string,
  bytes: Uint8Array,
  onSecret: OnSecret = () => {},
  passes: readonly RedactionPass[] = [],
): Uint8Array {
  if (bytes.byteLength > MOST_REDACTED_BYTES) throw new RangeError(`${path} is too large to be redacted`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const isJson = /\.json$/.test(path);
  if (isJson && tooManyValues(text) !== undefined) throw new RangeError(`${path} holds too many values`);
  const value = isJson ? parsed(text) : undefined;
  const clean =
    value === undefined
      ? passes.reduce((before, pass) => pass.text(before), redactLines(text, onSecret))
      : redactDocument(text, value, onSecret, passes);
  return clean === text ? bytes : Buffer.from(clean, 'utf8');
}

function redactDocument(
  text: string,
  value: unknown,
  onSecret: OnSecret,
  passes: readonly RedactionPass[],
): string {
  const clean = passes.reduce((before, pass) => pass.json(before), redactJson(value, onSecret));
  if (clean === value) return text;
  return `${JSON.stringify(clean, null, text.includes('\n ') ? 1 : 0)}\n`;
}

/** The JSON value of a text; `undefined` for what is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What only lines with a secret hold: the many others are passed over. */
function isSuspect(text: string): boolean {
  return SECRET_HINT.test(text) || mayHoldSecret(text);
}

/** What only JSON with a field of secrets holds. */
const FIELD_HINT = new RegExp(`(?:${SECRET_FIELD_HINTS.join('|')})[\\w-]{0,100}\\\\{0,8}"\\s*:`, 'i');

/** A log, or another text of lines, without its secrets; the same text when it holds none. */
export function redactLines(text: string, onSecret: OnSecret = () => {}): string {
  if (!isSuspect(text) && !FIELD_HINT.test(text)) return inEncoded(text, onSecret);
  const pems = /PRIVATE KEY|Static key/.test(text)
    ? text.replace(PEM_LINES, (pem) => redactText(pem, onSecret))
    : text;
  const whole = hasSecretName(pems) ? redactYamlValues(pems, onSecret) : pems;
  return redactKeyLines(whole.split('\n'), onSecret)
    .map((line) => redactLine(line, onSecret))
    .join('\n');
}

/** One line of a log: JSON at its end, or as a whole, is looked through by its structure. */
export function redactLine(line: string, onSecret: OnSecret = () => {}): string {
  const start = line.indexOf('{');
  const isJson = start >= 0 && line.trimEnd().endsWith('}');
  if (!isSuspect(line) && !(isJson && FIELD_HINT.test(line))) return inEncoded(line, onSecret);
  if (!isJson) return redactText(line, onSecret);
  const tail = line.slice(start);
  try {
    const value: unknown = JSON.parse(tail);
    const clean = redactJson(value, onSecret);
    return redactText(line.slice(0, start), onSecret) + (clean === value ? tail : JSON.stringify(clean));
  } catch {
    return redactText(line, onSecret);
  }
}
