import { describe, expect, it } from 'vitest';
import { CallFailure, failureOfStatus, toCallFailure } from '../../../../src/sources/cluster/call-failure.ts';
import { waitBefore, withRetry } from '../../../../src/sources/cluster/retry.ts';

const POLICY = { attempts: 3, firstWaitMs: 10, longestWaitMs: 50 };

describe('the wait before a call is repeated', () => {
  it('doubles with every repetition', () => {
    const busy = failureOfStatus(503, '');
    expect([2, 3].map((next) => waitBefore(next, busy, POLICY))).toEqual([10, 20]);
  });

  it('is what the server asks for, but never longer than the policy allows', () => {
    expect(waitBefore(2, failureOfStatus(429, '', '0.02'), POLICY)).toBe(20);
    expect(waitBefore(2, failureOfStatus(429, '', '3600'), POLICY)).toBe(50);
  });

  it('does not come after the last attempt, nor for a failure that stays', () => {
    expect(waitBefore(4, failureOfStatus(503, ''), POLICY)).toBe(undefined);
    expect(waitBefore(2, failureOfStatus(403, ''), POLICY)).toBe(undefined);
    expect(waitBefore(2, failureOfStatus(404, ''), POLICY)).toBe(undefined);
  });

  it('follows a closed connection, not a refused one', () => {
    const withCode = (code: string): Error => Object.assign(new Error(code), { code });
    expect(waitBefore(2, toCallFailure(withCode('ECONNRESET')), POLICY)).toBe(10);
    expect(waitBefore(2, toCallFailure(withCode('ECONNREFUSED')), POLICY)).toBe(undefined);
  });
});

describe('a repeated call', () => {
  it('answers as soon as one attempt does', async () => {
    let calls = 0;
    const answer = await withRetry(
      async () => {
        calls++;
        if (calls < 3) throw failureOfStatus(500, '');
        return calls;
      },
      POLICY,
      undefined,
    );
    expect(answer).toBe(3);
  });

  it('throws the last failure when all attempts are used up', async () => {
    let calls = 0;
    const failing = withRetry(
      async () => {
        calls++;
        throw failureOfStatus(500, `{"message": "failure ${calls}"}`);
      },
      POLICY,
      undefined,
    );
    await expect(failing).rejects.toThrow('failure 3');
  });

  it('is not repeated once the run is ended', async () => {
    let calls = 0;
    const failing = withRetry(
      async () => {
        calls++;
        throw failureOfStatus(500, '');
      },
      POLICY,
      AbortSignal.abort(),
    );
    await expect(failing).rejects.toBeInstanceOf(CallFailure);
    expect(calls).toBe(1);
  });
});
