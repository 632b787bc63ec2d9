/** A document of a text: from `start` up to `end`, its `---` line included at the front. */
export interface DocumentSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * The documents of a YAML or JSON text, so that one that can't be read does not cost the others. A line that begins
 * with `---` begins a document wherever it stands, and one with `...` ends it: YAML allows them inside no value.
 * Directives in front of `---` belong to the document behind it.
 */
export function splitDocuments(text: string): DocumentSpan[] {
  const spans: DocumentSpan[] = [];
  let start = 0;
  for (const at of boundaries(text)) {
    if (isOnlyDirectives(text, start, at)) continue;
    spans.push({ start, end: at });
    start = at;
  }
  spans.push({ start, end: text.length });
  return spans;
}

const BOUNDARY = /^\ufeff?(---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/** Offsets at which a document begins: those of `---` lines, and behind `...` lines. */
function* boundaries(text: string): Generator<number> {
  if (!text.includes('---') && !text.includes('...')) return;
  for (const { 0: found, 1: mark, index } of text.matchAll(BOUNDARY)) {
    if (mark === '---') {
      yield index;
      continue;
    }
    const rest = /\r\n?|\n/g;
    rest.lastIndex = index + found.length;
    if (rest.exec(text) !== null) yield rest.lastIndex;
  }
}

/** Whether there is nothing but comments, blank lines and directives, so that no document has begun. */
function isOnlyDirectives(text: string, start: number, end: number): boolean {
  return ONLY_DIRECTIVES.test(text.slice(start, end));
}

const ONLY_DIRECTIVES = /^\ufeff?(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n)|%[^\r\n]*(?:\r\n?|\n))*$/;
