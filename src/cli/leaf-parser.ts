import { Command, CommanderError, Option } from 'commander';
import { humanDuration } from '../util/duration.ts';
import { type MeshscopeError, usageError } from '../util/errors.ts';
import { FORMAT_SYNONYMS } from './command.ts';
import { normaliseFlags, withMainNames } from './command-line.ts';
import { type AnyCommand, formatsOf } from './command-table.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { withImpliedValues } from './implied-value.ts';
import { parseOptionValue } from './option-value.ts';
import { choice, longName, type OptionSpec, type OptionTable } from './options.ts';

/** A parsed command line: help text to print instead of running, or everything that the command is given. */
export type ParsedLeaf =
  | { readonly help: string }
  | {
      readonly args: readonly string[];
      readonly options: Readonly<Record<string, unknown>>;
      readonly globals: Record<string, unknown>;
      /** Names of global options that stood on the command line. */
      readonly given: ReadonlySet<string>;
      /** Names of the command's own options that stood there. */
      readonly givenOptions: ReadonlySet<string>;
      readonly format: string | undefined;
    };

/** What the command table knows of a command beyond its definition, for its help. */
export interface CommandWords {
  /** Other words for its last word. */
  readonly aliases: readonly string[];
  /** Commands whose names begin with its own. */
  readonly below: readonly { readonly name: string; readonly summary: string }[];
}

/**
 * Parses the tokens behind a command's words by its own options and the global ones. Throws a usage error for an
 * unknown flag (with the nearest one) or a wrong value.
 */
export function parseLeaf(command: AnyCommand, words: CommandWords, tokens: readonly string[]): ParsedLeaf {
  const local = command.options as OptionTable;
  const globals = globalTable(local);
  const output = outputOption(command);
  const all: OptionTable = {
    ...local,
    ...(output && local['output'] === undefined ? { output } : {}),
    ...globals,
  };
  const program = buildProgram(command, words, local, all);
  const booleans = new Set(
    Object.values(all)
      .filter((spec) => spec.kind === 'boolean')
      .map(longName),
  );
  let help = '';
  program.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    writeErr: () => {},
  });
  try {
    const named = normaliseFlags(withMainNames(tokens, all), booleans);
    program.parse(withImpliedValues(named, all), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { help };
    throw error.code === 'commander.excessArguments'
      ? tooManyArguments(command, program.args)
      : asUsageError(error, command.name);
  }
  return collect(program, local, globals, all);
}

/** The global options that a command does not give another meaning to (by name or by short flag). */
function globalTable(local: OptionTable): OptionTable {
  const shorts = new Set(Object.values(local).flatMap((spec) => shortFlags(spec)));
  const entries = Object.entries(GLOBAL_OPTIONS as OptionTable).filter(([name]) => local[name] === undefined);
  return Object.fromEntries(
    entries.map(([name, spec]) => {
      const clash = shortFlags(spec).some((short) => shorts.has(short));
      return [name, clash ? { ...spec, flags: spec.flags.replace(/^-\w, /, '') } : spec];
    }),
  );
}

function shortFlags(spec: OptionSpec<unknown>): string[] {
  return /^-\w\b/.test(spec.flags) ? [spec.flags.slice(0, 2)] : [];
}

function outputOption(command: AnyCommand): OptionSpec<unknown> | undefined {
  const formats = formatsOf(command);
  if (formats.length < 2) return undefined;
  const shown = formats[0];
  return choice('-o, --output <format>', 'how to print the answer', formats, shown, {
    synonyms: FORMAT_SYNONYMS,
  });
}

const EVERY_COMMAND = 'Options of every command:';

function buildProgram(
  command: AnyCommand,
  words: CommandWords,
  local: OptionTable,
  all: OptionTable,
): Command {
  const program = new Command(`meshscope ${command.name}`)
    .description(command.description)
    .exitOverride()
    .allowExcessArguments(false)
    .showSuggestionAfterError(true)
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup(EVERY_COMMAND));
  for (const arg of command.args) {
    const name = arg.variadic ? `${arg.name}...` : arg.name;
    program.argument(arg.required ? `<${name}>` : `[${name}]`, arg.description);
  }
  for (const [name, spec] of Object.entries(all)) {
    const group = local[name] !== undefined || name === 'output' ? 'Options:' : EVERY_COMMAND;
    for (const option of commanderOptions(spec)) program.addOption(option.helpGroup(group));
  }
  program.addHelpText('after', afterHelp(command, words));
  return program;
}

