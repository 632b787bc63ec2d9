import { isAscii } from 'node:buffer';
import { dataError, type MeshscopeError } from './errors.ts';
import { closingQuote, tooManyValues } from './json-cost.ts';
import { findJsonFault, lineColumn } from './json-position.ts';
import { escapeLine } from './text.ts';

/** The longest text that can be parsed, in bytes: just under the engine's longest string. */
export const MAX_JSON_BYTES = 500 * 1024 * 1024;

/**
 * The JSON value in `bytes`. UTF-8, with or without a byte order mark, and UTF-16 with one (what a PowerShell
 * redirection writes). Throws exit 65 with `label:line:column` and what was found instead: a cut-off text, gzip,
 * YAML, HTML, a log; also when it would take more memory than there is.
 */
export function loadJson(bytes: Uint8Array, label: string): unknown {
  if (bytes.byteLength > MAX_JSON_BYTES) {
    throw dataError(`${label} is too large: ${bytes.byteLength} bytes, the limit is ${MAX_JSON_BYTES}`, {
      hint: 'save a part of it: /config_dump?resource=dynamic_listeners gives one section',
    });
  }
  const binary = describeBinary(bytes);
  if (binary !== undefined)
    throw dataError(`${label} is not JSON: it is ${binary.what}`, { hint: binary.hint });
  const text = decodeText(bytes);
  refuseTooMany(text, label);
  try {
    return JSON.parse(text);
  } catch {
    throw jsonError(text, label);
  }
}

/** Real files of the largest size have some ten million values: more memory is all that they need. */
function refuseTooMany(text: string, label: string): void {
  const values = tooManyValues(text);
  if (values === undefined) return;
  throw dataError(
    `${label} is refused: its ${(values / 1e6).toFixed(1)} million values may need more memory than there is`,
    { hint: 'if you trust it, NODE_OPTIONS=--max-old-space-size=16000 allows 16 GB of memory' },
  );
}

/** The next step for a file that holds nothing. */
export const EMPTY_HINT = 'save it again, and look at what the command that writes it says on stderr';

function jsonError(text: string, label: string): MeshscopeError {
  if (text.trim() === '') return dataError(`${label} is empty`, { hint: EMPTY_HINT });
  const other = describeText(text);
  if (other !== undefined)
    return dataError(`${label} is not JSON: it looks like ${other.what}`, { hint: other.hint });
  const fault = findJsonFault(text);
  // The scanner follows the same grammar as JSON.parse; should they ever differ the file still is named.
  if (fault === undefined) return dataError(`${label} can't be parsed as JSON`);
  const { line, column } = lineColumn(text, fault.offset);
  return dataError(`${label}:${line}:${column}: not valid JSON: ${fault.problem}`, {
    lines: [['near', excerpt(text, fault.offset)]],
    hint: fault.truncated ? 'the file looks cut off: save it again' : undefined,
  });
}

/** Text of UTF-8 or, when it begins with that byte order mark, UTF-16 bytes; the mark is dropped, bad bytes replaced. */
export function decodeText(bytes: Uint8Array): string {
  // Nearly every dump is plain ASCII, which needs no decoding.
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

interface Guess {
  readonly what: string;
  readonly hint?: string;
}

const MAGIC: readonly (readonly [readonly number[], Guess])[] = [
  [
    [0x1f, 0x8b],
    { what: 'compressed with gzip', hint: 'unpack it first (gunzip), or give an archive with --from' },
  ],
  [[0x28, 0xb5, 0x2f, 0xfd], { what: 'compressed with zstd', hint: 'unpack it first (zstd -d)' }],
  [[0x50, 0x4b, 0x03, 0x04], { what: 'a zip archive', hint: 'unpack it first' }],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], { what: 'compressed with xz', hint: 'unpack it first (unxz)' }],
  [[0x42, 0x5a, 0x68], { what: 'compressed with bzip2', hint: 'unpack it first (bunzip2)' }],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], { what: 'a 7z archive', hint: 'unpack it first' }],
  [[0x52, 0x61, 0x72, 0x21], { what: 'a rar archive', hint: 'unpack it first' }],
  [[0x7f, 0x45, 0x4c, 0x46], { what: 'a program' }],
];

/** What the first bytes show a file to be, when they belong to a well-known binary format. */
export function describeBinary(bytes: Uint8Array): Guess | undefined {
  for (const [magic, guess] of MAGIC) if (magic.every((byte, index) => bytes[index] === byte)) return guess;
  const isTar = bytes.byteLength > 262 && String.fromCharCode(...bytes.subarray(257, 262)) === 'ustar';
  return isTar ? { what: 'a tar archive', hint: 'give archives with --from' } : undefined;
}

/** What the beginning of a text that is no JSON looks like. */
export function describeText(text: string): Guess | undefined {
  const head = text.slice(0, 2000).trimStart();
  if (/^[[{"]/.test(head)) return undefined;
  if (/^<(?:!doctype|html|\?xml)/i.test(head))
    return { what: 'HTML or XML', hint: 'a proxy or a login page may have answered instead' };
  if (/^\[?\d{4}[-/]\d{2}[-/]\d{2}[T ]/.test(head)) return { what: 'a log' };
  if (/^(?:error|unable to|usage)\b/i.test(head))
    return { what: `an error message: ${escapeLine(firstLine(head))}` };
  if (/^(?:---|[A-Za-z_"'][\w."' -]*:(?:\s|$))/.test(head))
    return { what: 'YAML', hint: 'save it with -o json' };
  return undefined;
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 100);
}

/** The text around a fault: its structure, keys and numbers. Values may be secrets, so texts are left out. */
function excerpt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', Math.max(offset - 1, 0)) + 1;
  const start = Math.max(lineStart, offset - 40);
  const end = text.indexOf('\n', offset);
  const stop = Math.min(end === -1 ? text.length : end, offset + 40);
  const isBlank = text.slice(start, stop).trim() === '';
  const from = isBlank ? Math.max(0, offset - 40) : start;
  const before = withoutTexts(text, from, offset);
  const after = text
    .slice(offset, isBlank ? offset + 40 : stop)
    .replace(/[^\s{}[\],:"]{3,}(?!["\w-]*\s*:)/g, '…');
  return escapeLine(`${before}${after}`.trim().replace(/[A-Za-z0-9+/=_-]{32,}/g, '…'));
}

/** What lies between two places of a text that is valid JSON up to the second, each text but keys as `"…"`. */
function withoutTexts(text: string, from: number, to: number): string {
  // A line break can't stand inside a text, so its line tells where texts begin.
  let at = text.lastIndexOf('\n', from - 1) + 1;
  let shown = '';
  while (at < to) {
    const quote = text.indexOf('"', at);
    const next = quote === -1 || quote > to ? to : quote;
    shown += text.slice(Math.max(at, from), Math.max(next, from));
    if (next === to) break;
    at = Math.min(closingQuote(text, next + 1) + 1, to);
    if (at <= from) continue;
    const isKey = next >= from && /^\s*:/.test(text.slice(at, at + 20));
    shown += isKey ? text.slice(next, at) : '"…"';
  }
  return shown;
}
