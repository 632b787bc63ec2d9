import { parseDuration } from '../util/duration.ts';
import { usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import type { ProblemKind } from './proxy-problem.ts';
import type { ProxyRow } from './proxy-row.ts';

/** One condition of `--fail-on`: a kind of problem, possibly only when it is older than that. */
export interface FailRule {
  readonly kind: ProblemKind;
  readonly olderThanMs?: number | undefined;
}

const WORDS: Readonly<Record<string, ProblemKind>> = {
  error: 'rejected',
  rejected: 'rejected',
  nack: 'rejected',
  stale: 'stale',
  'never-connected': 'never-connected',
  unknown: 'unknown',
  skew: 'version-skew',
  'version-skew': 'version-skew',
  differs: 'differs',
  'not-live': 'not-live',
  'certificate-invalid': 'certificate-invalid',
  'not-compared': 'not-compared',
  starting: 'starting',
};

/** The words that `--fail-on` takes, for people; `rejected`, `nack` and `version-skew` are accepted, too. */
export const FAIL_ON_WORDS =
  "error, never-connected, not-live, certificate-invalid, differs, unknown, stale, not-compared, skew, starting; with an age, in quotes for the shell: 'stale>60s'";

/**
 * The conditions of `--fail-on`, such as `stale>60s` or `error`. Throws a usage error with the allowed forms for
 * anything else.
 */
export function parseFailOn(values: readonly string[]): FailRule[] {
  return values.map((value) => {
    const [, word = '', age] = /^\s*([a-z-]+)\s*(?:>=?\s*(\S+))?\s*$/i.exec(value) ?? [];
    const kind = Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined;
    if (kind === undefined) throw badRule(`--fail-on: "${value}" is not a condition`, word);
    if (age === undefined) return { kind };
    const olderThanMs = parseDuration(age);
    if (olderThanMs === undefined) throw badRule(`--fail-on: "${age}" is not a duration`, '');
    return { kind, olderThanMs };
  });
}

function badRule(message: string, word: string) {
  const near = word === '' ? [] : nearest(word, Object.keys(WORDS), 1);
  return usageError(message, {
    lines: near.length > 0 ? [['near', near.join(', ')]] : [],
    hint: `conditions are ${FAIL_ON_WORDS}`,
  });
}

/** Whether any problem of any row meets a condition. A problem without a known age is old enough for every age. */
export function meetsFailOn(rows: readonly ProxyRow[], rules: readonly FailRule[], now: Date): boolean {
  return rules.some((rule) => rows.some((row) => row.problems.some((problem) => meets(rule, problem, now))));
}

function meets(rule: FailRule, problem: ProxyRow['problems'][number], now: Date): boolean {
  if (problem.kind !== rule.kind) return false;
  if (rule.olderThanMs === undefined || problem.since === undefined) return true;
  const since = Date.parse(problem.since);
  return Number.isNaN(since) || now.getTime() - since > rule.olderThanMs;
}
