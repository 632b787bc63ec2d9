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

/** Items of the same lanes, in their order. */
interface Queue<T> {
  readonly lanes: readonly Lane[];
  readonly items: { readonly item: T; readonly place: number }[];
  next: number;
}

/**
 * Who is busy, over several heaps of work that are done beside each other: a server that hangs holds up its own
 * questions, not those of all others, and gets no more at a time than it may have.
 */
export class Lanes {
  readonly #busy = new Map<string, number>();
  #waiting: (() => void)[] = [];

  /** Works on items in their order, a few at a time and no more of a lane than it may have. Throws what the work throws. */
  async work<T>(
    items: readonly T[],
    { atATime, lanes }: LaneOptions<T>,
    work: (item: T) => Promise<void>,
  ): Promise<void> {
    const queues = queuesOf(items, lanes);
    let running = 0;
    let failure: { readonly cause: unknown } | undefined;
    const begin = (item: T, own: readonly Lane[]): void => {
      running += 1;
      this.#count(own, 1);
      work(item)
        .catch((cause: unknown) => {
          failure ??= { cause };
        })
        .finally(() => {
          running -= 1;
          this.#count(own, -1);
          for (const wake of this.#waiting.splice(0)) wake();
        });
    };
    while (queues.size > 0 || running > 0) {
      while (running < atATime) {
        const found = this.#first(queues);
        if (found === undefined) break;
        begin(found.item, found.lanes);
      }
      if (running === 0 && queues.size === 0) break;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (failure !== undefined) throw failure.cause;
    }
  }

  /** Takes the first item whose lanes have room. */
  #first<T>(
    queues: Map<string, Queue<T>>,
  ): { readonly item: T; readonly lanes: readonly Lane[] } | undefined {
    let best: { readonly key: string; readonly queue: Queue<T>; readonly place: number } | undefined;
    for (const [key, queue] of queues) {
      const place = queue.items[queue.next]?.place ?? Number.POSITIVE_INFINITY;
      if ((best === undefined || place < best.place) && this.#hasRoom(queue.lanes))
        best = { key, queue, place };
    }
    const taken = best?.queue.items[best.queue.next];
    if (best === undefined || taken === undefined) return undefined;
    best.queue.next += 1;
    if (best.queue.next === best.queue.items.length) queues.delete(best.key);
    return { item: taken.item, lanes: best.queue.lanes };
  }

  #hasRoom(lanes: readonly Lane[]): boolean {
    return lanes.every(({ name, most }) => (this.#busy.get(name) ?? 0) < most);
  }

  #count(lanes: readonly Lane[], more: 1 | -1): void {
    for (const { name } of lanes) this.#busy.set(name, (this.#busy.get(name) ?? 0) + more);
  }
}

function queuesOf<T>(items: readonly T[], lanes: (item: T) => readonly Lane[]): Map<string, Queue<T>> {
  const queues = new Map<string, Queue<T>>();
  for (const [place, item] of items.entries()) {
    const own = lanes(item);
    const key = own.map(({ name }) => name).join('\0');
    const queue = queues.get(key) ?? { lanes: own, items: [], next: 0 };
    queues.set(key, queue);
    queue.items.push({ item, place });
  }
  return queues;
}
