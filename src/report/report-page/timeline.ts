const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

/** Marks of the axis nearer to each other than this share of its width would overlap. */
const TICK_ROOM = 8;

const STEPS: readonly (readonly [text: string, ms: number])[] = [
  ['1h', HOUR_MS],
  ['6h', 6 * HOUR_MS],
  ['1d', DAY_MS],
  ['7d', 7 * DAY_MS],
  ['30d', 30 * DAY_MS],
  ['1y', YEAR_MS],
  ['10y', 10 * YEAR_MS],
  ['100y', 100 * YEAR_MS],
];

/** A mark on the axis, `at` percent of its width. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/**
 * An axis of time around a moment, from 0 to 100. Lives of certificates are hours or decades, so that distances grow by
 * their logarithm: an hour beside the moment takes about as much room as a year far away.
 */
export class TimeAxis {
  readonly #from: number;
  readonly #to: number;

  /** `moments` (ms) are to be seen, and so is `now`; what is no moment is left out. */
  constructor(
    readonly now: number,
    moments: Iterable<number>,
  ) {
    let [first, last] = [-2 * HOUR_MS, 2 * HOUR_MS];
    for (const ms of moments) {
      if (Number.isNaN(ms)) continue;
      first = Math.min(first, ms - now);
      last = Math.max(last, ms - now);
    }
    this.#from = stretched(first);
    this.#to = stretched(last);
  }

  /** Percent of the width; moments outside stand at the end. */
  at(ms: number): number {
    const share = (stretched(ms - this.now) - this.#from) / (this.#to - this.#from);
    return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100;
  }

  /** The marks that have room, `now` among them. */
  ticks(): readonly Tick[] {
    const now = { at: this.at(this.now), text: 'now' };
    const ticks = [now];
    for (const side of [-1, 1]) {
      let last = now.at;
      for (const [text, ms] of STEPS) {
        const share = (stretched(side * ms) - this.#from) / (this.#to - this.#from);
        const at = Math.round(share * 10_000) / 100;
        if (at < 0 || at > 100 || Math.abs(at - last) < TICK_ROOM) continue;
        ticks.push({ at, text: side < 0 ? `-${text}` : `+${text}` });
        last = at;
      }
    }
    return ticks.sort((a, b) => a.at - b.at);
  }
}

function stretched(ms: number): number {
  return Math.sign(ms) * Math.log1p(Math.abs(ms) / HOUR_MS);
}
