import type { CommandContext } from './context.ts';

/** How a question is put to many proxies (or other parts of a mesh). */
export interface FanOut<T, R> {
  /** What the items are, in the plural: `proxies`. */
  readonly what: string;
  /** Items under way at a time; with dumps in memory a few. */
  readonly atATime: number;
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

/**
 * Dumps of a few proxies may be in memory at a time: enough that waiting for one is not waiting for all, few enough
 * that memory stays a small multiple of one dump.
 */
export const DUMPS_AT_A_TIME = 4;

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
  const queue = items.entries();
  const show = (): void => {
    if (items.length > 1) terminal.progress(progressText(what, items, done.size, underWay, name));
  };
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (signal.aborted) return;
      underWay.set(index, performance.now());
      try {
        const value = await work(item);
        // What was given up on because of the signal is no answer of the item.
        if (!signal.aborted) done.set(index, { item, value });
      } finally {
        underWay.delete(index);
      }
      show();
    }
  };
  const redraw = setInterval(show, REDRAW_MS);
  try {
    const workers = Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
    await untilAborted(workers, signal);
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
