import type { OnSecret } from './mark.ts';
import { redactJson } from './redact-json.ts';
import { redactText } from './redact-text.ts';

/** A file may be this large to be looked through by its structure; a larger one may not be kept. */
export const MOST_REDACTED_BYTES = 64 * 1024 * 1024;

const PEM_LINES =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\s\S]){0,20000}-----END [A-Z0-9 ]*-----/g;

/**
 * The bytes of a file of a recording without its secrets; the same bytes when it holds none. JSON is looked through by
 * its structure, everything else line by line. Throws `RangeError` for a file of more than `MOST_REDACTED_BYTES`.
 */
export function redactFile(path: string, bytes: Uint8Array, onSecret: OnSecret = () => {}): Uint8Array {
  if (bytes.byteLength > MOST_REDACTED_BYTES) throw new RangeError(`${path} is too large to be redacted`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const clean = /\.json$/.test(path) ? redactDocument(text, onSecret) : redactLines(text, onSecret);
  return clean === text ? bytes : Buffer.from(clean, 'utf8');
}

function redactDocument(text: string, onSecret: OnSecret): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return redactLines(text, onSecret);
  }
  const clean = redactJson(value, onSecret);
  if (clean === value) return text;
  return `${JSON.stringify(clean, null, text.includes('\n ') ? 1 : 0)}\n`;
}

/** What only lines with a secret hold, in lower case: the many others are passed over. */
const LINE_HINT =
  /passw|passph|secret|token|key|credential|authori|cookie|bearer|basic|:\/\/[^\s/]*@|ey[ja]|ewog|ls0tls1|zxlk|gh[pousr]_|glpat|xox|aiza|ya29|hvs\.|sig=/i;

function redactLines(text: string, onSecret: OnSecret): string {
  if (!LINE_HINT.test(text)) return text;
  const whole = text.includes('PRIVATE KEY-')
    ? text.replace(PEM_LINES, (pem) => redactText(pem, onSecret))
    : text;
  const lines = whole.split('\n');
  let changed = whole !== text;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (!LINE_HINT.test(line)) continue;
    const clean = redactLine(line, onSecret);
    if (clean === line) continue;
    lines[index] = clean;
    changed = true;
  }
  return changed ? lines.join('\n') : text;
}

/** A line of a log, which may be JSON as a whole. */
function redactLine(line: string, onSecret: OnSecret): string {
  if (!/^\s*\{.*\}\s*$/.test(line)) return redactText(line, onSecret);
  try {
    const value: unknown = JSON.parse(line);
    const clean = redactJson(value, onSecret);
    return clean === value ? line : JSON.stringify(clean);
  } catch {
    return redactText(line, onSecret);
  }
}
