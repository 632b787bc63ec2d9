/** One option of a command: how it is written, what it means, and how its text becomes a value. */
export interface OptionSpec<T> {
  /** Commander's form: `-o, --output <format>`; a boolean has no placeholder. */
  readonly flags: string;
  readonly description: string;
  readonly kind: 'text' | 'integer' | 'boolean' | 'list' | 'duration' | 'choice';
  readonly default: T;
  readonly choices?: readonly string[];
  /** Words that stand for a choice, such as `short` for `table`. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Of a text: the words that make sense, in any case. Under `--compat` others pass too, and match nothing. */
  readonly words?: readonly string[];
  readonly hidden?: boolean;
  /** Other long flags that mean the same, without dashes: spellings of the reference. */
  readonly also?: readonly string[];
  /** Of a list: a comma is part of a value. */
  readonly whole?: boolean;
  /** Of a number; of a list: how many values must be given each time. */
  readonly min?: number;
  readonly max?: number;
  /** The number that the option stands for when it is written without one. */
  readonly implied?: number;
}

/** The options of a command by the name that its code uses (camelCase of the long flag). */
export type OptionTable = Readonly<Record<string, OptionSpec<unknown>>>;

/** The values that a table's options parse to. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends OptionSpec<infer V> ? V : never;
};

type Extra = { hidden?: boolean };

/** A text option; `undefined` when not given. */
export function text(
  flags: string,
  description: string,
  extra: Extra & { words?: readonly string[]; also?: readonly string[] } = {},
): OptionSpec<string | undefined> {
  return { flags, description, kind: 'text', default: undefined, ...extra };
}

/** A switch. Accepts `--flag`, `--flag=true|false` and `--no-flag`. */
export function flag(
  flags: string,
  description: string,
  value = false,
  extra: Extra = {},
): OptionSpec<boolean> {
  return { flags, description, kind: 'boolean', default: value, ...extra };
}

/** A whole number within bounds. */
export function integer<D extends number | undefined>(
  flags: string,
  description: string,
  value: D,
  bounds: { min?: number; max?: number; implied?: number } & Extra = {},
): OptionSpec<number | D> {
  return { flags, description, kind: 'integer', default: value, ...bounds };
}

/** A repeatable option whose values may also be given with commas; an empty list when not given. */
export function list(
  flags: string,
  description: string,
  extra: Extra & { min?: number; whole?: boolean } = {},
): OptionSpec<readonly string[]> {
  return { flags, description, kind: 'list', default: [], ...extra };
}

/** A duration such as `30s` or `1h30m`, in ms. */
export function duration<D extends number | undefined>(
  flags: string,
  description: string,
  value: D,
  extra: Extra = {},
): OptionSpec<number | D> {
  return { flags, description, kind: 'duration', default: value, ...extra };
}

/** One of several words. */
export function choice<const C extends string, D extends C | undefined>(
  flags: string,
  description: string,
  choices: readonly C[],
  value: D,
  extra: Extra & { synonyms?: Readonly<Record<string, C>> } = {},
): OptionSpec<C | D> {
  return { flags, description, kind: 'choice', choices, default: value, ...extra };
}

/** The long flag of an option without dashes (`output` of `-o, --output <format>`). */
export function longName(spec: OptionSpec<unknown>): string {
  return /--([a-zA-Z][\w-]*)/.exec(spec.flags)?.[1] ?? '';
}

/** The short flag of an option without its dash, if it has one. */
export function shortName(spec: OptionSpec<unknown>): string | undefined {
  return /(?:^|[\s,])-([a-zA-Z])\b/.exec(spec.flags)?.[1];
}

/** Whether the option takes a value (all but switches do). */
export function takesValue(spec: OptionSpec<unknown>): boolean {
  return spec.kind !== 'boolean';
}
