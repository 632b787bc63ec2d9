import { type CallFailure, toCallFailure } from './call-failure.ts';

/** A way to an answer; its signal says that the answer has come by another way. */
export type Way<T> = (signal: AbortSignal) => Promise<T>;

/**
 * The answer by the first way; the second one is tried at once when the first fails in a manner that it may help with,
 * and beside it when it has not answered for `hedgeMs`. The first success wins and ends the other. When both fail: the
 * failure of the first, with that of the second. Throws `CallFailure`.
 */
export async function firstSuccess<T>(
  first: Way<T>,
  second: Way<T>,
  options: {
    readonly hedgeMs: number;
    readonly signal: AbortSignal;
    /** Asked when `hedgeMs` have passed: whether the first way has not even begun to answer. Yes, when absent. */
    isSilent?(): boolean;
    mayHelp(failure: CallFailure): boolean;
    both(first: CallFailure, second: CallFailure): CallFailure;
  },
): Promise<T> {
  const done = new AbortController();
  const signal = AbortSignal.any([options.signal, done.signal]);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      let started = false;
      let failures: { first?: CallFailure; second?: CallFailure } = {};
      const settle = (): void => {
        const { first: one, second: two } = failures;
        if (one === undefined) return;
        if (two !== undefined) reject(options.both(one, two));
        else if (started) return;
        else if (options.mayHelp(one) && !signal.aborted) startSecond();
        else reject(one);
      };
      const startSecond = (): void => {
        if (started) return;
        started = true;
        second(signal).then(resolve, (cause: unknown) => {
          failures = { ...failures, second: toCallFailure(cause) };
          settle();
        });
      };
      timer = setTimeout(() => {
        if (options.isSilent?.() ?? true) startSecond();
      }, options.hedgeMs);
      first(signal).then(resolve, (cause: unknown) => {
        clearTimeout(timer);
        failures = { ...failures, first: toCallFailure(cause) };
        settle();
      });
    });
  } finally {
    clearTimeout(timer);
    done.abort();
  }
}
