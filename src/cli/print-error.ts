import { ExitCode, MeshscopeError } from '../util/errors.ts';
import { hideInText } from '../util/secret-text.ts';
import { escapeControl, escapeLine } from '../util/text.ts';
import type { CliIo } from './io.ts';

/**
 * Writes an error to stderr: what happened, labelled details, the next step, each on one line. Anything that is not
 * a `MeshscopeError` is a bug of ours: it says so, and shows the stack only with `verbose`. Returns the exit code.
 */
export async function printError(error: unknown, io: CliIo, verbose: boolean): Promise<ExitCode> {
  if (error instanceof MeshscopeError) {
    const rows = [...error.lines, ...(error.hint ? [['next', error.hint] as const] : [])];
    const width = Math.max(0, ...rows.map(([label]) => label.length));
    const lines = rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
    await io.stderr.write(
      `${[`error: ${error.message}`, ...lines].map((line) => escapeLine(hideInText(line))).join('\n')}\n`,
    );
    if (verbose && error.cause instanceof Error)
      await io.stderr.write(`${visible(String(error.cause.stack))}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  await io.stderr.write(
    `${visible(`error: unexpected failure in meshscope itself: ${message.split('\n')[0]}`)}\n`,
  );
  if (verbose && error instanceof Error) await io.stderr.write(`${visible(String(error.stack))}\n`);
  else await io.stderr.write('  next  run again with --verbose and report what it prints\n');
  return ExitCode.bug;
}

/** Messages may quote what was read: without its secrets and control characters. */
function visible(text: string): string {
  return escapeControl(hideInText(text));
}
