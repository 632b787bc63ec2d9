import { Command } from 'commander';
import {
  type CommandEntry,
  type CommandGroup,
  type CommandParent,
  type CommandTable,
  childrenOf,
  lastWord,
} from './command-table.ts';

const ROOT_EXAMPLES = `
Try it on the bundled mesh:
  meshscope proxy-status --from demo
  meshscope proxy-config cluster deploy/cart-v1 -n shop --from demo

Every command takes --help. Exit codes: 0 answered, 1 "no", 64 usage, 65 unreadable input, 66 not found,
69 unreachable, 70 a bug of meshscope, 75 partial (--strict), 77 forbidden, 79 findings at or over the threshold,
130 interrupted.
`;

/** The text of `meshscope --help`: the commands by group, made from the table alone. */
export function rootHelp(table: CommandTable): string {
  const program = new Command('meshscope')
    .description('Tells what is wrong with an Istio mesh, why, and what to change.')
    .usage('COMMAND [options]')
    .helpOption('-h, --help', 'show this help')
    .option('-V, --version', 'show the version')
    .helpCommand(false);
  const groups: CommandGroup[] = ['State of the mesh', 'Configuration', 'Security', 'Collecting', 'Help'];
  for (const group of groups)
    for (const { name, aliases, summary } of wordsOf(table, group))
      addCommand(program, name, aliases ?? [], summary, group);
  return program.helpInformation() + ROOT_EXAMPLES;
}

/** The first words of a group, in the order of the table; a word with several commands stands where its first one does. */
function wordsOf(table: CommandTable, group: CommandGroup): readonly (CommandParent | CommandEntry)[] {
  const words = new Set<CommandParent | CommandEntry>();
  for (const entry of table.commands) {
    const [first] = entry.name.split(' ', 1);
    const isFirst = ({ name }: { readonly name: string }): boolean => name === first;
    const word = table.parents.find(isFirst) ?? table.commands.find(isFirst) ?? entry;
    if (word.group === group && !(word === entry && entry.hidden)) words.add(word);
  }
  return [...words];
}

/** The text of help for a word under which several commands stand. */
export function parentHelp(table: CommandTable, parent: CommandParent): string {
  const program = new Command(`meshscope ${parent.name}`)
    .description(parent.summary)
    .usage('COMMAND [options]')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false);
  for (const entry of childrenOf(table, parent).filter((child) => !child.hidden)) {
    addCommand(program, lastWord(entry), entry.aliases ?? [], entry.summary, undefined);
  }
  const aliases = parent.aliases?.length ? `\nAlso: ${parent.aliases.join(', ')}\n` : '';
  return `${program.helpInformation()}${aliases}`;
}

function addCommand(
  program: Command,
  name: string,
  aliases: readonly string[],
  summary: string,
  group: string | undefined,
): void {
  const command = program.command(name).description(summary);
  const [alias] = aliases;
  if (alias !== undefined) command.alias(alias);
  if (group !== undefined) command.helpGroup(`${group}:`);
}
