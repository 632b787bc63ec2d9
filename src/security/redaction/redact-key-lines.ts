import { PEM_BEGIN, PEM_END, REDACTED } from '../../util/secret-text.ts';
import type { OnSecret } from './mark.ts';

const BEGIN = new RegExp(PEM_BEGIN);
const END = new RegExp(PEM_END);
const END_OF_KEY = new RegExp(
  `${PEM_END.replace('[A-Za-z0-9 ]{0,60}', '[A-Za-z0-9 ]{0,40}(?:PRIVATE KEY|Static key V1)(?: BLOCK)?[ ]?')}`,
);
/** A line of base64, alone or behind what a log puts in front of each line; only the last one is short. */
const BODY = /(^|[\s:>|])[A-Za-z0-9+/]{32,}={0,2}["']?\r?$/;
const LAST = /(^|[\s:>|])[A-Za-z0-9+/]{1,31}={0,2}["']?\r?$/;
/** A header of an old key. */
const HEADER = /(?:^|\s)(?:Proc-Type|DEK-Info|Comment|Version):\s/;
const EMPTY = /^\s*$/;

/**
 * The lines of a log without those of private keys of which the first or the last line is missing, since the log begins
 * or ends within them.
 */
export function redactKeyLines(lines: readonly string[], onSecret: OnSecret): readonly string[] {
  if (!lines.some((line) => BEGIN.test(line) || END_OF_KEY.test(line))) return lines;
  const clean = [...lines];
  for (const [at, line] of lines.entries()) {
    const begins = BEGIN.test(line);
    const ends = END_OF_KEY.test(line);
    if (begins === ends) continue;
    const step = begins ? 1 : -1;
    const body = bodyOf(clean, at + step, step);
    for (const one of body)
      clean[one] = (clean[one] ?? '').replace(BODY, `$1${REDACTED}`).replace(LAST, `$1${REDACTED}`);
    if (body.length > 0) onSecret('private-key');
  }
  return clean;
}

/** The places of the lines of a key from a line on, onwards or back. */
function bodyOf(lines: readonly string[], from: number, step: 1 | -1): readonly number[] {
  const body: number[] = [];
  for (let at = from; ; at += step) {
    const line = lines[at];
    if (line === undefined || END.test(line) || BEGIN.test(line)) return body;
    if (BODY.test(line)) body.push(at);
    else if (step > 0 && (HEADER.test(line) || EMPTY.test(line))) continue;
    else if (!LAST.test(line)) return body;
    else if (step > 0) return body.length === 0 ? body : [...body, at];
    else if (body.length > 0 || !BODY.test(lines[at - 1] ?? '')) return body;
    else body.push(at);
  }
}
