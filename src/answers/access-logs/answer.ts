import type { AccessLogs } from './access-logs.ts';
import type { Call } from './call.ts';

/** One request as it comes, of a log that is followed. */
export interface FollowedCall {
  readonly form: 'followed';
  readonly call: Call;
  /** Whether several pods are followed: then each line names its pod. */
  readonly several: boolean;
}

/** What `logs` answers: the whole, or one request after another. */
export type AccessLogsAnswer = AccessLogs | FollowedCall;
