/** What a reporter may know besides the answer: it has no clock, terminal or environment of its own. */
export interface ReportOptions {
  readonly color: boolean;
  /** Columns of the terminal, or `Infinity` when the output is piped: then nothing is cut. */
  readonly width: number;
  /** The moment that ages count from. */
  readonly now: Date;
}

/** Turns an answer into the text of stdout. Pure; a stream of pieces where the whole would be large. */
export type Reporter<A> = (answer: A, options: ReportOptions) => string | Iterable<string>;
