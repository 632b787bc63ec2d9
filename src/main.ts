import { getSystemErrorMap } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import type { CliIo, TextOutput } from './cli/io.ts';
import { printError } from './cli/print-error.ts';
import { runCli } from './cli/program.ts';
import { COMMANDS } from './commands/index.ts';
import { ExitCode, MeshscopeError } from './util/errors.ts';
import { limitJsonMemory } from './util/json-cost.ts';

/** What comes this soon after a Ctrl-C is the same one: the terminal sends it to all, and a wrapper passes it on. */
const SAME_INTERRUPT_MS = 1000;

/**
 * The real process as a `CliIo`: the first Ctrl-C aborts the run's signal (it prints what it has and cleans up), a
 * second one kills. `release` gives up the signal handlers and stdin so that the process can end.
 */
function processIo(): { io: CliIo; release: () => void } {
  const interrupt = new AbortController();
  let pressed = 0;
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) {
      if (performance.now() - pressed > SAME_INTERRUPT_MS) process.exit(130);
      return;
    }
    pressed = performance.now();
    interrupt.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  const io: CliIo = {
    get stdin() {
      return process.stdin;
    },
    stdout: output(process.stdout, 'stdout'),
    // What can't be said on stderr can be said nowhere: the exit code alone tells.
    stderr: output(process.stderr, undefined),
    env: process.env,
    cwd: process.cwd(),
    clock: () => new Date(),
    signal: interrupt.signal,
  };
  return {
    io,
    release: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    },
  };
}

/**
 * A stream whose reader may go away early (`| head`): a closed pipe ends the run quietly. Any other failure to write
 * (a full disk, say) rejects, once, with an error that names the stream; one without a name stays quiet.
 */
function output(stream: NodeJS.WriteStream, name: string | undefined): TextOutput {
  let closed = false;
  // Without a listener the stream's own report of a failed write would end the process with a stack.
  stream.on('error', () => {
    closed = true;
  });
  const write = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      stream.write(text, (error) => {
        if (error) closed = true;
        if (error && name !== undefined && !isClosedPipe(error)) reject(writeError(name, error));
        else resolve();
      });
    });
  return {
    write: async (text) => {
      if (!closed && text !== '') await write(text);
    },
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
  };
}

function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
}

function writeError(name: string, error: NodeJS.ErrnoException): MeshscopeError {
  const [, reason] = getSystemErrorMap().get(error.errno ?? 0) ?? [];
  return new MeshscopeError('WriteFailed', ExitCode.no, `can't write ${name}: ${reason ?? error.message}`, {
    cause: error,
  });
}

limitJsonMemory(getHeapStatistics().heap_size_limit);
const { io, release } = processIo();
process.exitCode = await runCli(COMMANDS, process.argv.slice(2), io).catch((error: unknown) =>
  printError(error, io, false),
);
release();
// What pays no attention to Ctrl-C must not keep the process: all that there was to print is printed.
if (io.signal.aborted) process.exit();
