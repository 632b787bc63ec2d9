import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inLanes } from '../../../../src/commands/bug-report/in-lanes.ts';

it('works on every item once, within the limits of all and of each lane', async () => {
  const items = fc.array(
    fc.record({ lane: fc.constantFrom('a', 'b', 'c'), ticks: fc.integer({ min: 0, max: 4 }) }),
  );
  await fc.assert(
    fc.asyncProperty(items, fc.integer({ min: 1, max: 5 }), async (list, atATime) => {
      const done: unknown[] = [];
      const busy = new Map<string, number>();
      let running = 0;
      await inLanes(list, { atATime, lanes: ({ lane }) => [{ name: lane, most: 2 }] }, async (item) => {
        running += 1;
        busy.set(item.lane, (busy.get(item.lane) ?? 0) + 1);
        expect(running).toBeLessThanOrEqual(atATime);
        expect(busy.get(item.lane)).toBeLessThanOrEqual(2);
        for (let tick = 0; tick < item.ticks; tick++) await Promise.resolve();
        running -= 1;
        busy.set(item.lane, (busy.get(item.lane) ?? 0) - 1);
        done.push(item);
      });
      expect(new Set(done)).toEqual(new Set(list));
      expect(done.length).toBe(list.length);
    }),
    { numRuns: 60 },
  );
});

it('goes on with other lanes while one hangs, and throws what fails', async () => {
  const done: string[] = [];
  let release = (): void => {};
  const hang = new Promise<void>((resolve) => {
    release = resolve;
  });
  const work = inLanes(
    ['slow', 'slow', 'fast', 'quick'],
    { atATime: 2, lanes: (name) => [{ name, most: 1 }] },
    async (name) => {
      if (name === 'slow') await hang;
      done.push(name);
      if (name === 'quick') release();
    },
  );
  await work;
  expect(done).toEqual(['fast', 'quick', 'slow', 'slow']);
  const failing = inLanes([1], { atATime: 1, lanes: () => [{ name: '', most: 1 }] }, async () => {
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
});
