import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { kubeKey, kubeScalar } from './kube-scalar.ts';
import { scalarStart } from './scalar-start.ts';

/** A field inside a document: keys and list indexes from the top. */
export type FieldPath = readonly (string | number)[];

/** Where a field stands in the text of its document. */
export interface FieldSpan {
  /** Offset of its key; of a list's item, and of the top, the same as `value`. */
  readonly key: number;
  /** Offset of its value; where that is empty, of the key. */
  readonly value: number;
  /** How many steps of the path were found: the rest of it is not in the text. */
  readonly found: number;
}

/** The deepest nesting that is read: far more than any manifest has, and what the parser can take. */
export const MAX_DEPTH = 500;

/**
 * Finds a field in the text of one document, by parsing it again: only documents with something to say about them need
 * positions. Follows aliases, and merges where the map itself has no such key. Of a key that is there twice the last one
 * counts. A path that leads out of the document ends at the last step that is there.
 */
export function locate(source: string, path: FieldPath): FieldSpan {
  const events = parseEvents(source, { maxDepth: MAX_DEPTH });
  return new Finder(source, events).find(path);
}

class Finder {
  private anchors: ReadonlyMap<string, number> | undefined;

  constructor(
    private readonly source: string,
    private readonly events: readonly Event[],
  ) {}

  find(path: FieldPath): FieldSpan {
    // The first event opens the document.
    let at = this.resolve(1);
    let key = this.start(at);
    let value = key;
    for (const [index, step] of path.entries()) {
      const next = typeof step === 'number' ? this.item(at, step) : this.member(at, step);
      if (next === undefined) return { key, value, found: index };
      key = next.key ?? this.start(next.value);
      value = this.startOr(next.value, key);
      at = this.resolve(next.value);
    }
    return { key, value, found: path.length };
  }

  /** The event that an alias stands for; any other event itself. */
  private resolve(index: number): number {
    const event = this.events[index];
    if (event?.type !== EVENT_ID.ALIAS) return index;
    this.anchors ??= this.anchorEvents();
    return this.anchors.get(this.source.slice(event.anchorStart, event.anchorEnd)) ?? index;
  }

  private anchorEvents(): Map<string, number> {
    const anchors = new Map<string, number>();
    for (const [index, event] of this.events.entries()) {
      if (!('anchorStart' in event) || event.anchorStart < 0 || event.type === EVENT_ID.ALIAS) continue;
      anchors.set(this.source.slice(event.anchorStart, event.anchorEnd), index);
    }
    return anchors;
  }

  private start(index: number): number {
    return this.startOr(index, 0);
  }

  private startOr(index: number, otherwise: number): number {
    const event = this.events[index];
    if (event === undefined) return otherwise;
    if (event.type === EVENT_ID.SCALAR)
      return event.valueStart < 0 ? otherwise : scalarStart(this.source, event);
    if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
    return 'start' in event ? event.start : otherwise;
  }

  /** Index of the event behind the value that begins at `index`. */
  private after(index: number): number {
    let depth = 0;
    let at = index;
    do {
      const type = this.events[at]?.type;
      if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
      else if (type === EVENT_ID.POP) depth--;
      at++;
    } while (depth > 0 && at < this.events.length);
    return at;
  }

  private item(index: number, wanted: number): Step | undefined {
    if (this.events[index]?.type !== EVENT_ID.SEQUENCE) return undefined;
    let at = index + 1;
    for (let count = 0; this.isValue(at); count++) {
      if (count === wanted) return { key: undefined, value: at };
      at = this.after(at);
    }
    return undefined;
  }

  private member(index: number, wanted: string, depth = 0): Step | undefined {
    if (this.events[index]?.type !== EVENT_ID.MAPPING || depth > MAX_DEPTH) return undefined;
    let found: Step | undefined;
    let merge: number | undefined;
    for (let at = index + 1; this.isValue(at); ) {
      const value = this.after(at);
      const event = this.events[at];
      if (event?.type === EVENT_ID.SCALAR) {
        const name = this.keyOf(event);
        if (name === wanted) found = { key: this.start(at), value };
        if (name === '<<' && event.style === SCALAR_STYLE.PLAIN) merge = value;
      }
      at = this.after(value);
    }
    return found ?? (merge === undefined ? undefined : this.merged(merge, wanted, depth + 1));
  }

  private merged(index: number, wanted: string, depth: number): Step | undefined {
    const source = this.resolve(index);
    if (this.events[source]?.type !== EVENT_ID.SEQUENCE) return this.member(source, wanted, depth);
    for (let at = source + 1; this.isValue(at); at = this.after(at)) {
      const found = this.member(this.resolve(at), wanted, depth);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private isValue(index: number): boolean {
    const event = this.events[index];
    return event !== undefined && event.type !== EVENT_ID.POP;
  }

  private keyOf(event: ScalarEvent): string | undefined {
    const text = getScalarValue(this.source, event);
    return kubeKey(event.style === SCALAR_STYLE.PLAIN ? kubeScalar(text) : text);
  }
}

interface Step {
  readonly key: number | undefined;
  readonly value: number;
}
