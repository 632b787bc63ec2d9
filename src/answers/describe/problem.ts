/** Something about a pod or service that an operator should know: what, where, why, and what to do. */
export interface DescribeProblem {
  /** `bad` breaks traffic or protection now, `warn` may; `note` is true and seldom wrong. */
  readonly level: 'bad' | 'warn' | 'note';
  readonly kind: string;
  /** What is wrong, in one sentence. */
  readonly text: string;
  /** The object and field that cause it. */
  readonly where?: string | undefined;
  /** What follows from it, as a client or its access log shows it. */
  readonly why?: string | undefined;
  /** What to change or look at. */
  readonly next?: string | undefined;
}

const LEVELS: readonly DescribeProblem['level'][] = ['bad', 'warn', 'note'];

/** Worst first; the same problem once. */
export function sortProblems(problems: readonly DescribeProblem[]): readonly DescribeProblem[] {
  const unique = new Map(problems.map((one) => [`${one.kind} ${one.text}`, one]));
  return [...unique.values()].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** `a`, `a and b`, `a, b and c`; of more than `limit` the rest is counted. */
export function listed(names: readonly string[], limit = 4): string {
  if (names.length > limit)
    return `${names.slice(0, limit - 1).join(', ')} and ${names.length - limit + 1} more`;
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
