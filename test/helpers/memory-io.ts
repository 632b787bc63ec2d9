import { Readable } from 'node:stream';
import type { AnyCommand, CommandTable } from '../../src/cli/command-table.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { ROOT, type RunOptions, type RunResult } from './run.ts';

/** A command table with the given commands alone; a parent for every first word of a two-word name. */
export function tableOf(...commands: readonly AnyCommand[]): CommandTable {
  const parents = new Set(
    commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])),
  );
  return {
    parents: [...parents].map((name) => ({
      name,
      aliases: [`${name[0]}${name[name.indexOf('-') + 1]}`],
      summary: `about ${name}`,
      group: 'Configuration',
    })),
    commands: commands.map((command) => ({
      name: command.name,
      summary: command.description,
      group: 'Configuration',
      load: async () => ({ command }),
    })),
  };
}

/** Runs a command line on a table of the test's own. */
export async function runTable(
  table: CommandTable,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const out: string[] = [];
  const err: string[] = [];
  const output = (pieces: string[]): CliIo['stdout'] => ({
    write: async (text) => {
      pieces.push(text);
    },
    isTTY: options.tty !== undefined,
    columns: options.tty?.columns,
  });
  const exitCode = await runCli(table, argv, {
    stdin: Readable.from([]),
    stdout: output(out),
    stderr: output(err),
    env: options.env ?? {},
    cwd: options.cwd ?? ROOT,
    clock: () => options.now ?? new Date('2026-11-23T02:11:39Z'),
    signal: options.signal ?? new AbortController().signal,
  });
  return { stdout: out.join(''), stderr: err.join(''), exitCode };
}
