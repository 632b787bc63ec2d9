import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lanes } from '../../../../src/commands/bug-report/lanes.ts';

it('works on every item once, within the limits of all and of each lane', async () => {
  const items = fc.array(
    fc.record({ lane: fc.constantFrom('a', 'b', 'c'), ticks: fc.integer({ min: 0, max: 4 }) }),
  );
  await fc.assert(
    fc.asyncProperty(items, fc.integer({ min: 1, max: 5 }), async (list, atATime) => {
      const done: unknown[] = [];
      const busy = new Map<string, number>();
      let running = 0;
      await new Lanes().work(
        list,
        { atATime, lanes: ({ lane }) => [{ name: lane, most: 2 }] },
        async (item) => {
          running += 1;
          busy.set(item.lane, (busy.get(item.lane) ?? 0) + 1);
          expect(running).toBeLessThanOrEqual(atATime);
          expect(busy.get(item.lane)).toBeLessThanOrEqual(2);
          for (let tick = 0; tick < item.ticks; tick++) await Promise.resolve();
          running -= 1;
          busy.set(item.lane, (busy.get(item.lane) ?? 0) - 1);
          done.push(item);
        },
      );
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
  const work = new Lanes().work(
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
  const failing = new Lanes().work([1], { atATime: 1, lanes: () => [{ name: '', most: 1 }] }, async () => {
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
});

it('counts a lane over all work that is done beside each other', async () => {
  const lanes = new Lanes();
  let busy = 0;
  let most = 0;
  const done: string[] = [];
  const ask = async (name: string): Promise<void> => {
    busy += 1;
    most = Math.max(most, busy);
    await new Promise((resolve) => setImmediate(resolve));
    busy -= 1;
    done.push(name);
  };
  const options = { atATime: 4, lanes: () => [{ name: 'web-0', most: 1 }] };
  await Promise.all([lanes.work(['a', 'b', 'c'], options, ask), lanes.work(['d', 'e'], options, ask)]);
  expect(most).toBe(1);
  expect(done).toHaveLength(5);
});

it('begins items of one lane in their order, and asks for no more time the more there are', async () => {
  const items = Array.from({ length: 20_000 }, (_, index) => index);
  const order: number[] = [];
  let looks = 0;
  await new Lanes().work(
    items,
    {
      atATime: 8,
      lanes: (item) => {
        looks += 1;
        return [{ name: item % 7 === 0 ? 'istiod' : `web-${Math.floor(item / 20)}`, most: 1 }];
      },
    },
    async (item) => {
      order.push(item);
    },
  );
  expect(looks).toBe(items.length);
  expect(order).toHaveLength(items.length);
  const ofIstiod = order.filter((item) => item % 7 === 0);
  expect(ofIstiod).toEqual([...ofIstiod].sort((a, b) => a - b));
});
