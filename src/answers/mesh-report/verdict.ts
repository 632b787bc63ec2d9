import { resourceText } from '../../analysis/finding.ts';
import { counted } from '../../util/counted.ts';
import { type ProxyLevel, proxyLevel } from '../proxy-level.ts';
import type { ProxyProblem } from '../proxy-problem.ts';
import type { ProxyRow } from '../proxy-row.ts';
import type { MeshReport, ReportCertificate, ReportVerdict } from './mesh-report.ts';

type Reason = ReportVerdict['reasons'][number];
/** What the verdict follows from. */
export type ReportParts = Pick<
  MeshReport,
  'findings' | 'proxies' | 'certificates' | 'versions' | 'controlPlane' | 'graph' | 'gaps'
>;

const LEVELS: readonly Reason['level'][] = ['error', 'warning', 'unknown'];

/**
 * What the parts come to. Errors before warnings before what is not known; `good` only where everything that the
 * verdict needs was read: findings of all checks, the word of every istiod on the proxies, the pods, the certificates.
 */
export function reportVerdict(parts: ReportParts): ReportVerdict {
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
  return { level, title: titleOf(level, reasons, parts), reasons };
}

function titleOf(level: ReportVerdict['level'], reasons: readonly Reason[], parts: ReportParts): string {
  const count = (of: Reason['level']): number => reasons.filter((one) => one.level === of).length;
  if (level === 'good') {
    const { rows } = parts.proxies;
    return `nothing wrong was found: ${counted(rows.length, 'proxy', 'proxies')}, ${counted(parts.findings.resources, 'resource')} checked`;
  }
  if (level === 'unknown') {
    return isNothing(parts)
      ? 'not known: nothing of the mesh could be read'
      : `not known: nothing wrong was found, but ${counted(count('unknown'), 'part')} could not be judged`;
  }
  const [first] = reasons;
  const others = count(level) - 1;
  const rest = others > 0 ? `, and ${counted(others, 'other problem')}` : '';
  return `${level === 'error' ? 'something is broken' : 'something needs a look'}: ${first?.text ?? ''}${rest}`;
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

function proxyReasons({ proxies: { rows } }: ReportParts): readonly Reason[] {
  const groups = new Map<string, { level: Reason['level']; kind: ProxyProblem['kind']; rows: ProxyRow[] }>();
  for (const row of rows) {
    const level = REASON_OF[proxyLevel(row)];
    const kind = row.problems[0]?.kind;
    // Told with the versions.
    if (level === undefined || kind === undefined || kind === 'version-skew') continue;
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
    const worst = `${where}${first.message}`;
    const count = counts[level];
    const text =
      count === 1
        ? `1 ${level} in the configuration: ${worst}`
        : `${count} ${level}s in the configuration, such as ${worst}`;
    return [{ level, text, section: 'findings' as const }];
  });
}

const STATES: Readonly<Record<ReportCertificate['state'], { level?: Reason['level']; words: string }>> = {
  valid: { words: '' },
  expired: { level: 'error', words: 'expired' },
  'not yet valid': { level: 'error', words: 'not valid yet' },
  soon: { level: 'warning', words: 'near the end' },
};

function certificateReasons({ certificates: { certificates } }: ReportParts): readonly Reason[] {
  const groups = new Map<string, { level: Reason['level']; words: string; names: string[] }>();
  for (const one of certificates) {
    const { level: usual, words } = STATES[one.state];
    if (usual === undefined) continue;
    // A Secret that no proxy presents may be left over; the check of gateways tells whether one names it.
    const isUnused = one.role === 'server' && one.holders.every((holder) => holder.startsWith('Secret '));
    const level = isUnused ? 'warning' : usual;
    const key = `${level} ${words}`;
    const group = groups.get(key) ?? { level, words, names: [] };
    groups.set(key, group);
    group.names.push(one.name);
  }
  return [...groups.values()].map(({ level, words, names }) => ({
    level,
    text: `${counted(names.length, 'certificate')} ${words} (${named(names)})`,
    section: 'certificates',
  }));
}

function controlPlaneReasons({ controlPlane }: ReportParts): readonly Reason[] {
  return controlPlane.flatMap(({ istiod, errors = [], convergence = [] }): Reason[] => {
    const unsent = errors
      .filter(({ label }) => label.endsWith(' not sent'))
      .reduce((sum, { value }) => sum + value, 0);
    const late = convergence.find(({ upToSeconds }) => upToSeconds === 'more')?.count ?? 0;
    const sending = `${istiod} failed to send configuration ${counted(unsent, 'time')}`;
    const slow = `${counted(late, 'push', 'pushes')} of ${istiod} took longer than its slowest bucket to arrive`;
    return [unsent > 0 ? sending : [], late > 0 ? slow : []]
      .flat()
      .map((text) => ({ level: 'warning', text, section: 'control-plane' }));
  });
}

function versionReasons({ versions: { skew } }: ReportParts): readonly Reason[] {
  const proxies = skew.filter(({ supported }) => !supported).flatMap((one) => one.proxies);
  if (proxies.length === 0) return [];
  const text = `${counted(proxies.length, 'proxy', 'proxies')} ${PROXY_WORDS['version-skew']} (${named(proxies)})`;
  return [{ level: 'warning', text, section: 'versions' }];
}

function graphReasons({ graph }: ReportParts): readonly Reason[] {
  if (graph === undefined) return [];
  const loops = graph.cycles.filter(({ level }) => level === 'error').length;
  const broken = graph.dangling.filter(({ level }) => level === 'error').length;
  const parts = [
    loops > 0 ? counted(loops, 'harmful loop') : [],
    broken > 0 ? `${counted(broken, 'reference')} to what is not there` : [],
  ].flat();
  return parts.length === 0 ? [] : [{ level: 'error', text: parts.join(' and '), section: 'graph' }];
}

function unreadReasons({ findings, proxies, certificates, graph }: ReportParts): readonly Reason[] {
  const unknown = (text: string, section: Reason['section']): Reason => ({ level: 'unknown', text, section });
  const reasons: Reason[] = [];
  const { istiodsAnswered, istiodsAsked, podsKnown } = proxies;
  if (istiodsAsked === 0) reasons.push(unknown('no istiod was found to ask', 'control-plane'));
  else if (istiodsAnswered < istiodsAsked)
    reasons.push(
      unknown(
        `${istiodsAnswered} of ${istiodsAsked} istiods said what they know of proxies`,
        'control-plane',
      ),
    );
  if (!podsKnown) reasons.push(unknown('not all pods are known: a proxy may be missing', 'proxies'));
  if (findings.resources === 0) reasons.push(unknown('no configuration could be read', 'findings'));
  else if (findings.skipped.length > 0)
    reasons.push(unknown(`${counted(findings.skipped.length, 'check')} did not run`, 'findings'));
  if (certificates.unread.length > 0)
    reasons.push(
      unknown(`certificates of ${named(certificates.unread.map(({ who }) => who))} not read`, 'certificates'),
    );
  else if (certificates.certificates.length === 0)
    reasons.push(unknown('no certificate could be read', 'certificates'));
  if (graph === undefined && findings.resources > 0)
    reasons.push(unknown('the dependency graph was not built', 'graph'));
  return reasons;
}

const NAMED = 3;

function named(all: readonly string[]): string {
  const names = [...new Set(all)];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}
