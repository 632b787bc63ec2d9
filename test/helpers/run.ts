import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { CliIo, TextOutput } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { COMMANDS } from '../../src/commands/index.ts';

/** The repository's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What a run of the CLI printed, and its exit code. */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** What a test may set: everything else is a plain, piped, colourless process at a fixed time. */
export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly now?: Date;
  readonly tty?: { readonly columns: number };
  readonly signal?: AbortSignal;
}

/** Runs the CLI in this process, as `meshscope <line>` would; `line` is split at blanks, an array is taken as it is. */
export async function run(line: string | readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const stdout = capture(options.tty);
  const stderr = capture(options.tty);
  const io: CliIo = {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: stdout.output,
    stderr: stderr.output,
    env: options.env ?? {},
    cwd: options.cwd ?? ROOT,
    clock: () => options.now ?? new Date('2026-11-23T02:11:39Z'),
    signal: options.signal ?? new AbortController().signal,
  };
  const argv = typeof line === 'string' ? line.split(/\s+/).filter((word) => word !== '') : line;
  const exitCode = await runCli(COMMANDS, argv, io);
  return { stdout: stdout.text(), stderr: stderr.text(), exitCode };
}

function capture(tty: { readonly columns: number } | undefined): { output: TextOutput; text: () => string } {
  const pieces: string[] = [];
  return {
    output: {
      write: async (text) => {
        pieces.push(text);
      },
      isTTY: tty !== undefined,
      columns: tty?.columns,
    },
    text: () => pieces.join(''),
  };
}
