import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isStraggler, raceTogether } from '../../../../src/sources/cluster/straggler.ts';
import { Limiter } from '../../../../src/sources/limiter.ts';

const POLICY = { leastMs: 40, factor: 2 };

function answerAfter(ms: number, value: string): (signal: AbortSignal) => Promise<string> {
  return async (signal) => {
    await sleep(ms, undefined, { signal }).catch(() => {
      throw signal.reason;
    });
    return value;
  };
}

describe('equal servers asked at once', () => {
  it('answer in the order in which they were given', async () => {
    const results = await raceTogether([answerAfter(15, 'a'), answerAfter(1, 'b')], POLICY);
    expect(results.map((one) => one.status === 'fulfilled' && one.value)).toEqual(['a', 'b']);
  });

  it('are not held up by one that is much slower than the first', async () => {
    const start = performance.now();
    const results = await raceTogether([answerAfter(60_000, 'slow'), answerAfter(1, 'fast')], POLICY);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(results[0]).toMatchObject({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'Timeout' }),
    });
  });

  it('are not waited for again once they are known to be slow', async () => {
    const patient = { leastMs: 60_000, factor: 1 };
    const start = performance.now();
    const calls = [answerAfter(60_000, 'slow'), answerAfter(20, 'fast'), answerAfter(1, 'faster')];
    const results = await raceTogether(calls, patient, new Set([0]));
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(results[0]?.status === 'rejected' && isStraggler(results[0].reason)).toBe(true);
  });

  it('are waited for, though known to be slow, where no other one answers', async () => {
    const failing = async (): Promise<string> => {
      throw new Error('dead');
    };
    const results = await raceTogether([answerAfter(60, 'slow'), failing], POLICY, new Set([0]));
    expect(results[0]).toEqual({ status: 'fulfilled', value: 'slow' });
    expect(isStraggler(results[1]?.status === 'rejected' && results[1].reason)).toBe(false);
  });

  it('are all waited for while none has succeeded', async () => {
    const failing = async (): Promise<string> => {
      throw new Error('dead');
    };
    const results = await raceTogether([failing, answerAfter(100, 'late')], POLICY);
    expect(results[1]).toEqual({ status: 'fulfilled', value: 'late' });
  });
});

describe('a limiter', () => {
  it('never lets more work run than its limit, and loses none of it', async () => {
    const limiter = new Limiter(3);
    let running = 0;
    let most = 0;
    const work = async (value: number): Promise<number> => {
      running++;
      most = Math.max(most, running);
      await sleep(1);
      running--;
      if (value === 4) throw new Error('four');
      return value;
    };
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, value) => limiter.run(() => work(value))),
    );
    expect(most).toBe(3);
    expect(results.filter((one) => one.status === 'fulfilled').length).toBe(19);
  });
});
