/** What is wrong with one thing, or worth a look, in one line. */
export interface Concern {
  /** `bad`: connections fail or a rule is not enforced as written; `warn`: they may. */
  readonly level: 'bad' | 'warn';
  readonly text: string;
}

/** The rows whose concern is bad, those that are worth a look, then the others, each in its order. */
export function worstFirst<T extends { readonly concern: Concern | undefined }>(rows: readonly T[]): T[] {
  const ofLevel = (level: Concern['level'] | undefined): T[] =>
    rows.filter(({ concern }) => concern?.level === level);
  return [...ofLevel('bad'), ...ofLevel('warn'), ...ofLevel(undefined)];
}
