import type { KubeObject } from '../kube/object.ts';
import type { LineColumn } from '../util/json-position.ts';
import type { LineIndex } from './yaml/line-index.ts';
import { FieldFinder, type FieldPath } from './yaml/locate.ts';
import { characterOffset } from './yaml/text-character.ts';

/** The text of a file and its lines; shared by all that was read from it. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  readonly lines: LineIndex;
}

/** Where a field of a resource stands. */
export interface FieldPosition extends LineColumn {
  /** Whether the whole path is in the text; else the position is that of the last step that is. */
  readonly isExact: boolean;
}

/** The document that was looked into last: what is said of one resource mostly comes together. */
let last: { readonly source: SourceText; readonly start: number; readonly finder: FieldFinder } | undefined;

function finderOf(source: SourceText, start: number, end: number): FieldFinder {
  if (last?.source !== source || last.start !== start)
    last = { source, start, finder: new FieldFinder(source.text.slice(start, end)) };
  return last.finder;
}

/** Where a resource was read from. Positions are computed when they are asked for: most resources need none. */
export class ResourceOrigin {
  constructor(
    private readonly source: SourceText,
    /** Span of its document in the text. */
    private readonly start: number,
    private readonly end: number,
    /** Steps from the top of the document to the resource: those through the items of a List. */
    private readonly prefix: FieldPath,
  ) {}

  get file(): string {
    return this.source.file;
  }

  /** Line and column of the resource itself. */
  position(): LineColumn {
    return this.field([]);
  }

  /**
   * Line and column of a field: of its key, or of its value. A field that is not there has the position of the nearest
   * one above it that is.
   */
  field(path: FieldPath, part: 'key' | 'value' = 'key'): FieldPosition {
    const whole = [...this.prefix, ...path];
    const found = finderOf(this.source, this.start, this.end).find(whole);
    const at = this.source.lines.at(this.start + found[part]);
    return { ...at, isExact: found.found === whole.length };
  }

  /**
   * Line and column of a character of a text: exact where the text is written as it is (plain, quoted on one line, or a
   * block after `|`), else where the text begins.
   */
  character(path: FieldPath, index: number): LineColumn {
    const found = finderOf(this.source, this.start, this.end).find([...this.prefix, ...path]);
    return this.source.lines.at(characterOffset(this.source.text, this.start + found.value, index));
  }
}

/** A resource as it was read, and where from. */
export interface ConfigResource {
  readonly object: KubeObject;
  readonly origin: ResourceOrigin;
}
