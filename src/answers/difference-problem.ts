import { humanDuration } from '../util/duration.ts';
import type { ProxyProblem } from './proxy-problem.ts';
import type { ComparedKind, ProxySyncDiff, ResourceDifference } from './proxy-sync-diff.ts';

const TYPE: Readonly<Record<ComparedKind, string>> = {
  cluster: 'CDS',
  listener: 'LDS',
  route: 'RDS',
  endpoint: 'EDS',
  extension: 'ECDS',
  secret: 'SDS',
};

const SAYS: Readonly<Record<ResourceDifference['what'], string>> = {
  missing: 'missing in Envoy',
  extra: 'in Envoy but not sent by istiod',
  changed: 'differs',
  warming: 'still awaited by Envoy',
  rejected: 'kept in an older version',
};

/** The differences between istiod's intent and Envoy as one problem of the proxy; `undefined` when there are none. */
export function differenceProblem(diff: ProxySyncDiff, now: Date): ProxyProblem | undefined {
  const all = diff.kinds.flatMap((kind) => kind.differences);
  // A rejected push explains more than the differences that follow from it.
  const first = all.find((difference) => difference.rejection !== undefined) ?? all[0];
  if (first === undefined) return undefined;
  const subject = `${first.kind} ${first.name} ${SAYS[first.what]}`;
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
  return {
    kind: 'differs',
    types: [...new Set(all.map((difference) => TYPE[difference.kind]))],
    since: first.rejection?.at,
    detail: `${subject}${rejectedText(first, now)}${more}`,
    brief: `${subject}${more}`,
  };
}

function rejectedText({ rejection }: ResourceDifference, now: Date): string {
  if (rejection === undefined) return '';
  const ms = now.getTime() - Date.parse(rejection.at ?? '');
  const when = Number.isNaN(ms) ? '' : ` ${humanDuration(Math.max(0, ms))} ago`;
  return `; a push was rejected${when}: ${rejection.reason}`;
}
