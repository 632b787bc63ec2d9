/** The body of a debug page: JSON where it is JSON, otherwise its text. */
export type DebugBody = { readonly json: unknown } | { readonly text: string };

/** What one istiod answered. */
export interface DebugAnswer {
  readonly istiod: string;
  readonly body: DebugBody;
}

/** A debug page, of one istiod or of every one that answered. */
export interface DebugAnswers {
  readonly form: 'answers';
  /** True: all istiods, by name. False: one. */
  readonly all: boolean;
  /** At least one; sorted by istiod. */
  readonly answers: readonly DebugAnswer[];
}

/** A debug page that can be asked for. */
export interface DebugPageRow {
  readonly name: string;
  /** `proxyID` in front where the page is about one proxy. */
  readonly parameters: readonly string[];
  readonly needsProxy: boolean;
  readonly shows: string;
}

/** The debug pages that can be asked for. */
export interface DebugPageList {
  readonly form: 'list';
  readonly pages: readonly DebugPageRow[];
}

/** Reads a page's bytes. */
export function debugBody(bytes: Uint8Array): DebugBody {
  const text = new TextDecoder().decode(bytes);
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return { text };
  }
}

/** The value that a JSON or YAML document shows for a page. */
export function bodyValue(body: DebugBody): unknown {
  return 'json' in body ? body.json : body.text;
}
