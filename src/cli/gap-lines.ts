import type { Gap } from './context.ts';

/** Parts that are missing for one and the same reason are told together from this many on. */
const TOGETHER = 4;
const NAMED = 3;

/** The gaps of an answer, a line each; many of them with the same reason in one line. */
export function gapLines(gaps: readonly Gap[]): readonly string[] {
  const groups = new Map<string, Gap[]>();
  for (const gap of gaps) {
    const key = JSON.stringify([gap.why, gap.next]);
    groups.set(key, [...(groups.get(key) ?? []), gap]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length < TOGETHER) return group.map((gap) => lineOf(gap.what, gap));
    const names = group.slice(0, NAMED).map(({ what }) => what);
    return [lineOf(`${names.join(', ')} and ${group.length - NAMED} more`, first)];
  });
}

function lineOf(what: string, { why, next }: Gap): string {
  return `${what}: ${why}${next ? ` (${next})` : ''}`;
}
