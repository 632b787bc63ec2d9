import type { CliIo, TextOutput } from './cli/io.ts';
import { runCli } from './cli/program.ts';
import { COMMANDS } from './commands/index.ts';

/**
 * The real process as a `CliIo`: the first Ctrl-C aborts the run's signal (it prints what it has and cleans up), the
 * second one kills. `release` gives up the signal handlers and stdin so that the process can end.
 */
function processIo(): { io: CliIo; release: () => void } {
  const interrupt = new AbortController();
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  const io: CliIo = {
    get stdin() {
      return process.stdin;
    },
    stdout: output(process.stdout),
    stderr: output(process.stderr),
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

/** A stream whose reader may go away early (`| head`): a closed pipe ends the run quietly. */
function output(stream: NodeJS.WriteStream): TextOutput {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
  });
  return {
    write: (text) =>
      new Promise((resolve) => {
        if (closed || text === '') resolve();
        else stream.write(text, () => resolve());
      }),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
  };
}

const { io, release } = processIo();
process.exitCode = await runCli(COMMANDS, process.argv.slice(2), io);
release();
