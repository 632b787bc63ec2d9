import { ExitCode, MeshscopeError } from '../util/errors.ts';

/** Why a source could not answer. `NotRecorded` is never "absent in the cluster". */
export type SourceErrorCode =
  | 'Unreachable'
  | 'Forbidden'
  | 'NotFound'
  | 'NotRecorded'
  | 'Timeout'
  | 'TooLarge'
  | 'Corrupt';

/** A failed question as a value: what was asked, of whom, why it failed, and the next step. */
export interface SourceError {
  readonly code: SourceErrorCode;
  /** What was asked, such as `config_dump of cart-v1.shop`. */
  readonly asked: string;
  /** Who was asked: label of the source, or the pod. */
  readonly of: string;
  readonly reason: string;
  readonly next?: string | undefined;
  /** It was not asked for, on purpose: a limit of time or size had been reached. */
  readonly leftOut?: boolean | undefined;
  /** Of something forbidden: the login is a good one, a right is missing. */
  readonly lacksRight?: boolean | undefined;
  /** Of something forbidden: the rule of a role that would allow it, on one line. */
  readonly rule?: string | undefined;
}

const EXIT: Record<SourceErrorCode, ExitCode> = {
  Unreachable: ExitCode.unreachable,
  Forbidden: ExitCode.forbidden,
  NotFound: ExitCode.notFound,
  NotRecorded: ExitCode.notFound,
  Timeout: ExitCode.unreachable,
  TooLarge: ExitCode.data,
  Corrupt: ExitCode.data,
};

/** The next step where the source knows no better one. */
const NEXT: Partial<Record<SourceErrorCode, string>> = {
  NotRecorded: 'ask the live cluster (without --from), or a recording that holds it',
  Corrupt: 'copy the recording again, or take a new one',
};

/** The error to throw when a command can't go on without the failed answer. */
export function toMeshscopeError(error: SourceError): MeshscopeError {
  return new MeshscopeError(error.code, EXIT[error.code], `can't read ${error.asked}: ${error.reason}`, {
    lines: [['from', error.of], ...(error.rule === undefined ? [] : ([['rule', error.rule]] as const))],
    hint: error.next ?? NEXT[error.code],
  });
}
