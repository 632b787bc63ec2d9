/** Whom an item is for, and how many items that one may have at a time. */
export interface Lane {
  readonly name: string;
  readonly most: number;
}

/** How work is spread over those who do it. */
export interface LaneOptions<T> {
  readonly atATime: number;
  /** The lanes of an item: each must have room for it. */
  readonly lanes: (item: T) => readonly Lane[];
}

/**
 * Works on items in their order, a few at a time and no more of one lane than it may have: a server that hangs holds up
 * its own questions, not those of all others. Throws what the work throws.
 */
export async function inLanes<T>(
  items: readonly T[],
  { atATime, lanes }: LaneOptions<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const busy = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const hasRoom = (item: T): boolean => lanes(item).every(({ name, most }) => (busy.get(name) ?? 0) < most);
  const count = (item: T, more: 1 | -1): void => {
    for (const { name } of lanes(item)) busy.set(name, (busy.get(name) ?? 0) + more);
  };
  const begin = (item: T): void => {
    count(item, 1);
    const one: Promise<void> = work(item).finally(() => {
      count(item, -1);
      running.delete(one);
    });
    // Whoever waits for the race hears of it.
    one.catch(() => {});
    running.add(one);
  };
  while (waiting.length > 0 || running.size > 0) {
    while (running.size < atATime) {
      const at = waiting.findIndex(hasRoom);
      if (at < 0) break;
      for (const item of waiting.splice(at, 1)) begin(item);
    }
    await Promise.race(running);
  }
}
