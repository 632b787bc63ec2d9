/** The exit codes of every command, the same for every output format (docs/exit-codes in the README). */
export const ExitCode = {
  ok: 0,
  no: 1,
  usage: 64,
  data: 65,
  notFound: 66,
  unreachable: 69,
  bug: 70,
  partial: 75,
  forbidden: 77,
  findings: 79,
  interrupted: 130,
} as const;

/** One of the numbers in `ExitCode`. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What an error carries besides its message: detail lines, the next step and the cause. */
export interface ErrorDetail {
  /** Labelled lines printed under the message, such as `['near', 'storefront-v1-….shop']`. */
  readonly lines?: readonly (readonly [label: string, text: string])[];
  /** The next step, printed after `next`. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An error whose message is meant for the user: what happened and where, in plain words. The message starts in
 * lower case; it is printed after `error: `. Everything else that is thrown is treated as a bug of ours (exit 70).
 */
export class MeshscopeError extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly lines: readonly (readonly [string, string])[];
  readonly hint: string | undefined;

  constructor(code: string, exitCode: ExitCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? {} : { cause: detail.cause });
    this.name = 'MeshscopeError';
    this.code = code;
    this.exitCode = exitCode;
    this.lines = detail.lines ?? [];
    this.hint = detail.hint;
  }
}

/** A flag, value or argument is wrong: exit 64. */
export function usageError(message: string, detail?: ErrorDetail): MeshscopeError {
  return new MeshscopeError('Usage', ExitCode.usage, message, detail);
}

/** Input that can't be read; the message names file:line:column where it is known: exit 65. */
export function dataError(message: string, detail?: ErrorDetail): MeshscopeError {
  return new MeshscopeError('Data', ExitCode.data, message, detail);
}

/** The named thing does not exist here, or was not recorded: exit 66. */
export function notFoundError(message: string, detail?: ErrorDetail): MeshscopeError {
  return new MeshscopeError('NotFound', ExitCode.notFound, message, detail);
}
