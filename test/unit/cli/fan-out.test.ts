import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Gap } from '../../../src/cli/context.ts';
import { DumpPace, fanOut } from '../../../src/cli/fan-out.ts';

function contextWith(signal: AbortSignal = new AbortController().signal) {
  const gaps: Gap[] = [];
  const lines: string[] = [];
  const terminal = {
    color: false,
    width: 80,
    note: async () => {},
    warn: async () => {},
    progress: (line: string) => {
      lines.push(line);
    },
    clearProgress: () => {},
  };
  return { context: { signal, terminal, gap: (gap: Gap) => gaps.push(gap) }, gaps, lines };
}

describe('fan-out', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('keeps the order of the items and never has more under way than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        async (waits, atATime) => {
          let underWay = 0;
          let most = 0;
          const { context, gaps } = contextWith();
          const items = waits.map((wait, index) => ({ wait, index }));
          const asked = await fanOut(context, items, {
            what: 'proxies',
            atATime: () => atATime,
            name: ({ index }) => `cart-${index}`,
            work: async ({ wait, index }) => {
              most = Math.max(most, ++underWay);
              for (let turn = 0; turn < wait; turn++) await Promise.resolve();
              underWay--;
              return index * 2;
            },
          });
          expect(asked.map(({ value }) => value)).toEqual(items.map(({ index }) => index * 2));
          expect(most).toBeLessThanOrEqual(atATime);
          expect(gaps).toEqual([]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('ends at the signal with what is there, and names what was not asked', async () => {
    const ending = new AbortController();
    const { context, gaps } = contextWith(ending.signal);
    const started: number[] = [];
    setTimeout(() => ending.abort(), 50);
    const start = performance.now();
    const asked = await fanOut(context, [0, 1, 2, 3, 4, 5, 6, 7], {
      what: 'proxies',
      atATime: () => 3,
      name: (index) => `cart-${index}.shop`,
      work: async (index) => {
        started.push(index);
        if (index > 1) await sleep(5_000, undefined, { ref: false });
        return index;
      },
    });
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(asked).toEqual([
      { item: 0, value: 0 },
      { item: 1, value: 1 },
    ]);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    expect(gaps).toEqual([
      {
        what: '6 of 8 proxies',
        why: 'interrupted before they answered: cart-2.shop, cart-3.shop, cart-4.shop and 3 more',
      },
    ]);
  });

  it('throws what the work of an item throws', async () => {
    const work = async (): Promise<never> => {
      throw new Error('broken');
    };
    const { context } = contextWith();
    const asked = fanOut(context, ['a', 'b'], { what: 'proxies', atATime: () => 1, name: String, work });
    await expect(asked).rejects.toThrow('broken');
  });

  it('tells how far it is and who is slow', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'performance'] });
    const { context, lines } = contextWith();
    const asked = fanOut(context, ['quick', 'cart-v1.shop', 'late'], {
      what: 'proxies',
      atATime: () => 2,
      name: String,
      work: (item) => new Promise((resolve) => setTimeout(resolve, item === 'cart-v1.shop' ? 9_000 : 100)),
    });
    await vi.advanceTimersByTimeAsync(4_100);
    expect(lines[0]).toBe('1 of 3 proxies');
    expect(lines.at(-1)).toBe('2 of 3 proxies, slowest cart-v1.shop (4 s)');
    await vi.advanceTimersByTimeAsync(6_000);
    expect((await asked).length).toBe(3);
  });
});

describe('the pace of dumps', () => {
  it.each([
    [[], 4],
    [[200_000], 16],
    [[10 * 1024 * 1024, 1_000], 4],
    [[100 * 1024 * 1024], 2],
  ])('after dumps of %j bytes: %i at a time', (sizes, atATime) => {
    const pace = new DumpPace();
    for (const size of sizes) pace.saw(size);
    expect(pace.atATime()).toBe(atATime);
  });

  it('grows and shrinks while the fan-out runs', async () => {
    const { context } = contextWith();
    const most: number[] = [];
    let underWay = 0;
    let limit = 2;
    await fanOut(
      context,
      Array.from({ length: 20 }, (_, index) => index),
      {
        what: 'proxies',
        atATime: () => limit,
        name: String,
        work: async (index) => {
          most.push(++underWay);
          await sleep(5);
          underWay--;
          limit = index < 8 ? 5 : 1;
        },
      },
    );
    expect(Math.max(...most)).toBe(5);
    expect(most.at(-1)).toBe(1);
  });
});
