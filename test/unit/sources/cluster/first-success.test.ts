import { describe, expect, test } from 'vitest';
import { CallFailure } from '../../../../src/sources/cluster/call-failure.ts';
import { firstSuccess, type Way } from '../../../../src/sources/cluster/first-success.ts';

const settling =
  (ms: number, outcome: string | CallFailure): Way<string> =>
  (signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => (typeof outcome === 'string' ? resolve(outcome) : reject(outcome)), ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new CallFailure('Timeout', 'ended'));
      });
    });
const refused = new CallFailure('Forbidden', 'refused');
const broken = new CallFailure('Unreachable', 'broken');

function race(
  first: Way<string>,
  second: Way<string>,
  signal = new AbortController().signal,
): Promise<string> {
  return firstSuccess(first, second, {
    hedgeMs: 50,
    signal,
    mayHelp: ({ code }) => code === 'Unreachable',
    both: (one, two) => new CallFailure(one.code, `${one.message} and ${two.message}`),
  });
}

describe('of two ways', () => {
  test('the second is not tried when the first answers in time', async () => {
    let tried = false;
    const second: Way<string> = async () => {
      tried = true;
      return 'second';
    };
    expect(await race(settling(5, 'first'), second)).toBe('first');
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(tried).toBe(false);
  });

  test('the second is tried at once when the first is broken', async () => {
    const start = performance.now();
    expect(await race(settling(1, broken), settling(1, 'second'))).toBe('second');
    expect(performance.now() - start).toBeLessThan(45);
  });

  test('the second is tried beside a first that is slow, and ends it', async () => {
    let ended = false;
    const slow: Way<string> = (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          ended = true;
        });
      });
    expect(await race(slow, settling(5, 'second'))).toBe('second');
    expect(ended).toBe(true);
  });

  test('a slow first still wins over a second that fails', async () => {
    expect(await race(settling(90, 'first'), settling(1, broken))).toBe('first');
  });

  test('the second is not tried beside a first that has begun to answer', async () => {
    let tried = false;
    const second: Way<string> = async () => {
      tried = true;
      return 'second';
    };
    const options = { hedgeMs: 20, isSilent: () => false, mayHelp: () => true, both: () => broken };
    const { signal } = new AbortController();
    expect(await firstSuccess(settling(60, 'first'), second, { ...options, signal })).toBe('first');
    expect(tried).toBe(false);
  });

  test('a failure that the other way does not help is the answer', async () => {
    await expect(race(settling(1, refused), settling(1, 'second'))).rejects.toBe(refused);
  });

  test('two failures are both told', async () => {
    await expect(race(settling(1, broken), settling(1, refused))).rejects.toMatchObject({
      message: 'broken and refused',
    });
    await expect(race(settling(80, refused), settling(1, broken))).rejects.toMatchObject({
      message: 'refused and broken',
    });
  });

  test('ending the call ends both', async () => {
    const ending = new AbortController();
    const race1 = race(settling(10_000, 'first'), settling(10_000, 'second'), ending.signal);
    setTimeout(() => ending.abort(), 70);
    await expect(race1).rejects.toMatchObject({ code: 'Timeout' });
  });
});
