import type { Reporter } from '../report/reporter.ts';
import type { LiveOptions } from '../sources/live-options.ts';
import type { Capability } from '../sources/source.ts';
import type { ExitCode } from '../util/errors.ts';
import type { CommandContext } from './context.ts';
import type { GlobalValues } from './global-options.ts';
import type { OptionTable, OptionValues } from './options.ts';
import type { Rights } from './rights.ts';

/** Output formats of `-o`. `table` is the default of nearly all commands; `short` is its older name. */
export const FORMATS = [
  'table',
  'json',
  'yaml',
  'dot',
  'mermaid',
  'html',
  'markdown',
  'sarif',
  'junit',
  'github',
  'gitlab',
  'log',
  'prom',
  'prom-merged',
] as const;

/** One of `FORMATS`. */
export type Format = (typeof FORMATS)[number];

/** Other words for a format. */
export const FORMAT_SYNONYMS = { short: 'table', summary: 'table', yml: 'yaml' } as const;

/** A positional argument. A command with an optional or repeated one says so. */
export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly variadic?: boolean;
  /** What completion offers for it. */
  readonly completes?: 'proxy' | 'service' | 'file' | 'code' | 'shell';
  /** What completion offers where the words are always the same. */
  readonly words?: readonly string[];
}

/** A line of `--help`'s examples. */
export interface Example {
  readonly command: string;
  readonly explains: string;
  /** Needs a live cluster: a recording such as the demo mesh can't answer it. */
  readonly live?: boolean;
}

/** A file that an answer is written to in a format. */
export interface ReportFile {
  readonly format: Format;
  readonly path: string;
}

/** What a command is given: its positional arguments and its options. */
export interface CommandInput<O extends OptionTable> {
  readonly args: readonly string[];
  readonly options: OptionValues<O>;
  /** Names of the command's own options that stood on the command line; absent where nobody typed one. */
  readonly given?: ReadonlySet<string>;
}

/** Loads a reporter when its format was asked for, so that no other reporter's library is loaded. */
export type ReporterLoader<A> = () => Promise<Reporter<A>>;

/**
 * One subcommand. `run` asks the source and returns data; it prints nothing. A command that redraws or follows
 * returns an async iterable of answers; each is reported as it comes.
 */
export interface CommandDefinition<O extends OptionTable = OptionTable, A = unknown> {
  /** Words of the command, such as `proxy-config cluster`. */
  readonly name: string;
  readonly description: string;
  readonly args: readonly ArgumentSpec[];
  readonly options: O;
  readonly examples: readonly Example[];
  readonly stability: 'stable' | 'experimental';
  /** What the source must be able to do; empty for commands that need no source. */
  readonly needs: readonly Capability[];
  /** Checks before anything is read; throws a usage error. */
  validate?(input: CommandInput<O>, context: CommandContext): void;
  /** Whether this run goes on until Ctrl-C: then `--timeout` does not end it. */
  runsUntilInterrupted?(input: CommandInput<O>): boolean;
  /** What its options change about how a live mesh is read; asked before the source is opened. */
  live?(input: CommandInput<O>): LiveOptions;
  /**
   * What it reads of a live mesh besides what `needs` imply (pods and the way into them), for `--print-rbac`. A command
   * that lists other kinds, or looks at the whole mesh although it takes a proxy, says so here.
   */
  rights?(input: CommandInput<O>, globals: GlobalValues): Rights;
  run(input: CommandInput<O>, context: CommandContext): Promise<A> | AsyncIterable<A>;
  /** By format of `-o`; the first one is the default. */
  readonly reporters: Readonly<Partial<Record<Format, ReporterLoader<A>>>>;
  /** Under `--compat`: the reference's exact text, where it differs from `reporters`. */
  readonly compatReporters?: Readonly<Partial<Record<Format, ReporterLoader<A>>>>;
  readonly defaultFormat?: Format;
  /** Files that the answer is written to besides stdout; throws a usage error for a format that it has not. */
  reports?(input: CommandInput<O>): readonly ReportFile[];
  /** Under `--compat`: what the reference says on stderr once the answer is printed. */
  compatStderr?(answer: A, input: CommandInput<O>, context: CommandContext): Promise<string>;
  /** 0 when absent. */
  exitCode?(answer: A, input: CommandInput<O>, context: CommandContext): ExitCode;
}

/** Keeps the types of a command's options and answer together; returns the definition itself. */
export function defineCommand<const O extends OptionTable, A>(
  definition: CommandDefinition<O, A>,
): CommandDefinition<O, A> {
  return definition;
}
