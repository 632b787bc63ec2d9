import { compareText } from '../../util/text.ts';
import { proxyLevel } from '../proxy-level.ts';
import { PROBLEM_KINDS, type ProxyProblem } from '../proxy-problem.ts';
import type { ProxyRow } from '../proxy-row.ts';
import type { Side } from './objects.ts';
import { type ProxyPair, type ProxySide, pairProxies } from './proxy-pairs.ts';

/** A proxy as a side knows it. */
export interface ProxyMoment {
  readonly proxy: string;
  readonly type: ProxyRow['type'];
  readonly state: ProxyRow['state'];
  readonly version?: string | undefined;
  /** Worst first. */
  readonly problems: readonly ProxyProblem[];
}

/** What became of a proxy. `other`: neither better nor worse, such as another version. */
export type ProxyFate = 'worse' | 'new' | 'gone' | 'other' | 'better';

/** One proxy that differs. */
export interface ProxyChange {
  readonly what: ProxyFate;
  readonly before?: ProxyMoment | undefined;
  readonly after?: ProxyMoment | undefined;
  /** Another pod of the same workload has taken the place of the one before. */
  readonly replaced?: true | undefined;
}

/** How the proxies of a mesh differ. */
export interface ProxiesDiff {
  readonly counts: Readonly<Record<ProxyFate, number>>;
  /** Proxies in the same state and of the same version; how many of them are other pods of the same workload. */
  readonly same: number;
  readonly replaced: number;
  /** Proxies of which one side does not know the state. */
  readonly unknown: number;
  /** Worst first. */
  readonly changes: readonly ProxyChange[];
  /** Why proxies of one side alone are not called new or gone. */
  readonly notCompared: readonly { readonly side: Side; readonly why: string }[];
}

/** The proxies on both sides that belong together, and how they differ. */
export function diffProxies(
  left: ProxySide,
  right: ProxySide,
): { readonly diff: ProxiesDiff; readonly pairs: readonly ProxyPair[] } {
  const { pairs, onlyLeft, onlyRight } = pairProxies(left, right);
  const changes: ProxyChange[] = [];
  const [same, unknown, replaced] = [
    [] as ProxyPair[],
    [] as ProxyPair[],
    pairs.filter((one) => one.replaced),
  ];
  for (const pair of pairs) {
    const what = fateOf(pair);
    if (what === 'same') same.push(pair);
    else if (what === 'unknown') unknown.push(pair);
    else
      changes.push({
        what,
        before: momentOf(pair.before),
        after: momentOf(pair.after),
        ...(pair.replaced ? { replaced: true as const } : {}),
      });
  }
  const lone = { left: right.isWhole ? onlyLeft : [], right: left.isWhole ? onlyRight : [] };
  for (const row of lone.left) changes.push({ what: 'gone', before: momentOf(row) });
  for (const row of lone.right) changes.push({ what: 'new', after: momentOf(row) });
  const counts = { worse: 0, new: 0, gone: 0, other: 0, better: 0 };
  for (const { what } of changes) counts[what]++;
  return {
    pairs,
    diff: {
      counts,
      same: same.length,
      replaced: replaced.length,
      unknown: unknown.length + (onlyLeft.length - lone.left.length) + (onlyRight.length - lone.right.length),
      changes: changes.sort(compareChanges),
      notCompared: [
        ...lackText('right', right.isWhole, onlyLeft.length),
        ...lackText('left', left.isWhole, onlyRight.length),
      ],
    },
  };
}

function lackText(side: Side, isWhole: boolean, count: number): ProxiesDiff['notCompared'] {
  return isWhole || count === 0
    ? []
    : [{ side, why: `its pods are not all known, so that ${count} proxies may be missing from it` }];
}

function momentOf({ proxy, type, state, version, problems }: ProxyRow): ProxyMoment {
  return { proxy, type, state, version, problems };
}

function fateOf({ before, after }: ProxyPair): ProxyFate | 'same' | 'unknown' {
  const [was, is] = [badness(before), badness(after)];
  if (was === undefined || is === undefined || isSyncUnknown(before) !== isSyncUnknown(after))
    return 'unknown';
  if (is !== was) return is < was ? 'worse' : 'better';
  const isOther =
    before.version !== after.version && before.version !== undefined && after.version !== undefined;
  if (isOther) return 'other';
  return signature(before) === signature(after) ? 'same' : 'other';
}

/** Whether a proxy came that does not work: that is as bad as one that stopped working. */
export function isBrokenNewcomer({ what, after }: ProxyChange): boolean {
  return what === 'new' && after !== undefined && proxyLevel(after) === 'bad';
}

/** Whether no istiod told of it: what its Envoy says of itself is no answer to what istiod said before. */
function isSyncUnknown({ problems }: ProxyRow): boolean {
  return problems.some(({ kind }) => kind === 'unknown');
}

/** Lower is worse; `undefined` where nobody knows. What passes by itself, such as a push under way, does not count. */
function badness({ state, problems }: Pick<ProxyRow, 'state' | 'problems'>): number | undefined {
  if (state === 'unknown' || state === 'not-compared') return undefined;
  const worst = problems.find(({ mild }) => mild !== true);
  return worst === undefined ? PROBLEM_KINDS.length : PROBLEM_KINDS.indexOf(worst.kind);
}

/** What is wrong with a proxy, without times and texts that differ from one moment to the next. */
function signature({ problems }: ProxyRow): string {
  return problems
    .filter(({ mild }) => mild !== true)
    .map(({ kind, types }) => `${kind} ${types.join(',')}`)
    .sort()
    .join('; ');
}

const ORDER: readonly ProxyFate[] = ['worse', 'new', 'gone', 'other', 'better'];

function compareChanges(a: ProxyChange, b: ProxyChange): number {
  const state = (one: ProxyChange): number => (one.after && badness(one.after)) ?? PROBLEM_KINDS.length;
  const name = ({ after, before }: ProxyChange): string => (after ?? before)?.proxy ?? '';
  return (
    ORDER.indexOf(a.what) - ORDER.indexOf(b.what) || state(a) - state(b) || compareText(name(a), name(b))
  );
}
