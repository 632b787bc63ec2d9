import { asArray, asBoolean, asNumber, asObject, asString } from '../../util/json.ts';

/** A field inside a resource: keys and list indexes from the top. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a resource by itself. */
export interface Problem {
  readonly level: 'error' | 'warning';
  /** Lower case, without a full stop: what is wrong with the field at `path`. */
  readonly text: string;
  readonly path: Path;
  /** Routes that can't be reached, or matches that repeat others, have codes of their own. */
  readonly about?: 'unreachable' | 'ineffective';
}

/**
 * A place in a resource: its value, its path, and where problems with it go. Values are read as the API server reads
 * them: `null`, an empty list and an empty map are the same as nothing.
 */
export class Spot {
  readonly value: unknown;
  readonly path: Path;
  readonly #problems: Problem[];

  constructor(value: unknown, path: Path, problems: Problem[]) {
    this.value = value;
    this.path = path;
    this.#problems = problems;
  }

  /** The place at a field name below this one, whether or not there is anything. */
  get(...names: readonly string[]): Spot {
    let value = this.value;
    for (const name of names) {
      const object = asObject(value);
      value = object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
    }
    return new Spot(value, [...this.path, ...names], this.#problems);
  }

  /** The places of the members of a list field. */
  items(...names: readonly string[]): readonly Spot[] {
    const list = this.get(...names);
    return asArray(list.value).map(
      (value, index) => new Spot(value ?? {}, [...list.path, index], this.#problems),
    );
  }

  /** Keys and places of the members of a map field, in the order in which they are written. */
  entries(...names: readonly string[]): readonly (readonly [string, Spot])[] {
    const map = this.get(...names);
    return Object.keys(asObject(map.value) ?? {}).map((key) => [key, map.get(key)] as const);
  }

  /** Whether there is anything here; of fields of the message, an empty one counts. */
  get isSet(): boolean {
    if (this.value === undefined || this.value === null) return false;
    return !Array.isArray(this.value) || this.value.length > 0;
  }

  /** Whether a field below this place is set. */
  has(...names: readonly string[]): boolean {
    return this.get(...names).isSet;
  }

  /** The text here, empty when there is none. */
  get text(): string {
    return asString(this.value) ?? '';
  }

  /** The number here, also where it is written as text; 0 when there is none. */
  get number(): number {
    return (
      asNumber(typeof this.value === 'string' && this.value !== '' ? Number(this.value) : this.value) ?? 0
    );
  }

  get isTrue(): boolean {
    return asBoolean(this.value) === true;
  }

  /** The texts of the list here. */
  get texts(): readonly string[] {
    return asArray(this.value).map((item) => asString(item) ?? '');
  }

  /** Says what is wrong here, or at a field below. */
  error(text: string, ...names: Path): void {
    this.#problems.push({ level: 'error', text, path: [...this.path, ...names] });
  }

  /** Says what is doubtful here, or at a field below. */
  warn(text: string, ...names: Path): void {
    this.#problems.push({ level: 'warning', text, path: [...this.path, ...names] });
  }

  /** Says that a route can't be reached, or that a match repeats an earlier one. */
  note(about: 'unreachable' | 'ineffective', text: string): void {
    const level = 'warning';
    this.#problems.push({ level, text, path: this.path, about });
  }
}
