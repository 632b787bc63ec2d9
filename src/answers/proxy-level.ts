import type { ProxyRow } from './proxy-row.ts';

/** How bad a proxy's state is. `plain`: worth a line, and no reason to act. */
export type ProxyLevel = 'bad' | 'warn' | 'unknown' | 'plain' | 'good';

/** How bad the worst problem of a proxy is. */
export function proxyLevel({ problems: [first] }: Pick<ProxyRow, 'problems'>): ProxyLevel {
  if (first === undefined) return 'good';
  if (first.kind === 'unknown' || first.kind === 'not-compared') return 'unknown';
  if (first.kind === 'starting') return 'plain';
  if (first.kind === 'stale' || first.kind === 'version-skew') return first.mild ? 'plain' : 'warn';
  return 'bad';
}
