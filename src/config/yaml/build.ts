import {
  type AliasEvent,
  EVENT_ID,
  type Event,
  getScalarValue,
  SCALAR_STYLE,
  type ScalarEvent,
} from 'js-yaml';
import { kubeKey } from './kube-scalar.ts';
import { type Scalar, scalarValue, setMember } from './node-value.ts';
import { scalarStart } from './scalar-start.ts';

/** What is wrong inside a document, at an offset of its text. `lost`: its value can't be used. */
export interface BuildProblem {
  readonly kind: 'duplicate-key' | 'template' | 'alias' | 'key' | 'number';
  readonly message: string;
  readonly offset: number;
  readonly lost: boolean;
}

/** The value of a document in JSON's types, and what is wrong with it. */
export interface BuiltDocument {
  readonly value: unknown;
  readonly problems: readonly BuildProblem[];
}

/** The most values that a document may stand for once its aliases are followed. */
const MOST_NODES = 2_000_000;
const MERGE_KEY = '<<';
const TEMPLATE = '{{';

interface Anchored {
  readonly value: unknown;
  /** How many values it stands for. */
  size: number;
  isOpen: boolean;
}

interface Frame {
  readonly container: Record<string, unknown> | unknown[];
  readonly anchor: Anchored | undefined;
  size: number;
  /** Of a mapping: the key whose value comes next. */
  key: string | undefined;
  keyOffset: number;
  isMerge: boolean;
  /** Of a mapping: keys that came from a merge, which its own keys replace. */
  merged: Set<string> | undefined;
}

/**
 * Builds the value of a document from its events as Kubernetes reads it. A key that is there twice has its last value,
 * and is reported; so are the remains of templates, keys that are no text, and aliases that refer to themselves or
 * multiply to more than can be held.
 */
export function buildDocument(source: string, events: readonly Event[]): BuiltDocument {
  const builder = new Builder(source);
  for (const event of events) builder.take(event);
  return { value: builder.value, problems: builder.problems };
}

class Builder {
  value: unknown;
  readonly problems: BuildProblem[] = [];
  private readonly frames: Frame[] = [];
  private readonly anchors = new Map<string, Anchored>();
  private isTooLarge = false;

  constructor(private readonly source: string) {}

