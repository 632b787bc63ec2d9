import type { Reporter, ReportOptions } from '../report/reporter.ts';
import { ExitCode, MeshscopeError, usageError } from '../util/errors.ts';
import { hideInText } from '../util/secret-text.ts';
import type { Format } from './command.ts';
import type { AnyCommand } from './command-table.ts';
import { formatsOf } from './command-table.ts';
import { type CommandContext, createContext, type OpenContext } from './context.ts';
import { withDefaults } from './defaults.ts';
import { withKnownWords } from './filter-words.ts';
import type { CliIo } from './io.ts';
import { parseLeaf } from './leaf-parser.ts';
import { printError } from './print-error.ts';
import { createTerminal } from './terminal.ts';

/**
 * Runs one command from its tokens to its exit code: parse, open the source lazily, run, report, close, map errors.
 * Nothing is thrown; what goes wrong is printed on stderr.
 */
export async function runCommand(
  command: AnyCommand,
  aliases: readonly string[],
  tokens: readonly string[],
  io: CliIo,
): Promise<ExitCode> {
  let verbose = tokens.includes('--verbose');
  const timer = new AbortController();
  let timeout: NodeJS.Timeout | undefined;
  let open: OpenContext | undefined;
  try {
    const parsed = parseLeaf(command, aliases, tokens);
    if ('help' in parsed) {
      await io.stdout.write(parsed.help);
      return ExitCode.ok;
    }
    const { globals, output, notes, fromFoundFile } = await withDefaults(parsed.globals, parsed.given, io);
    verbose ||= globals.verbose;
    const format = chosenFormat(command, parsed.format, output);
    const terminal = createTerminal(io, globals.color);
    for (const note of globals.compat ? [] : notes) await terminal.note(note);
    const options = globals.compat ? parsed.options : withKnownWords(command.options, parsed.options);
    const input = { args: parsed.args, options };
    const signal = AbortSignal.any([io.signal, timer.signal]);
    open = createContext(globals, format, io, terminal, signal, command.live?.(input), fromFoundFile);
    if (command.runsUntilInterrupted?.(input) !== true && globals.timeout > 0) {
      const ms = Math.min(globals.timeout, LONGEST_TIMER_MS);
      timeout = setTimeout(() => timer.abort(timeoutError(ms)), ms);
    }
    command.validate?.(input, open.context);
    const reporter = await loadReporter(command, format, globals.compat);
    const code = await answerAndReport(command, input, open.context, reporter);
    return await closeGaps(open, code);
  } catch (error) {
    if (io.signal.aborted) return ExitCode.interrupted;
    return await printError(timer.signal.aborted ? timer.signal.reason : error, io, verbose);
  } finally {
    clearTimeout(timeout);
    await open?.close();
  }
}

/** A longer time makes Node's timer go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `-o`, else the default from the surroundings where the command has that format, else the command's own. */
function chosenFormat(command: AnyCommand, given: string | undefined, output: string | undefined): Format {
  const formats = formatsOf(command);
  const wanted = given ?? formats.find((format) => format === output);
  return (wanted ?? formats[0] ?? 'table') as Format;
}

function timeoutError(ms: number): MeshscopeError {
  return new MeshscopeError('Timeout', ExitCode.unreachable, `no answer within ${ms / 1000}s`, {
    hint: '--timeout 2m waits longer, --timeout 0 for ever',
  });
}

async function loadReporter(
  command: AnyCommand,
  format: Format,
  compat: boolean,
): Promise<Reporter<unknown>> {
  const load = (compat ? command.compatReporters?.[format] : undefined) ?? command.reporters[format];
  if (load === undefined) throw usageError(`output format "${format}" not supported`);
  return load();
}

async function answerAndReport(
  command: AnyCommand,
  input: { args: readonly string[]; options: Readonly<Record<string, unknown>> },
  context: CommandContext,
  reporter: Reporter<unknown>,
): Promise<ExitCode> {
  const result = command.run(input, context) as Promise<unknown> | AsyncIterable<unknown>;
  const answers = isAsyncIterable(result) ? result : [await result];
  let code: ExitCode = ExitCode.ok;
  for await (const answer of answers) {
    if (context.io.signal.aborted) return ExitCode.interrupted;
    context.terminal.clearProgress();
    const options: ReportOptions = {
      color: context.terminal.color,
      width: context.terminal.width,
      now: context.now(),
    };
    const text = reporter(answer, options);
    for (const piece of typeof text === 'string' ? [text] : text) {
      await context.io.stdout.write(hideInText(piece));
    }
    code = command.exitCode?.(answer, input) ?? ExitCode.ok;
  }
  return context.io.signal.aborted ? ExitCode.interrupted : code;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Names the missing parts on stderr; under `--strict` they turn a 0 into 75. */
async function closeGaps(open: OpenContext, code: ExitCode): Promise<ExitCode> {
  const { terminal, globals } = open.context;
  await open.noteSource();
  for (const gap of open.gaps) {
    await terminal.note(`${gap.what}: ${gap.why}${gap.next ? ` (${gap.next})` : ''}`);
  }
  return code === ExitCode.ok && open.gaps.length > 0 && globals.strict ? ExitCode.partial : code;
}
