import { ExitCode, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import { MESHSCOPE_VERSION } from '../util/version.ts';
import { splitCommandLine } from './command-line.ts';
import { type CommandTable, childrenOf, lastWord } from './command-table.ts';
import type { CliIo } from './io.ts';
import { printError } from './print-error.ts';

/**
 * The whole CLI: picks the command from `argv` (without node and script), loads only that one, and runs it.
 * Returns the exit code; prints errors itself.
 */
export async function runCli(table: CommandTable, argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const helpFirst = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  const { found, rest, firstWord, secondWord } = splitCommandLine(table, helpFirst);
  const asksHelp = rest.includes('--help') || rest.includes('-h');
  if (found?.kind === 'command') {
    const [{ command }, { runCommand }] = await Promise.all([found.entry.load(), import('./run-command.ts')]);
    return runCommand(command, found.entry.aliases ?? [], rest, io);
  }
  if (found === undefined && firstWord === undefined && (rest.includes('--version') || rest.includes('-V'))) {
    await io.stdout.write(`meshscope ${MESHSCOPE_VERSION}\n`);
    return ExitCode.ok;
  }
  const { parentHelp, rootHelp } = await import('./help.ts');
  if (found?.kind === 'parent') {
    if (secondWord === undefined || asksHelp) {
      await io.stdout.write(parentHelp(table, found.parent));
      return ExitCode.ok;
    }
    const words = childrenOf(table, found.parent).flatMap((child) => [
      lastWord(child),
      ...(child.aliases ?? []),
    ]);
    return unknownCommand(`${found.parent.name} ${secondWord}`, secondWord, words, found.parent.name, io);
  }
  if (firstWord === undefined) {
    const unknownFlag = rest.find((token) => token.startsWith('-') && token !== '-h' && token !== '--help');
    if (unknownFlag === undefined || asksHelp) {
      await io.stdout.write(rootHelp(table));
      return ExitCode.ok;
    }
    return printError(
      usageError(`unknown option ${unknownFlag}`, { hint: 'meshscope --help lists the commands' }),
      io,
      false,
    );
  }
  const words = [...table.parents, ...table.commands].flatMap((one) => [
    one.name.split(' ')[0] ?? '',
    ...(one.name.includes(' ') ? [] : (one.aliases ?? [])),
  ]);
  return unknownCommand(firstWord, firstWord, words, undefined, io);
}

function unknownCommand(
  name: string,
  word: string,
  words: readonly string[],
  parent: string | undefined,
  io: CliIo,
): Promise<ExitCode> {
  const near = nearest(word, words);
  const help = parent === undefined ? 'meshscope --help' : `meshscope ${parent} --help`;
  const error = usageError(`unknown command "${name}"`, {
    lines: near.length > 0 ? [['near', near.join(', ')]] : [],
    hint: `${help} lists the commands`,
  });
  return printError(error, io, false);
}
