import { CallFailure } from './call-failure.ts';

/** How long the slow ones among several equal servers are waited for after the first one has answered. */
export interface StragglerPolicy {
  /** At least this long from the start, in milliseconds. */
  readonly leastMs: number;
  /** And this many times as long as the first one took. */
  readonly factor: number;
}

/** Replicas of istiod: a healthy one answers within seconds, one that hangs must not hold up the others' answers. */
export const ISTIOD_STRAGGLERS: StragglerPolicy = { leastMs: 4_000, factor: 4 };

/**
 * Runs all calls at once and answers their results in order. Once one has succeeded, calls that take much longer are
 * ended by their signal with a `Timeout`; while none has, each waits for its own limit.
 */
export async function raceTogether<T>(
  calls: readonly ((signal: AbortSignal) => Promise<T>)[],
  policy: StragglerPolicy,
): Promise<readonly PromiseSettledResult<T>[]> {
  const start = performance.now();
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const first = (): void => {
    const took = performance.now() - start;
    const wait = Math.max(policy.leastMs, took * policy.factor) - took;
    timer ??= setTimeout(() => ending.abort(straggler(took + wait)), wait);
  };
  const results = await Promise.allSettled(
    calls.map(async (call) => {
      const value = await call(ending.signal);
      first();
      return value;
    }),
  );
  clearTimeout(timer);
  return results;
}

function straggler(ms: number): CallFailure {
  const seconds = Math.round(ms / 100) / 10;
  return new CallFailure('Timeout', `no answer within ${seconds} s, while another replica had answered`);
}
