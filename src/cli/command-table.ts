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

/** A word under which several commands stand, such as `proxy-config`. */
export interface CommandParent {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly group: CommandGroup;
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

/** The command or parent named by `words` (aliases count), or `undefined`. */
export function findByWords(table: CommandTable, words: readonly string[]): Found | undefined {
  const [first, second] = words;
  if (first === undefined) return undefined;
  const parent = table.parents.find((candidate) => isNamed(candidate.name, candidate.aliases, first));
  if (parent === undefined) {
    const entry =
      words.length === 1
        ? table.commands.find((command) => isNamed(command.name, command.aliases, first))
        : undefined;
    return entry && { kind: 'command', entry };
  }
  if (second === undefined) return { kind: 'parent', parent };
  const entry =
    words.length === 2
      ? childrenOf(table, parent).find((child) => isNamed(lastWord(child), child.aliases, second))
      : undefined;
  return entry && { kind: 'command', entry };
}

/** The commands under a parent, in table order. */
export function childrenOf(table: CommandTable, parent: CommandParent): readonly CommandEntry[] {
  return table.commands.filter((command) => command.name.startsWith(`${parent.name} `));
}

/** The last word of a command's name: `cluster` of `proxy-config cluster`. */
export function lastWord(entry: CommandEntry): string {
  return entry.name.slice(entry.name.lastIndexOf(' ') + 1);
}

function isNamed(name: string, aliases: readonly string[] | undefined, word: string): boolean {
  return name === word || (aliases?.includes(word) ?? false);
}

/** The formats that a command can print, its default first. */
export function formatsOf(command: CommandDefinition<OptionTable, unknown>): readonly Format[] {
  const formats = Object.keys(command.reporters) as Format[];
  const first = command.defaultFormat ?? formats[0];
  return first === undefined ? [] : [first, ...formats.filter((format) => format !== first)];
}
