import type { Answer } from './source.ts';
import type { SourceError } from './source-error.ts';

/** The lists of several clusters as one: what one of them lacks is missing, and only when all failed it is a failure. */
export function joinedLists<T>(
  answers: readonly Answer<readonly T[]>[],
  compare: (a: T, b: T) => number,
): Answer<readonly T[]> {
  const missing: SourceError[] = answers.flatMap((answer) =>
    answer.ok ? (answer.missing ?? []) : [answer.error],
  );
  const [first] = missing;
  if (first !== undefined && answers.every(({ ok }) => !ok)) return { ok: false, error: first };
  const value = answers.flatMap((answer) => (answer.ok ? answer.value : [])).sort(compare);
  return first === undefined ? { ok: true, value } : { ok: true, value, missing };
}
