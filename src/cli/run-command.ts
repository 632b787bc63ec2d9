import { setMaxListeners } from 'node:events';
import type { Reporter, ReportOptions } from '../report/reporter.ts';
import { ExitCode, MeshscopeError, usageError } from '../util/errors.ts';
import { hideInText } from '../util/secret-text.ts';
import { liveOptionsOf } from './admin-port.ts';
import type { Format, ReportFile } from './command.ts';
import type { AnyCommand } from './command-table.ts';
import { formatsOf } from './command-table.ts';
import { type CommandContext, createContext, type Gap, type OpenContext } from './context.ts';
import { withDefaults } from './defaults.ts';
import { withKnownWords } from './filter-words.ts';
import { gapLines } from './gap-lines.ts';
import type { CliIo } from './io.ts';
import { type CommandWords, parseLeaf } from './leaf-parser.ts';
import { printError } from './print-error.ts';
import { createTerminal } from './terminal.ts';

/**
 * Runs one command from its tokens to its exit code: parse, open the source lazily, run, report, close, map errors.
 * Nothing is thrown; what goes wrong is printed on stderr.
 */
export async function runCommand(
  command: AnyCommand,
  words: CommandWords,
  tokens: readonly string[],
  io: CliIo,
): Promise<ExitCode> {
  let verbose = tokens.includes('--verbose');
  const timer = new AbortController();
  let timeout: NodeJS.Timeout | undefined;
  let open: OpenContext | undefined;
  try {
    const parsed = parseLeaf(command, words, tokens);
    if ('help' in parsed) {
      await io.stdout.write(parsed.help);
      return ExitCode.ok;
    }
    const defaults = await withDefaults(parsed.globals, parsed.given, io);
    const { globals, output, notes } = defaults;
    verbose ||= globals.verbose;
    const format = chosenFormat(command, parsed.format, output);
    const terminal = createTerminal(io, globals.color);
    for (const note of globals.compat ? [] : notes) await terminal.note(note);
    const options = globals.compat ? parsed.options : withKnownWords(command.options, parsed.options);
    const input = { args: parsed.args, options, given: parsed.givenOptions };
    if (globals.printRbac) {
      const { rbacText } = await import('./print-rbac.ts');
      await io.stdout.write(await rbacText(command, input, globals, io));
      return ExitCode.ok;
    }
    const signal = AbortSignal.any([io.signal, timer.signal]);
    // As many listeners as requests under way are no leak.
    setMaxListeners(0, signal);
    const live = liveOptionsOf(command, input);
    open = createContext(defaults, format, io, terminal, signal, live);
    if (command.runsUntilInterrupted?.(input) !== true && globals.timeout > 0) {
      const ms = Math.min(globals.timeout, LONGEST_TIMER_MS);
      timeout = setTimeout(() => timer.abort(timeoutError(ms)), ms);
    }
    command.validate?.(input, open.context);
    const reporter = await loadReporter(command, format, globals.compat);
    const code = await answerAndReport(command, input, open.context, reporter, () => clearTimeout(timeout));
    if (timer.signal.aborted) open.context.gap(timeoutGap(timer.signal.reason));
    const final = await closeGaps(open, code);
    if (!io.signal.aborted) return final;
    // What goes on until Ctrl-C was not cut short by it.
    if (command.runsUntilInterrupted?.(input) === true) return ExitCode.interrupted;
    return await interrupted(open.context.terminal, 'this is what was read until then');
  } catch (error) {
    if (io.signal.aborted) {
      const terminal = open?.context.terminal ?? createTerminal(io, 'auto');
      terminal.clearProgress();
      return await interrupted(terminal, undefined);
    }
    return await printError(timer.signal.aborted ? timedOut(timer.signal.reason, error) : error, io, verbose);
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

/** The time limit as a part that an answer lacks. */
function timeoutGap(reason: MeshscopeError): Gap {
  return { what: 'the answer', why: `${reason.message}, it is what was read until then`, next: reason.hint };
}

/** The time limit as an error, with what was being waited for. */
function timedOut(reason: MeshscopeError, error: unknown): MeshscopeError {
  if (!(error instanceof MeshscopeError) || error === reason) return reason;
  const lines = [['while', error.message] as const];
  return new MeshscopeError(reason.code, reason.exitCode, reason.message, { lines, hint: reason.hint });
}

/** Says how much of an answer there is after Ctrl-C. */
async function interrupted(
  terminal: CommandContext['terminal'],
  shown: string | undefined,
): Promise<ExitCode> {
  await terminal.note(shown === undefined ? 'interrupted before anything was read' : `interrupted: ${shown}`);
  return ExitCode.interrupted;
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
  answered: () => void,
): Promise<ExitCode> {
  const result = command.run(input, context) as Promise<unknown> | AsyncIterable<unknown>;
  if (!isAsyncIterable(result)) {
    // What runs until Ctrl-C has something to put back then, which may take its time.
    const untilCtrlC = command.runsUntilInterrupted?.(input) === true;
    const answer = await (untilCtrlC ? result : soonAfter(result, context.signal));
    answered();
    return report(command, input, answer, context, reporter);
  }
  let code: ExitCode = ExitCode.ok;
  for await (const answer of result) code = await report(command, input, answer, context, reporter);
  return code;
}

async function report(
  command: AnyCommand,
  input: { args: readonly string[]; options: Readonly<Record<string, unknown>> },
  answer: unknown,
  context: CommandContext,
  reporter: Reporter<unknown>,
): Promise<ExitCode> {
  context.terminal.clearProgress();
  const options: ReportOptions = {
    color: context.terminal.color,
    width: context.terminal.width,
    now: context.now(),
  };
  for (const file of command.reports?.(input) ?? []) await writeReport(command, file, answer, context);
  const text = reporter(answer, options);
  for (const piece of typeof text === 'string' ? [text] : text) {
    await context.io.stdout.write(hideInText(piece));
  }
  const said = context.globals.compat ? await command.compatStderr?.(answer, input, context) : undefined;
  if (said !== undefined && said !== '') await context.io.stderr.write(hideInText(said));
  return command.exitCode?.(answer, input, context) ?? ExitCode.ok;
}

/** Writes an answer to a file, without colours and with nothing cut. */
async function writeReport(
  command: AnyCommand,
  { format, path }: ReportFile,
  answer: unknown,
  context: CommandContext,
): Promise<void> {
  const reporter = await loadReporter(command, format, context.globals.compat);
  const text = reporter(answer, { color: false, width: Number.POSITIVE_INFINITY, now: context.now() });
  const whole = typeof text === 'string' ? text : [...text].join('');
  const { writeAtomically } = await import('./write-files.ts');
  await writeAtomically(context.io.cwd, path, hideInText(whole));
}

/** How long a command may take to answer with what it has after it was told to end. */
const LAST_WORDS_MS = 600;

/** The answer, or an error when it does not come soon after the signal. */
async function soonAfter<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(signal.reason), LAST_WORDS_MS);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    answer.catch(() => {});
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Names the missing parts on stderr; under `--strict` they turn a 0 into 75. */
async function closeGaps(open: OpenContext, code: ExitCode): Promise<ExitCode> {
  const { terminal, globals } = open.context;
  await open.noteSource();
  for (const line of gapLines(open.gaps)) await terminal.note(line);
  return code === ExitCode.ok && open.gaps.length > 0 && globals.strict ? ExitCode.partial : code;
}
