import { CallFailure } from './call-failure.ts';

/** How long the slow ones among several equal servers are waited for after the first one has answered. */
export interface StragglerPolicy {
  /** At least this long from the start, in milliseconds. */
  readonly leastMs: number;
  /** And this many times as long as the first one took. */
  readonly factor: number;
}

/** Replicas of istiod: a healthy one answers within seconds, one that hangs must not hold up the others' answers. */
export const ISTIOD_STRAGGLERS: StragglerPolicy = { leastMs: 3_500, factor: 4 };

/**
 * Runs all calls at once and answers their results in order. Once one has succeeded, calls that take much longer are
 * ended by their signal with a `Timeout`; while none has, each waits for its own limit. Calls that are `known` to be
 * slow, by their position, are ended as soon as all others are done: nobody waits twice for the same replica.
 */
export async function raceTogether<T>(
  calls: readonly ((signal: AbortSignal) => Promise<T>)[],
  policy: StragglerPolicy,
  known: ReadonlySet<number> = new Set(),
): Promise<readonly PromiseSettledResult<T>[]> {
  const start = performance.now();
  const ending = new AbortController();
  const endingKnown = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let left = calls.length - known.size;
  const onSuccess = (): void => {
    const took = performance.now() - start;
    const wait = Math.max(policy.leastMs, took * policy.factor) - took;
    timer ??= setTimeout(() => {
      ending.abort(straggler(took + wait));
      endingKnown.abort(straggler(took + wait));
    }, wait);
  };
  const onDone = (): void => {
    left -= 1;
    if (left === 0 && timer !== undefined) endingKnown.abort(straggler(performance.now() - start));
  };
  const results = await Promise.allSettled(
    calls.map(async (call, index) => {
      const isKnown = known.has(index);
      try {
        const value = await call(isKnown ? endingKnown.signal : ending.signal);
        onSuccess();
        return value;
      } finally {
        if (!isKnown) onDone();
      }
    }),
  );
  clearTimeout(timer);
  return results;
}

/** Whether a call was ended because others had answered long before. */
export function isStraggler(cause: unknown): boolean {
  return cause instanceof CallFailure && cause.message.includes(WHILE_OTHERS);
}

const WHILE_OTHERS = 'while another replica had answered';

function straggler(ms: number): CallFailure {
  const seconds = Math.max(0.1, Math.round(ms / 100) / 10);
  return new CallFailure('Timeout', `no answer within ${seconds} s, ${WHILE_OTHERS}`);
}
