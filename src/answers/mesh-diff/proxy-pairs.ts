import { compareText } from '../../util/text.ts';
import type { ProxyRow } from '../proxy-row.ts';

/** What a side says of its proxies. */
export interface ProxySide {
  readonly rows: readonly ProxyRow[];
  /** Whether all proxies are among them: only then one that is not there is gone. */
  readonly isWhole: boolean;
  /** `Deployment shop/cart-v1`; `undefined` for a proxy whose pod was not read. */
  readonly workloadOf: (row: ProxyRow) => string | undefined;
}

/** A proxy on both sides; `replaced`: another pod of the same workload has taken its place. */
export interface ProxyPair {
  readonly before: ProxyRow;
  readonly after: ProxyRow;
  readonly replaced: boolean;
}

/** Which proxies belong together, and those that one side alone has. */
export interface ProxyPairs {
  readonly pairs: readonly ProxyPair[];
  readonly onlyLeft: readonly ProxyRow[];
  readonly onlyRight: readonly ProxyRow[];
}

/** The hash and the random end of the name of a pod, or the number of one of a StatefulSet. */
const POD_SUFFIX = /(?:-[a-z0-9]{6,10})?-[a-z0-9]{5}$|-\d+$/;

/**
 * Pairs proxies by name; of those left over, pods of one workload stand for one another in the order of their names,
 * as after a rollout. Cluster names count only where a side has several.
 */
export function pairProxies(left: ProxySide, right: ProxySide): ProxyPairs {
  const several = [left, right].some(({ rows }) => new Set(rows.map(({ cluster }) => cluster)).size > 1);
  const clusterOf = ({ cluster }: ProxyRow): string => (several ? cluster : '');
  const idOf = (row: ProxyRow): string => `${clusterOf(row)}\0${row.proxy}`;
  const others = new Map(right.rows.map((row) => [idOf(row), row]));
  const pairs: ProxyPair[] = [];
  const leftOver: ProxyRow[] = [];
  for (const before of left.rows) {
    const after = others.get(idOf(before));
    if (after === undefined) leftOver.push(before);
    else {
      others.delete(idOf(before));
      pairs.push({ before, after, replaced: false });
    }
  }
  const groupOf = (row: ProxyRow, side: ProxySide): string =>
    `${clusterOf(row)}\0${side.workloadOf(row) ?? guessedWorkload(row)}`;
  const waiting = grouped([...others.values()], (row) => groupOf(row, right));
  const onlyLeft: ProxyRow[] = [];
  for (const before of byName(leftOver)) {
    const after = waiting.get(groupOf(before, left))?.shift();
    if (after === undefined) onlyLeft.push(before);
    else pairs.push({ before, after, replaced: true });
  }
  return { pairs, onlyLeft, onlyRight: byName([...waiting.values()].flat()) };
}

function guessedWorkload({ proxy, namespace }: ProxyRow): string {
  const name = proxy.endsWith(`.${namespace}`) ? proxy.slice(0, -namespace.length - 1) : proxy;
  return `${namespace}/${name.replace(POD_SUFFIX, '')}`;
}

function byName(rows: readonly ProxyRow[]): readonly ProxyRow[] {
  return [...rows].sort((a, b) => compareText(a.proxy, b.proxy) || compareText(a.cluster, b.cluster));
}

function grouped(
  rows: readonly ProxyRow[],
  keyOf: (row: ProxyRow) => string,
): ReadonlyMap<string, ProxyRow[]> {
  const groups = new Map<string, ProxyRow[]>();
  for (const row of byName(rows)) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
