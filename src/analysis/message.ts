/** How bad a finding is, worst first. */
export const LEVELS = ['error', 'warning', 'info'] as const;

/** One of `LEVELS`. */
export type Level = (typeof LEVELS)[number];

/** What a code stands for. Codes are for ever: one that is no longer reported stays listed with `retired`. */
export interface MessageDefinition {
  /** The code's name in words, such as `InvalidApplicationUID`. */
  readonly name: string;
  readonly level: Level;
  /** One sentence with `{argument}` placeholders; they are the arguments that `report` asks for. */
  readonly template: string;
  /** Why it matters: what the operator will see. */
  readonly why: string;
  /** What to change. */
  readonly fix: string;
  /** The version that stopped reporting it. */
  readonly retired?: string;
  /** What is allowed and works, and is reported to those who ask for an audit only (profiles `audit` and `all`). */
  readonly audit?: boolean;
  /** Where more is said, when that is not `meshscope explain CODE`. */
  readonly docs?: string;
}

/** Messages by code. */
export type Catalogue = Readonly<Record<string, MessageDefinition>>;

type ArgumentName<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ArgumentName<Rest>
  : never;

/** The arguments that a message's template names. */
export type MessageArgs<M extends MessageDefinition> = Readonly<
  Record<ArgumentName<M['template']>, string | number>
>;

/** Keeps the exact templates of a family's messages, so that wrong arguments do not compile; returns them as they are. */
export function defineMessages<const M extends Catalogue>(messages: M): M {
  return messages;
}

/** The names of the placeholders of a template, in order. */
export function placeholders(template: string): readonly string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

/** The sentence of a message. Throws when an argument is missing, which the types rule out for our own analyzers. */
export function renderMessage(
  definition: MessageDefinition,
  args: Readonly<Record<string, string | number>>,
): string {
  return definition.template.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!Object.hasOwn(args, name))
      throw new Error(`the message ${definition.name} needs the argument "${name}"`);
    return String(args[name]);
  });
}
