import type { Readable } from 'node:stream';

/** A stream of text to the outside: stdout or stderr. */
export interface TextOutput {
  write(text: string): Promise<void>;
  readonly isTTY: boolean;
  /** Columns of the terminal; `undefined` when it is not one. */
  readonly columns: number | undefined;
}

/** Everything that a run of the CLI takes from the process, so that tests can hand in their own. */
export interface CliIo {
  readonly stdin: Readable;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The time now; a snapshot's own time or SOURCE_DATE_EPOCH take its place where they are known. */
  readonly clock: () => Date;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}
