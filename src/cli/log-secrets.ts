import { withoutSecrets } from '../envoy/redact.ts';
import { hideInText, hideInValue } from '../util/secret-text.ts';

/** Text that has neither of these can't hold a secret over several lines. */
const BLOCK = 'PRIVATE KEY';

/**
 * A log without its secrets, before anything is read from it: what stands in paths, headers and details of requests, and
 * in messages, as in any text, and the fields of JSON in a line as in any document.
 */
export function logWithoutSecrets(text: string): string {
  const whole = text.includes(BLOCK) ? hideInText(text) : text;
  return whole.split('\n').map(lineWithoutSecrets).join('\n');
}

/** As `logWithoutSecrets` for one line. */
export function lineWithoutSecrets(line: string): string {
  const clean = hideInValue(line);
  const start = clean.indexOf('{');
  if (start < 0 || !clean.trimEnd().endsWith('}')) return clean;
  const tail = clean.slice(start);
  // A text that is a JSON document is cleaned as one.
  return clean.slice(0, start) + String(withoutSecrets(tail));
}
