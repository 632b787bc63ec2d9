import { setTimeout as sleep } from 'node:timers/promises';
import { type CallFailure, toCallFailure } from './call-failure.ts';

/** How often and how patiently a failed call is repeated. Times are milliseconds. */
export interface RetryPolicy {
  /** Calls in all, the first one included. */
  readonly attempts: number;
  /** Wait before the second call; doubled before each further one. */
  readonly firstWaitMs: number;
  /** No wait is longer, whatever the server asks for. */
  readonly longestWaitMs: number;
}

/** Reads of the Kubernetes API. */
export const READ_RETRY: RetryPolicy = { attempts: 4, firstWaitMs: 200, longestWaitMs: 5_000 };

/**
 * How long to wait before call number `next` (2 is the first repetition), or `undefined` to give up: only passing
 * failures (429, 5xx, a closed connection) are repeated; the server's `Retry-After` wins over the doubling wait.
 */
export function waitBefore(next: number, failure: CallFailure, policy: RetryPolicy): number | undefined {
  if (!failure.passing || next > policy.attempts) return undefined;
  const wait = failure.retryAfterMs ?? policy.firstWaitMs * 2 ** (next - 2);
  return Math.min(wait, policy.longestWaitMs);
}

/** Runs `call` until it succeeds, fails for good, or the policy is used up; then throws the last `CallFailure`. */
export async function withRetry<T>(
  call: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let next = 2; ; next++) {
    try {
      return await call();
    } catch (cause) {
      const failure = toCallFailure(cause);
      const wait = signal?.aborted ? undefined : waitBefore(next, failure, policy);
      if (wait === undefined) throw failure;
      await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw failure;
      });
    }
  }
}
