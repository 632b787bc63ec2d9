import type { ConfigProblem } from './problem.ts';
import { LineIndex } from './yaml/line-index.ts';

/** The largest file that is read: no manifest is near it, and a text is held several times over while it is parsed. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** The text of a file, or why it has none. */
export type FileText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: ConfigProblem };

/**
 * The text of a configuration file's bytes: UTF-8, or UTF-16 by its byte order mark, as YAML allows. Other bytes are a
 * problem at the place of the first one that is no text. The mark stays in the text: it takes no column.
 */
export function fileText(file: string, bytes: Uint8Array): FileText {
  const at = (line: number, column: number, kind: ConfigProblem['kind'], message: string): FileText => ({
    ok: false,
    problem: { kind, message, file, line, column, lost: true },
  });
  if (bytes.byteLength > MAX_FILE_BYTES) return at(1, 1, 'too-large', tooLargeMessage(bytes.byteLength));
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  const isBinary = bytes.subarray(0, 8192).includes(0) && encoding === 'utf-8';
  // A replacement character that the file itself holds is no damage.
  const damaged = isBinary
    ? text.indexOf('\0')
    : text.includes('\ufffd')
      ? firstDamage(bytes, text, encoding)
      : -1;
  if (damaged < 0) return { ok: true, text };
  const { line, column } = new LineIndex(text).at(damaged);
  return at(
    line,
    column,
    'encoding',
    isBinary ? 'it is a binary file, not YAML or JSON' : `it is not text in ${encoding.toUpperCase()}`,
  );
}

/** What is said of a file that is larger than can be read. */
export function tooLargeMessage(bytes: number): string {
  const mebi = (count: number): number => Math.ceil(count / 1024 / 1024);
  return `it is too large: ${mebi(bytes)} MiB, the limit is ${mebi(MAX_FILE_BYTES)} MiB`;
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** Offset of the first character that stands for bytes which are none; -1 when all of them are in the file itself. */
function firstDamage(bytes: Uint8Array, text: string, encoding: string): number {
  try {
    new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return -1;
  } catch {
    return text.indexOf('\ufffd');
  }
}
