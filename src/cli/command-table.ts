import type { CommandDefinition, Format } from './command.ts';
import type { OptionTable } from './options.ts';

/** Heading that a command stands under in `meshscope --help`. */
export type CommandGroup = 'State of the mesh' | 'Configuration' | 'Security' | 'Collecting' | 'Help';

// biome-ignore lint/suspicious/noExplicitAny: a table of commands whose options and answers all differ
export type AnyCommand = CommandDefinition<any, any>;

/** A line of the command table: enough for help and completion without loading the command. */
export interface CommandEntry {
  /** Words of the command: `proxy-config cluster`. */
  readonly name: string;
  /** Other words for the last word. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly group: CommandGroup;
  readonly hidden?: boolean;
  readonly load: () => Promise<{ readonly command: AnyCommand }>;
}

/** A word under which several commands stand, such as `proxy-config`, or several words: `workload group`. */
export interface CommandParent {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly group: CommandGroup;
  readonly hidden?: boolean;
}

/** The command table: what exists, and how each command is loaded. */
export interface CommandTable {
  readonly parents: readonly CommandParent[];
  readonly commands: readonly CommandEntry[];
}

/** A command or a parent found at the front of the command line, and the words that led there. */
export type Found =
  | { readonly kind: 'command'; readonly entry: CommandEntry }
  | { readonly kind: 'parent'; readonly parent: CommandParent };

/** The command or parent named by `words` from the top of the table (aliases count), or `undefined`. */
export function findByWords(table: CommandTable, words: readonly string[]): Found | undefined {
  let found: Found | undefined;
  for (const word of words) {
    // A command may have commands below it, such as `bug-report scan` of `bug-report`.
    found = childNamed(table, found?.kind === 'command' ? found.entry : found?.parent, word);
    if (found === undefined) return undefined;
  }
  return found;
}

/** What a word names directly under a parent; under the top of the table when that is `undefined`. */
function childNamed(
  table: CommandTable,
  parent: CommandParent | CommandEntry | undefined,
  word: string,
): Found | undefined {
  const isChild = (one: CommandEntry | CommandParent): boolean =>
    isDirectChild(one, parent) && (lastWord(one) === word || (one.aliases?.includes(word) ?? false));
  const below = table.parents.find(isChild);
  if (below !== undefined) return { kind: 'parent', parent: below };
  const entry = table.commands.find(isChild);
  return entry && { kind: 'command', entry };
}

/** Whether exactly one word is added to the parent's name, or the name is one word when there is no parent. */
function isDirectChild(
  one: CommandEntry | CommandParent,
  parent: CommandParent | CommandEntry | undefined,
): boolean {
  const above = one.name.slice(0, Math.max(0, one.name.length - lastWord(one).length - 1));
  return above === (parent?.name ?? '');
}

/** What stands directly under a parent, commands first, each in table order. */
export function childrenOf(
  table: CommandTable,
  parent: CommandParent | CommandEntry,
): readonly (CommandEntry | CommandParent)[] {
  return [...table.commands, ...table.parents].filter((one) => isDirectChild(one, parent));
}

/** The last word of a name: `cluster` of `proxy-config cluster`. */
export function lastWord(entry: CommandEntry | CommandParent): string {
  return entry.name.slice(entry.name.lastIndexOf(' ') + 1);
}

/** The formats that a command can print, its default first. */
export function formatsOf(command: CommandDefinition<OptionTable, unknown>): readonly Format[] {
  const formats = Object.keys(command.reporters) as Format[];
  const first = command.defaultFormat ?? formats[0];
  return first === undefined ? [] : [first, ...formats.filter((format) => format !== first)];
}
