const PLAIN = /^[\x20-\x7e]*$/;

/**
 * The characters that steer a terminal or reorder its text and that JSON allows raw, as the inside of a character
 * class: DEL, C1, bidirectional marks and overrides, line and paragraph separators, byte order mark.
 */
export const STEERING = '\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff';

/**
 * Characters that take no room on the screen, so that two names that differ would look the same: soft hyphen, joiners,
 * zero-width spaces, fillers, variation selectors and tags.
 */
const INVISIBLE =
  '\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200d\\u2060-\\u2065\\u206a-\\u206f' +
  '\\u3164\\ufe00-\\ufe0f\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}';

const CONTROL = new RegExp(`[\\u0000-\\u0008\\u000b-\\u001f${STEERING}${INVISIBLE}]`, 'gu');

/**
 * `text` with every terminal control character (C0 but tab and newline, and `STEERING`) and every invisible one shown
 * as `\xNN` / `\u{NNNN}`, so that names from a cluster can't move the cursor, recolour the terminal or pass for others.
 */
export function escapeControl(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(CONTROL, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

const STEERING_CHAR = new RegExp(`[${STEERING}]`);
const STEERING_CHARS = new RegExp(STEERING_CHAR, 'g');

/** Whether `text` holds a character that steers a terminal and that JSON allows raw. */
export function isSteering(text: string): boolean {
  return STEERING_CHAR.test(text);
}

/**
 * JSON text, or YAML text in which they stand in double quotes alone, with the characters that steer a terminal as
 * `\uNNNN`: to a reader of either it means the same.
 */
export function escapeInQuotes(text: string): string {
  return text.replace(STEERING_CHARS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether `text` is printable ASCII alone, as nearly all names are: such text needs no escaping. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** As `escapeControl`, with tabs and line breaks shown too: for text that must stay on one line, such as a table cell. */
export function escapeLine(text: string): string {
  if (isPlain(text)) return text;
  return escapeControl(text).replace(/\t/g, '\\t').replace(/\n/g, '\\n');
}

/** The number of single-character insertions, deletions and replacements that turn `a` into `b` (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The `limit` candidates that look most like `name` (prefix, contained, or few edits), best first; possibly none. */
export function nearest(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  const scored: { candidate: string; score: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const text = candidate.toLowerCase();
    let score = editDistance(wanted.slice(0, 80), text.slice(0, 80)) / Math.max(wanted.length, 1);
    if (text.startsWith(wanted) || wanted.startsWith(text)) score = Math.min(score, 0.1);
    else if (text.includes(wanted)) score = Math.min(score, 0.2);
    if (score <= 0.5) scored.push({ candidate, score });
  }
  scored.sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, limit).map((entry) => entry.candidate);
}

/** Orders strings by code unit, as Go's string comparison does for ASCII: never by locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
