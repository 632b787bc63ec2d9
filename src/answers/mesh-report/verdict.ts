import { resourceText } from '../../analysis/finding.ts';
import { counted } from '../../util/counted.ts';
import { messageText } from '../analysis.ts';
import { type ProxyLevel, proxyLevel } from '../proxy-level.ts';
import type { ProxyProblem } from '../proxy-problem.ts';
import type { ProxyRow } from '../proxy-row.ts';
import type {
  LabelledValue,
  MeshReport,
  ReportCertificate,
  ReportSubject,
  ReportVerdict,
} from './mesh-report.ts';
import { named, unreadReasons } from './unread-reasons.ts';

type Reason = ReportVerdict['reasons'][number];
/** What the verdict follows from. */
export type ReportParts = Pick<
  MeshReport,
  'findings' | 'proxies' | 'certificates' | 'versions' | 'controlPlane' | 'graph' | 'gaps'
>;

const LEVELS: readonly Reason['level'][] = ['error', 'warning', 'unknown'];

/**
 * What the parts come to. Errors before warnings before what is not known; `good` only where everything that the
 * verdict needs was read: findings of all checks on whole lists, the word of every istiod on the proxies and on itself, the
 * pods, the certificates.
 */
export function reportVerdict(
  parts: ReportParts,
  looked: Pick<ReportSubject, 'namespace' | 'revision'> = {},
): ReportVerdict {
  const reasons = [
    ...proxyReasons(parts),
    ...findingReasons(parts),
    ...certificateReasons(parts),
    ...controlPlaneReasons(parts),
    ...versionReasons(parts),
    ...graphReasons(parts),
    ...unreadReasons(parts),
  ].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  const level = reasons[0]?.level ?? 'good';
  return { level, title: titleOf({ level, reasons }, parts, scopeText(looked)), reasons };
}

/** `in namespace shop, revision canary`: a part of a mesh is not the mesh; empty for all of it. */
export function scopeText({ namespace, revision }: Pick<ReportSubject, 'namespace' | 'revision'>): string {
  const parts = [
    namespace === undefined ? [] : `namespace ${namespace}`,
    revision === undefined ? [] : `revision ${revision}`,
  ].flat();
  return parts.length === 0 ? '' : `in ${parts.join(', ')}`;
}

function titleOf(
  { level, reasons }: Pick<ReportVerdict, 'level' | 'reasons'>,
  parts: ReportParts,
  scope: string,
): string {
  const where = scope === '' ? '' : ` ${scope}`;
  const count = (of: Reason['level']): number => reasons.filter((one) => one.level === of).length;
  if (level === 'good') {
    const { rows } = parts.proxies;
    return `nothing wrong was found${where}: ${counted(rows.length, 'proxy', 'proxies')}, ${counted(parts.findings.resources, 'resource')} checked`;
  }
  if (level === 'unknown') {
    return isNothing(parts)
      ? 'not known: nothing of the mesh could be read'
      : `not known: nothing wrong was found${where}, but ${counted(count('unknown'), 'part')} could not be judged`;
  }
  const [first] = reasons;
  const others = count(level) - 1;
  const rest = others > 0 ? `, and ${counted(others, 'other problem')}` : '';
  // Something worse may hide there.
  const hidden = level === 'warning' ? count('unknown') : 0;
  const unread = hidden > 0 ? `; ${counted(hidden, 'part')} could not be judged` : '';
  return `${level === 'error' ? 'something is broken' : 'something needs a look'}${where}: ${first?.text ?? ''}${rest}${unread}`;
}

/** Whether no part of a mesh could be read at all. */
export function isNothing({
  findings,
  proxies,
  controlPlane,
}: Pick<ReportParts, 'findings' | 'proxies' | 'controlPlane'>): boolean {
  return (
    findings.resources === 0 &&
    proxies.rows.length === 0 &&
    proxies.istiodsAnswered === 0 &&
    controlPlane.every(({ unread }) => unread !== undefined)
  );
}

const PROXY_WORDS: Readonly<Record<ProxyProblem['kind'], string>> = {
  rejected: 'refused configuration from istiod',
  'never-connected': 'never connected to istiod',
  'not-live': 'not live',
  'certificate-invalid': 'without a valid certificate',
  differs: 'with other configuration than istiod means',
  unknown: 'in a state that nobody could tell',
  stale: 'not up to date with istiod',
  'not-compared': 'that could not be compared',
  'version-skew': 'of a version that their istiod does not support',
  starting: 'still starting',
};
const REASON_OF: Readonly<Partial<Record<ProxyLevel, Reason['level']>>> = {
  bad: 'error',
  warn: 'warning',
  unknown: 'unknown',
};

function proxyReasons({ proxies: { rows }, versions }: ReportParts): readonly Reason[] {
  const groups = new Map<string, { level: Reason['level']; kind: ProxyProblem['kind']; rows: ProxyRow[] }>();
  const told = new Set(unsupported(versions));
  for (const row of rows) {
    const level = REASON_OF[proxyLevel(row)];
    const kind = row.problems[0]?.kind;
    if (level === undefined || kind === undefined) continue;
    // The versions tell it, where they are known as well.
    if (kind === 'version-skew' && told.has(row.proxy)) continue;
    const group = groups.get(kind) ?? { level, kind, rows: [] };
    groups.set(kind, group);
    group.rows.push(row);
  }
  return [...groups.values()].map(({ level, kind, rows: some }) => ({
    level,
    text: `${counted(some.length, 'proxy', 'proxies')} ${PROXY_WORDS[kind]} (${named(some.map(({ proxy }) => proxy))})`,
    section: 'proxies',
  }));
}