  take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.SCALAR:
        this.scalar(event);
        break;
      case EVENT_ID.MAPPING:
        this.open({}, event.start, this.anchorName(event));
        break;
      case EVENT_ID.SEQUENCE:
        this.open([], event.start, this.anchorName(event));
        break;
      case EVENT_ID.ALIAS:
        this.alias(event);
        break;
      case EVENT_ID.POP:
        this.close();
    }
  }

  private anchorName({
    anchorStart,
    anchorEnd,
  }: {
    anchorStart: number;
    anchorEnd: number;
  }): string | undefined {
    return anchorStart < 0 ? undefined : this.source.slice(anchorStart, anchorEnd);
  }

  private scalar(event: ScalarEvent): void {
    const isPlain = event.style === SCALAR_STYLE.PLAIN;
    const text = getScalarValue(this.source, event);
    const offset = isPlain && event.valueStart >= 0 ? event.valueStart : scalarStart(this.source, event);
    if (isPlain && text.includes(TEMPLATE)) this.template(offset + text.indexOf(TEMPLATE), false);
    const value = scalarValue(text, isPlain, this.tagOf(event));
    if (typeof value === 'number' && !Number.isFinite(value))
      this.problem('number', `${text} is no number that JSON can hold`, offset, true);
    const name = this.anchorName(event);
    if (name !== undefined) this.anchors.set(name, { value, size: 1, isOpen: false });
    const keyed = this.awaitingKey();
    if (keyed === undefined) this.add(value, 1);
    else this.key(keyed, value, offset, isPlain);
  }

  /** The mapping whose key comes next, if that is what comes. */
  private awaitingKey(): Frame | undefined {
    const frame = this.frames.at(-1);
    return frame !== undefined && !Array.isArray(frame.container) && frame.key === undefined
      ? frame
      : undefined;
  }

  private tagOf({ tagStart, tagEnd }: ScalarEvent): string {
    return tagStart < 0 ? '' : this.source.slice(tagStart, tagEnd);
  }

  private key(frame: Frame, value: Scalar, offset: number, isPlain: boolean): void {
    const key = kubeKey(value);
    if (key === undefined) this.problem('key', 'the key is null', offset, true);
    else if (typeof value === 'boolean' && !this.source.startsWith(key, offset))
      this.problem('key', `the key is read as ${key}: put it in quotes`, offset, false);
    frame.key = key ?? '';
    frame.keyOffset = offset;
    frame.isMerge = isPlain && key === MERGE_KEY;
  }

  private open(container: Frame['container'], start: number, name: string | undefined): void {
    if (this.awaitingKey() !== undefined) {
      if (this.source.startsWith(TEMPLATE, start - 1)) this.template(start - 1, true);
      else this.problem('key', 'the key is a map or a list, where a text is needed', start, true);
      // What it holds is built and thrown away: its events must be taken all the same.
      this.frames.push(frameOf({}, undefined));
      return;
    }
    const anchor = name === undefined ? undefined : { value: container, size: 1, isOpen: true };
    if (anchor !== undefined && name !== undefined) this.anchors.set(name, anchor);
    this.frames.push(frameOf(container, anchor));
  }

  private alias(event: AliasEvent): void {
    const name = this.source.slice(event.anchorStart, event.anchorEnd);
    const offset = event.anchorStart - 1;
    const anchor = this.anchors.get(name);
    if (anchor === undefined) this.problem('alias', `no anchor &${name} stands before it`, offset, true);
    else if (anchor.isOpen)
      this.problem('alias', `*${name} stands inside &${name}: it refers to itself`, offset, true);
    const value = anchor === undefined || anchor.isOpen ? null : anchor.value;
    const keyed = this.awaitingKey();
    if (keyed === undefined) {
      this.add(value, anchor?.size ?? 1, offset);
      return;
    }
    const isText = typeof value !== 'object' || value === null;
    if (!isText) this.problem('key', 'the key is a map or a list, where a text is needed', offset, true);
    this.key(keyed, isText ? (value as Scalar) : '', offset, false);
  }

  private close(): void {
    const frame = this.frames.pop();
    // The end of the document itself.
    if (frame === undefined) return;
    if (frame.anchor !== undefined) {
      frame.anchor.isOpen = false;
      frame.anchor.size = frame.size;
    }
    const keyed = this.awaitingKey();
    // A map or list in the place of a key was reported when it began.
    if (keyed !== undefined) this.key(keyed, '', 0, false);
    else this.add(frame.container, frame.size);
  }

  private add(value: unknown, size: number, aliasOffset?: number): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) {
      this.value = value;
      return;
    }
    frame.size += size;
    if (frame.size > MOST_NODES && !this.isTooLarge) {
      this.isTooLarge = true;
      this.problem(
        'alias',
        `its aliases multiply to more than ${MOST_NODES} values`,
        aliasOffset ?? frame.keyOffset,
        true,
      );
    }
    if (Array.isArray(frame.container)) frame.container.push(value);
    else this.member(frame, frame.container, value);
  }

  private member(frame: Frame, container: Record<string, unknown>, value: unknown): void {
    const { key = '', keyOffset, isMerge } = frame;
    frame.key = undefined;
    if (isMerge) {
      frame.isMerge = false;
      this.merge(frame, container, value);
      return;
    }
    if (Object.hasOwn(container, key) && frame.merged?.delete(key) !== true)
      this.problem('duplicate-key', `the key ${key} is there twice: the last one counts`, keyOffset, false);
    setMember(container, key, value);
  }

  /**
   * Of several maps the first one's members count. They also replace keys that stand in front of `<<`, as in
   * Kubernetes' reader, where the place of `<<` decides: that is reported.
   */
  private merge(frame: Frame, container: Record<string, unknown>, value: unknown): void {
    const merged: Record<string, unknown> = {};
    for (const map of (Array.isArray(value) ? value : [value]).toReversed()) {
      if (typeof map !== 'object' || map === null || Array.isArray(map))
        this.problem('alias', '<< needs a map, or a list of maps', frame.keyOffset, true);
      else for (const [name, member] of Object.entries(map)) setMember(merged, name, member);
    }
    frame.merged ??= new Set();
    for (const [name, member] of Object.entries(merged)) {
      if (Object.hasOwn(container, name) && !frame.merged.has(name)) {
        const message = `<< replaces the key ${name} in front of it: put << first`;
        this.problem('duplicate-key', message, frame.keyOffset, false);
      }
      setMember(container, name, member);
      frame.merged.add(name);
    }
  }

  private template(offset: number, lost: boolean): void {
    const text = /^\{\{[^\r\n]{0,60}/.exec(this.source.slice(offset, offset + 64))?.[0] ?? TEMPLATE;
    const end = text.indexOf('}}');
    const shown = end < 0 ? text : text.slice(0, end + 2);
    this.problem('template', `${shown} is left of a template: render it first`, offset, lost);
  }

  private problem(kind: BuildProblem['kind'], message: string, offset: number, lost: boolean): void {
    this.problems.push({ kind, message, offset, lost });
  }
}

function frameOf(container: Frame['container'], anchor: Anchored | undefined): Frame {
  return { container, anchor, size: 1, key: undefined, keyOffset: 0, isMerge: false, merged: undefined };
}
