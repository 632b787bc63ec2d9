import { ExitCode, type MeshscopeError, usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import { MESHSCOPE_VERSION } from '../util/version.ts';
import { splitCommandLine, wordPositions } from './command-line.ts';
import { type CommandTable, childrenOf, findByWords, lastWord } from './command-table.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import type { CliIo } from './io.ts';
import { longName, type OptionTable, shortName } from './options.ts';
import { printError } from './print-error.ts';

/**
 * The whole CLI: picks the command from `argv` (without node and script), loads only that one, and runs it.
 * Returns the exit code; prints errors itself.
 */
export async function runCli(table: CommandTable, argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const { found, rest, firstWord, nextWord } = splitCommandLine(table, helpWordsToFlag(table, argv));
  const asksHelp = rest.includes('--help') || rest.includes('-h');
  if (found?.kind === 'command') {
    const [{ command }, { runCommand }] = await Promise.all([found.entry.load(), import('./run-command.ts')]);
    const below = childrenOf(table, found.entry).filter(({ hidden }) => !hidden);
    return runCommand(command, { aliases: found.entry.aliases ?? [], below }, rest, io);
  }
  if (found === undefined && firstWord === undefined && (rest.includes('--version') || rest.includes('-V'))) {
    await io.stdout.write(`meshscope ${MESHSCOPE_VERSION}\n`);
    return ExitCode.ok;
  }
  const { parentHelp, rootHelp } = await import('./help.ts');
  if (found?.kind === 'parent') {
    if (nextWord === undefined || asksHelp) {
      await io.stdout.write(parentHelp(table, found.parent));
      return ExitCode.ok;
    }
    const words = childrenOf(table, found.parent).flatMap((child) => [
      lastWord(child),
      ...(child.aliases ?? []),
    ]);
    return unknownCommand(`${found.parent.name} ${nextWord}`, nextWord, words, found.parent.name, io);
  }
  if (firstWord === undefined) {
    if (rest.length === 0 || asksHelp) {
      await io.stdout.write(rootHelp(table));
      return ExitCode.ok;
    }
    return printError(noCommand(rest), io, false);
  }
  const unknown = unknownFlag(argv.slice(0, argv.indexOf(firstWord)));
  if (unknown !== undefined) return printError(flagInFront(unknown), io, false);
  const words = [...table.parents, ...table.commands].flatMap((one) => [
    one.name.split(' ')[0] ?? '',
    ...(one.name.includes(' ') ? [] : (one.aliases ?? [])),
  ]);
  return unknownCommand(firstWord, firstWord, words, undefined, io);
}

/** `help` in front of a command, or behind a word under which several stand, means `--help`. */
function helpWordsToFlag(table: CommandTable, argv: readonly string[]): readonly string[] {
  const [first, second] = wordPositions(argv);
  const isParent = first !== undefined && findByWords(table, [argv[first] ?? ''])?.kind === 'parent';
  const at = first !== undefined && argv[first] === 'help' ? first : isParent ? second : undefined;
  if (at === undefined || argv[at] !== 'help') return argv;
  return [...argv.slice(0, at), ...argv.slice(at + 1), '--help'];
}

/** Options alone: the first one that no command knows is what is wrong, else that no command is named. */
function noCommand(tokens: readonly string[]): MeshscopeError {
  const hint = 'meshscope --help lists the commands';
  const unknown = unknownFlag(tokens);
  if (unknown === undefined) {
    return usageError(`no command is named, only ${tokens.join(' ')}`, {
      hint: `meshscope proxy-status ${tokens.join(' ')} tells how the mesh is; ${hint}`,
    });
  }
  return usageError(`unknown option ${unknown}`, { lines: nearFlags(unknown), hint });
}

/** An option in front of the command that only that command may have, or none: the word behind it may be its value. */
function flagInFront(flag: string): MeshscopeError {
  return usageError(`unknown option ${flag} in front of the command`, {
    lines: nearFlags(flag),
    hint: 'options of a single command stand behind it; meshscope --help lists the commands',
  });
}

/** The first option among tokens that not every command has. */
function unknownFlag(tokens: readonly string[]): string | undefined {
  const known = new Set([...globalFlags(), '-o', '--output', '-h', '--help', '--']);
  const flags = tokens.filter((token) => /^-./.test(token)).map((token) => token.replace(/=.*$/s, ''));
  // A value may be written to a short option, and "no-" in front of a switch.
  return flags.find(
    (flag) => !known.has(/^-\w/.test(flag) ? flag.slice(0, 2) : flag.replace(/^--no-/, '--')),
  );
}

function globalFlags(): readonly string[] {
  const specs: OptionTable = GLOBAL_OPTIONS;
  return Object.values(specs).flatMap((spec) => [
    ...[longName(spec), ...(spec.also ?? [])].map((name) => `--${name}`),
    `-${shortName(spec) ?? '-'}`,
  ]);
}

function nearFlags(flag: string): readonly (readonly ['near', string])[] {
  const known = globalFlags().filter((one) => /^--\w/.test(one));
  const near = nearest(flag, [...known, '--help', '--version']);
  return near.length > 0 ? [['near', near.join(', ')]] : [];
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
