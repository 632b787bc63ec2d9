import { type Event, parseEvents, YAMLException } from 'js-yaml';

/** The deepest nesting that is read: far more than any manifest has, and what the parser can take. */
export const MAX_DEPTH = 500;

/** The events of a document, and the text that their offsets count in. */
export interface DocumentEvents {
  readonly text: string;
  readonly events: readonly Event[];
  /** The offset in the document itself that an offset in `text` stands for. */
  original(offset: number): number;
}

/** What a document can't be read for, at an offset of it. */
export class DocumentFault extends Error {
  constructor(
    message: string,
    readonly offset: number,
    readonly isTooDeep: boolean,
  ) {
    super(message);
  }
}

/** More spaces than anything is indented by. */
const PAD = ' '.repeat(200);
/** Lines of one document that are put right at most, and characters that are read for it again: each line costs a pass. */
const MOST_PADDED = 200;
const MOST_READ_AGAIN = 20_000_000;

/**
 * Parses a document as Kubernetes' reader does, which lets the lines of `[…]`, `{…}` and quoted texts stand at any
 * indentation: where the parser wants more of it, spaces are put in front, and offsets are counted without them.
 * Throws `DocumentFault`.
 */
export function readEvents(document: string): DocumentEvents {
  const padded: number[] = [];
  const most = Math.min(MOST_PADDED, Math.ceil(MOST_READ_AGAIN / Math.max(1, document.length)));
  let text = document;
  for (;;) {
    const original = (offset: number): number => withoutPadding(offset, padded);
    try {
      return { text, events: parseEvents(text, { maxDepth: MAX_DEPTH }), original };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const offset = original(Math.min(error.mark?.position ?? 0, text.length));
      const line = document.lastIndexOf('\n', offset - 1) + 1;
      const isIndent = error.reason === 'deficient indentation' && offset > 0;
      if (!isIndent || padded.includes(line) || padded.length === most)
        throw new DocumentFault(error.reason, offset, error.reason.startsWith('nesting exceeded'));
      padded.push(line);
      padded.sort((a, b) => a - b);
      text = withPadding(document, padded);
    }
  }
}

function withPadding(document: string, lines: readonly number[]): string {
  let text = '';
  let from = 0;
  for (const line of lines) {
    text += document.slice(from, line) + PAD;
    from = line;
  }
  return text + document.slice(from);
}

function withoutPadding(offset: number, lines: readonly number[]): number {
  let shift = 0;
  for (const line of lines) {
    if (offset < line + shift) break;
    if (offset < line + shift + PAD.length) return line;
    shift += PAD.length;
  }
  return offset - shift;
}