function commanderOptions(spec: OptionSpec<unknown>): Option[] {
  const option = new Option(spec.flags, describe(spec));
  if (spec.hidden) option.hideHelp();
  if (spec.kind === 'boolean') return [option, new Option(`--no-${longName(spec)}`).hideHelp()];
  option.argParser((raw: string, previous: unknown) => {
    const value = parseOptionValue(spec, raw, `--${longName(spec)}`);
    return spec.kind === 'list' && Array.isArray(previous) ? [...previous, ...(value as string[])] : value;
  });
  return [option];
}

function describe(spec: OptionSpec<unknown>): string {
  const choices = spec.choices ? ` (${spec.choices.join(', ')})` : '';
  const shown =
    spec.kind === 'duration' && typeof spec.default === 'number' ? durationText(spec.default) : spec.default;
  const noted = spec.kind === 'boolean' ? spec.default === true : shown !== undefined && spec.kind !== 'list';
  return `${spec.description}${choices}${noted ? ` [${String(shown)}]` : ''}`;
}

/** As one would write it: `30s`, `1.5s`, `5m`. */
function durationText(ms: number): string {
  return ms % 60_000 === 0 ? humanDuration(ms) : `${ms / 1000}s`;
}

function afterHelp(command: AnyCommand, { aliases, below }: CommandWords): string {
  const parts: string[] = [];
  if (below.length > 0) {
    parts.push(
      'Commands below it:',
      ...below.map(({ name, summary }) => `  # ${summary}\n  meshscope ${name}`),
    );
  }
  if (aliases.length > 0) parts.push(`Also: ${aliases.join(', ')}`);
  if (command.examples.length > 0) {
    parts.push(
      'Examples:',
      ...command.examples.map((example) => `  # ${example.explains}\n  ${example.command}`),
    );
  }
  return parts.length === 0 ? '' : `\n${parts.join('\n')}`;
}

function collect(program: Command, local: OptionTable, globals: OptionTable, all: OptionTable): ParsedLeaf {
  const parsed = program.opts<Record<string, unknown>>();
  const readValue = (spec: OptionSpec<unknown>): unknown => parsed[camelCase(longName(spec))];
  const pick = (table: OptionTable): Record<string, unknown> =>
    Object.fromEntries(Object.entries(table).map(([name, spec]) => [name, readValue(spec) ?? spec.default]));
  const givenOf = (table: OptionTable): ReadonlySet<string> =>
    new Set(Object.entries(table).flatMap(([name, spec]) => (readValue(spec) === undefined ? [] : [name])));
  const defaults = Object.fromEntries(
    Object.entries(GLOBAL_OPTIONS).map(([name, spec]) => [name, spec.default]),
  );
  // A command may give --output another meaning, such as a folder.
  const format = local['output'] === undefined ? all['output'] : undefined;
  const output = format && readValue(format);
  return {
    args: program.args,
    options: pick(local),
    globals: { ...defaults, ...pick(globals) },
    given: givenOf(globals),
    givenOptions: givenOf(local),
    format: typeof output === 'string' ? output : undefined,
  };
}

/** The property that commander stores a long flag under: `--all-namespaces` → `allNamespaces`. */
function camelCase(long: string): string {
  return long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function tooManyArguments({ name, args }: AnyCommand, given: readonly string[]): MeshscopeError {
  const takes =
    args.length === 0 ? 'no argument' : `at most ${args.length} (${args.map((arg) => arg.name).join(', ')})`;
  return usageError(`${name} takes ${takes}: ${given.slice(args.length).join(' ')} is too much`, {
    hint: `meshscope ${name} --help shows what it takes`,
  });
}

function asUsageError(error: CommanderError, name: string): MeshscopeError {
  const [first = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const near = /Did you mean (?:one of )?(.*)\?/.exec(more.join(' '))?.[1];
  return usageError(first, {
    lines: near ? [['near', near]] : [],
    hint: `meshscope ${name} --help shows what it takes`,
    cause: error,
  });
}
