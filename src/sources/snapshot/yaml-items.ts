/** One object of a kubectl dump, found by its outline; its text is parsed when asked for. */
export interface YamlItem {
  readonly apiVersion: string;
  readonly kind: string;
  /** Offsets of its text in the dump; the text is a YAML list of one when `listed`, else a document. */
  readonly start: number;
  readonly end: number;
  readonly listed: boolean;
  /** The text ends inside this item or right after it: a whole `List` ends with its own `kind`. */
  readonly cut: boolean;
}

/**
 * Outlines the objects of what `kubectl get -o yaml` prints: one `List` with its items at column 0, or documents
 * divided by `---`. A look at line starts alone, so dumps of 100 MB cost little and a cut-off end spoils only its
 * last object. (No line of an item's block text can start at column 0: it must be indented deeper than its key.)
 */
export function outlineYaml(text: string): YamlItem[] {
  const items: YamlItem[] = [];
  for (const [start, end] of documents(text)) {
    const found = itemsOfList(text, start, end) ?? [];
    if (found.length > 0) {
      for (const span of found) items.push(outline(text, span, true));
      continue;
    }
    const alone = outline(text, { start, end, cut: false }, false);
    if (alone.kind !== '' && !alone.kind.endsWith('List')) items.push(alone);
  }
  return items;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly cut: boolean;
}

function documents(text: string): (readonly [start: number, end: number])[] {
  const spans: (readonly [number, number])[] = [];
  let start = 0;
  for (const match of text.matchAll(/^---[ \t]*\r?$/gm)) {
    if (match.index > start) spans.push([start, match.index]);
    start = match.index + match[0].length;
  }
  spans.push([start, text.length]);
  return spans;
}

/** Spans of the items below a top-level `items:`; `undefined` when the document has none. */
function itemsOfList(text: string, start: number, end: number): Span[] | undefined {
  // Each search stays within its own document: one that ran on to the end of the text would cost the square of it.
  const document = text.slice(start, end);
  const head = /^items:[ \t]*(?:\[\])?[ \t]*\r?$/m.exec(document);
  if (head === null) return undefined;
  const spans: Span[] = [];
  let open: number | undefined;
  const lineStart = /^[^ \t\r\n#]/gm;
  lineStart.lastIndex = head.index + head[0].length;
  for (let line = lineStart.exec(document); line !== null; line = lineStart.exec(document)) {
    if (open !== undefined) spans.push({ start: start + open, end: start + line.index, cut: false });
    open = undefined;
    if (line[0] !== '-') return spans;
    open = line.index;
  }
  if (open !== undefined) spans.push({ start: start + open, end, cut: true });
  return spans;
}

const OUTLINE = /^(?:- | {2}|)(apiVersion|kind):[ \t]*["']?([\w./-]+)["']?[ \t]*\r?$/gm;

function outline(text: string, span: Span, listed: boolean): YamlItem {
  let apiVersion = '';
  let kind = '';
  for (const match of text.slice(span.start, span.end).matchAll(OUTLINE)) {
    // A document's own fields are at column 0, an item's at column 2; deeper ones belong to something else.
    if (listed === match[0].startsWith(match[1] ?? '')) continue;
    if (match[1] === 'kind') kind ||= match[2] ?? '';
    else apiVersion ||= match[2] ?? '';
    if (apiVersion !== '' && kind !== '') break;
  }
  return { apiVersion, kind, listed, ...span };
}
