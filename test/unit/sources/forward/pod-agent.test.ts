import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PodAgent } from '../../../../src/sources/forward/pod-agent.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('a kept connection is closed after a while, and one that was closed before leaves no timer behind', async () => {
  const agent = new PodAgent(() => Promise.reject(new Error('not asked')));
  const [idle, closed] = [new PassThrough(), new PassThrough()];
  expect([agent.keepSocketAlive(idle), agent.keepSocketAlive(closed)]).toEqual([true, true]);
  closed.destroy();
  await once(closed, 'close');
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(2_000);
  expect(idle.destroyed).toBe(true);
});
