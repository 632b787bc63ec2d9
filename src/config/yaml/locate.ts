import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { kubeKey, kubeScalar } from './kube-scalar.ts';
import { type DocumentEvents, MAX_DEPTH, readEvents } from './read-events.ts';
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

/**
 * Finds fields in the text of one document, by parsing it again: only documents with something to say about them need
 * positions. Follows aliases and merges. Of a key that is there twice, by itself or in a merge, the last one counts.
 */
export class FieldFinder {
  private readonly document: DocumentEvents;
  private readonly source: string;
  private readonly events: readonly Event[];
  /** Of each event that begins a value: the event behind that value. */
  private readonly ends: Int32Array;
  private readonly items = new Map<number, readonly number[]>();
  private anchors: ReadonlyMap<string, number> | undefined;

  constructor(document: string) {
    this.document = readEvents(document);
    this.source = this.document.text;
    this.events = this.document.events;
    this.ends = valueEnds(this.events);
  }

  /** A path that leads out of the document ends at the last step that is there. */
  find(path: FieldPath): FieldSpan {
    // The first event opens the document.
    let at = this.resolve(1);
    let key = this.start(at);
    let value = key;
    for (const [index, step] of path.entries()) {
      const next = typeof step === 'number' ? this.item(at, step) : this.member(at, step);
      if (next === undefined) return this.span(key, value, index);
      key = next.key ?? this.start(next.value);
      value = this.startOr(next.value, key);
      at = this.resolve(next.value);
    }
    return this.span(key, value, path.length);
  }

  private span(key: number, value: number, found: number): FieldSpan {
    return { key: this.document.original(key), value: this.document.original(value), found };
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
    return this.ends[index] ?? index + 1;
  }

  private item(index: number, wanted: number): Step | undefined {
    if (this.events[index]?.type !== EVENT_ID.SEQUENCE) return undefined;
    const known = this.items.get(index) ?? this.itemsOf(index);
    this.items.set(index, known);
    const value = known[wanted];
    return value === undefined ? undefined : { key: undefined, value };
  }

  private itemsOf(index: number): number[] {
    const items: number[] = [];
    for (let at = index + 1; this.isValue(at); at = this.after(at)) items.push(at);
    return items;
  }

  private member(index: number, wanted: string, depth = 0): Step | undefined {
    if (this.events[index]?.type !== EVENT_ID.MAPPING || depth > MAX_DEPTH) return undefined;
    let found: Step | undefined;
    for (let at = index + 1; this.isValue(at); ) {
      const value = this.after(at);
      const event = this.events[at];
      if (event?.type === EVENT_ID.SCALAR) {
        const name = this.keyOf(event);
        if (name === wanted) found = { key: this.start(at), value };
        if (name === '<<' && event.style === SCALAR_STYLE.PLAIN)
          found = this.merged(value, wanted, depth + 1) ?? found;
      }
      at = this.after(value);
    }
    return found;
  }

  private merged(index: number, wanted: string, depth: number): Step | undefined {
    const source = this.resolve(index);
    if (this.events[source]?.type !== EVENT_ID.SEQUENCE) return this.member(source, wanted, depth);
    for (const at of this.itemsOf(source)) {
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

function valueEnds(events: readonly Event[]): Int32Array {
  const ends = new Int32Array(events.length);
  const open: number[] = [];
  for (const [index, { type }] of events.entries()) {
    if (type === EVENT_ID.POP) ends[open.pop() ?? 0] = index + 1;
    else if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE || type === EVENT_ID.DOCUMENT)
      open.push(index);
    else ends[index] = index + 1;
  }
  return ends;
}