function findingReasons({ findings: { counts, findings } }: ReportParts): readonly Reason[] {
  return (['error', 'warning'] as const).flatMap((level) => {
    const first = findings.find((one) => one.level === level);
    if (first === undefined) return [];
    const where = first.resource === undefined ? '' : `${resourceText(first.resource)}: `;
    const worst = `${where}${messageText(first)}`;
    const count = counts[level];
    const text =
      count === 1
        ? `1 ${level} in the configuration: ${worst}`
        : `${count} ${level}s in the configuration, such as ${worst}`;
    return [{ level, text, section: 'findings' as const }];
  });
}

const STATES: Readonly<Record<ReportCertificate['state'], Reason['level'] | undefined>> = {
  valid: undefined,
  expired: 'error',
  'not yet valid': 'error',
  soon: 'warning',
};

function certificateReasons({ certificates: { certificates } }: ReportParts): readonly Reason[] {
  const groups = new Map<string, { level: Reason['level']; all: ReportCertificate[] }>();
  for (const one of certificates) {
    const usual = STATES[one.state];
    if (usual === undefined) continue;
    // A Secret that no proxy presents may be left over; the check of gateways tells whether one names it.
    const isUnused = one.role === 'server' && one.holders.every((holder) => holder.startsWith('Secret '));
    const level = isUnused ? 'warning' : usual;
    const key = `${level} ${one.state}`;
    const group = groups.get(key) ?? { level, all: [] };
    groups.set(key, group);
    group.all.push(one);
  }
  return [...groups.values()].map(({ level, all }) => ({
    level,
    text: `${lifeText(all)} (${named(all.map(({ name }) => name))})`,
    section: 'certificates',
  }));
}

/** What certificates of one state have in common, with the moment that matters: they come in the order of their ends. */
function lifeText(all: readonly ReportCertificate[]): string {
  const [first] = all;
  if (first === undefined) return '';
  const one = all.length === 1;
  const count = counted(all.length, 'certificate');
  if (first.state === 'expired') return `${count} expired${one ? '' : ', the first'} at ${first.notAfter}`;
  if (first.state === 'soon')
    return `${count} ${one ? 'ends' : 'end'} soon, ${one ? '' : 'the first '}at ${first.notAfter}`;
  return one ? `${count} is not valid before ${first.notBefore}` : `${count} are not valid yet`;
}

function controlPlaneReasons({ controlPlane }: ReportParts): readonly Reason[] {
  return controlPlane.flatMap(({ istiod, errors = [], pushes = [], convergence = [] }): Reason[] => {
    const unsent = total(errors.filter(({ label }) => label.endsWith(' not sent')));
    const late = convergence.find(({ upToSeconds }) => upToSeconds === 'more')?.count ?? 0;
    const measured = convergence.reduce((sum, { count }) => sum + count, 0);
    const sending = `${istiod} failed to send configuration ${counted(unsent, 'time')} since it started`;
    const slow = `${counted(late, 'push', 'pushes')} of ${istiod} took longer than its slowest bucket to arrive`;
    return [isMuch(unsent, unsent + total(pushes)) ? sending : [], isMuch(late, measured) ? slow : []]
      .flat()
      .map((text) => ({ level: 'warning', text, section: 'control-plane' }));
  });
}

function total(values: readonly LabelledValue[]): number {
  return values.reduce((sum, { value }) => sum + value, 0);
}

/** A proxy that goes away while it is written to is counted, too: over months a few such are nothing to look at. */
const WORTH_A_LOOK = 0.01;

function isMuch(count: number, of: number): boolean {
  return count > 0 && count >= of * WORTH_A_LOOK;
}

function versionReasons({ versions }: ReportParts): readonly Reason[] {
  const proxies = unsupported(versions);
  if (proxies.length === 0) return [];
  const text = `${counted(proxies.length, 'proxy', 'proxies')} ${PROXY_WORDS['version-skew']} (${named(proxies)})`;
  return [{ level: 'warning', text, section: 'versions' }];
}

function unsupported({ skew }: ReportParts['versions']): readonly string[] {
  return skew.filter(({ supported }) => !supported).flatMap((one) => one.proxies);
}

function graphReasons({ graph }: ReportParts): readonly Reason[] {
  if (graph === undefined) return [];
  const loops = graph.cycles.filter(({ level }) => level === 'error').length;
  const broken = graph.dangling.filter(({ level }) => level === 'error').length;
  const lesser = graph.dangling.length - broken;
  const parts = [
    loops > 0 ? counted(loops, 'harmful loop') : [],
    broken > 0 ? `${counted(broken, 'reference')} to what is not there` : [],
  ].flat();
  const odd = `${counted(lesser, broken > 0 ? 'further reference' : 'reference')} to what is not there`;
  return [
    ...(parts.length === 0 ? [] : [{ level: 'error', text: parts.join(' and '), section: 'graph' } as const]),
    ...(lesser === 0 ? [] : [{ level: 'warning', text: odd, section: 'graph' } as const]),
  ];
}
