import type { Explanation, Severity } from '../../mesh/access-log/explanation.ts';
import { compareText } from '../../util/text.ts';
import type { Call } from './call.ts';
import { nextStep } from './next-step.ts';

/** Calls that ended badly for the same reason. */
export interface Cause {
  readonly severity: Severity;
  readonly code: number;
  readonly flags: readonly string[];
  readonly what: string;
  readonly why: string | undefined;
  readonly next: string | undefined;
  readonly object: string | undefined;
  readonly count: number;
  /** What was called, the most often first. */
  readonly targets: readonly { readonly name: string; readonly count: number }[];
  /** The pods (or addresses) that answered or should have, the most often first. */
  readonly endpoints: readonly string[];
  /** The pods whose lines tell it. */
  readonly toldBy: readonly string[];
  readonly first: Call;
  readonly last: Call;
}

/** The causes of all calls but the good ones: worst first, then the most frequent. `suffix` ends commands of next steps. */
export function causesOf(calls: readonly Call[], suffix: string): Cause[] {
  const groups = new Map<string, [Call, ...Call[]]>();
  for (const call of calls) {
    if (call.explanation.severity === 'good') continue;
    const key = groupKey(call);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [call]);
    else known.push(call);
  }
  return [...groups].map(([, group]) => causeOf(group, suffix)).sort(compareCauses);
}

function groupKey({ code, flags, explanation }: Call): string {
  return [code, flags.join(','), explanation.what].join(' ');
}

function causeOf(group: readonly [Call, ...Call[]], suffix: string): Cause {
  const [first] = group;
  const { explanation, code, flags } = first;
  const { severity, what, why, object }: Explanation = explanation;
  const last = group.at(-1) ?? first;
  return {
    severity,
    code,
    flags,
    what,
    why,
    next: nextStep(last, suffix),
    object,
    count: group.length,
    targets: counted(group.map(({ target }) => target)),
    endpoints: counted(group.flatMap(({ endpoint }) => endpoint ?? [])).map(({ name }) => name),
    toldBy: [...new Set(group.map(({ toldBy }) => toldBy))].sort(compareText),
    first,
    last,
  };
}

function counted(names: readonly string[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || compareText(a.name, b.name));
}

function compareCauses(a: Cause, b: Cause): number {
  if (a.severity !== b.severity) return a.severity === 'bad' ? -1 : 1;
  return b.count - a.count || compareText(a.what, b.what);
}
