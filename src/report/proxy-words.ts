import type { ProxyProblem } from '../answers/proxy-problem.ts';
import type { ProxyRow } from '../answers/proxy-row.ts';
import { humanDuration } from '../util/duration.ts';

/** What people call the node type `router` is a gateway. */
export function typeWord(row: Pick<ProxyRow, 'type'>): string {
  return row.type === 'router' ? 'gateway' : row.type === 'unknown' ? '-' : row.type;
}

/** The state of a row in words, such as `LDS rejected` or `stale (4 types)`. */
export function stateLabel(row: Pick<ProxyRow, 'problems' | 'type'>): string {
  const [first] = row.problems;
  if (first === undefined) return 'in sync';
  // A ztunnel that loses istiod goes on with what it was told, and looks the same: never would say too much.
  if (first.kind === 'never-connected' && row.type === 'ztunnel') return 'not connected';
  if (first.kind !== 'rejected') return problemLabel(first);
  const types = row.problems
    .filter((problem) => problem.kind === 'rejected')
    .flatMap((problem) => problem.types);
  return `${types.join(',')} rejected`;
}

/** One problem in words; of a rejection or stale types without naming the types. */
export function problemLabel(problem: ProxyProblem): string {
  if (problem.kind === 'stale') {
    return problem.types.length === 1
      ? `stale (${problem.types[0]})`
      : `stale (${problem.types.length} types)`;
  }
  return problem.kind.replace('-', ' ');
}

/** How long ago the problem of a row began, or how old the newest push is where there is none; `-` when nobody knows. */
export function sinceText(row: ProxyRow, now: Date): string {
  const newest = row.types
    .flatMap((type) => type.lastSent ?? [])
    .sort()
    .at(-1);
  return ageText(row.problems[0] === undefined ? newest : row.problems[0].since, now);
}

/** Age of a moment in kubectl's form; `-` when there is none. */
export function ageText(since: string | undefined, now: Date): string {
  const ms = now.getTime() - Date.parse(since ?? '');
  return Number.isNaN(ms) ? '-' : humanDuration(Math.max(0, ms));
}
