import type { CommandContext } from './context.ts';

/** How a question is put to many proxies (or other parts of a mesh). */
export interface FanOut<T, R> {
  /** What the items are, in the plural: `proxies`. */
  readonly what: string;
  /** Items under way at a time, asked for before each; with dumps in memory a few (`DumpPace`). */
  readonly atATime: () => number;
  /** What people call an item: `cart-v1-….shop`. */
  readonly name: (item: T) => string;
  /** The result of one item. What it throws ends the whole fan-out. */
  readonly work: (item: T) => Promise<R>;
}

/** One item that was asked to its end. */
export interface Asked<T, R> {
  readonly item: T;
  readonly value: R;
}

/** Memory that raw dumps may take at a time, in bytes; parsed, each takes several times its size. */
const DUMP_BUDGET = 48 * 1024 * 1024;
/** Before the first dump has told its size, and however large or small they are. */
const DUMPS_AT_FIRST = 4;
const LEAST_DUMPS = 2;
const MOST_DUMPS = 16;

/**
 * How many dumps are asked for at a time: many small ones, a few large ones, so that waiting for one is not waiting for
 * all and memory stays within bounds. One a fan-out; `saw` tells it the size of each dump.
 */
export class DumpPace {
  #largest = 0;

  saw(bytes: number): void {
    this.#largest = Math.max(this.#largest, bytes);
  }

  readonly atATime = (): number => {
    if (this.#largest === 0) return DUMPS_AT_FIRST;
    return Math.min(MOST_DUMPS, Math.max(LEAST_DUMPS, Math.floor(DUMP_BUDGET / this.#largest)));
  };
}

/** How often the progress line is drawn anew while nothing is finished. */
const REDRAW_MS = 250;

/**
 * Asks all items, a few at a time, and answers those that were asked to their end, in the order of `items`. A line on
 * stderr tells how far it is and who is slow. Ctrl-C and `--timeout` end it at once: what is there is answered, the
 * rest is named in a gap. Throws what the work of an item throws.
 */
export async function fanOut<T, R>(
  context: Pick<CommandContext, 'signal' | 'terminal' | 'gap'>,
  items: readonly T[],
  { what, atATime, name, work }: FanOut<T, R>,
): Promise<readonly Asked<T, R>[]> {
  const { signal, terminal } = context;
  const done = new Map<number, Asked<T, R>>();
  const underWay = new Map<number, number>();
  const show = (): void => {
    if (items.length > 1) terminal.progress(progressText(what, items, done.size, underWay, name));
  };
  let next = 0;
  const ask = async (index: number, item: T): Promise<void> => {
    underWay.set(index, performance.now());
    try {
      const value = await work(item);
      // What was given up on because of the signal is no answer of the item.
      if (!signal.aborted) done.set(index, { item, value });
    } finally {
      underWay.delete(index);
    }
    show();
    await startMore();
  };
  const startMore = async (): Promise<void> => {
    const started: Promise<void>[] = [];
    while (!signal.aborted && next < items.length && underWay.size < Math.max(1, atATime())) {
      const index = next++;
      started.push(ask(index, items[index] as T));
    }
    await Promise.all(started);
  };
  const redraw = setInterval(show, REDRAW_MS);
  try {
    await untilAborted(startMore(), signal);
  } finally {
    clearInterval(redraw);
    terminal.clearProgress();
  }
  const asked = [...done].sort(([a], [b]) => a - b).map(([, one]) => one);
  if (signal.aborted && asked.length < items.length) {
    const missing = items.filter((_, index) => !done.has(index)).map(name);
    context.gap({ what: `${missing.length} of ${items.length} ${what}`, why: notAsked(missing) });
  }
  return asked;
}

/** Waits for the work, but no longer than until the signal; what the work throws afterwards is of no interest. */
async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    work.catch(() => {});
    return;
  }
  let end = (): void => {};
  const aborted = new Promise<void>((resolve) => {
    end = resolve;
    signal.addEventListener('abort', end, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    work.catch(() => {});
  }
}

const NAMED = 3;

function notAsked(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `interrupted before they answered: ${names.slice(0, NAMED).join(', ')}${more}`;
}

/** From this age on an item that is under way is called slow. */
const SLOW_MS = 1_000;

function progressText<T>(
  what: string,
  items: readonly T[],
  done: number,
  underWay: ReadonlyMap<number, number>,
  name: (item: T) => string,
): string {
  const text = `${done} of ${items.length} ${what}`;
  const [index, since] = [...underWay].sort(([, a], [, b]) => a - b)[0] ?? [];
  const item = index === undefined ? undefined : items[index];
  const ms = since === undefined ? 0 : performance.now() - since;
  if (item === undefined || ms < SLOW_MS) return text;
  return `${text}, slowest ${name(item)} (${Math.round(ms / 1000)} s)`;
}
