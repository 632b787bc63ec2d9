import type { ExpiryWarning } from '../answers/certificate-expiry.ts';
import type { ConfigMapFinding, RootConfigMaps } from '../answers/root-config-maps.ts';
import type { CertificateInfo } from '../answers/root-info.ts';
import type { Refusal, RootSetGroup, RootSetsAnswer } from '../answers/root-sets.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { humanDuration } from '../util/duration.ts';
import { escapeLine } from '../util/text.ts';
import type { ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, type Style, styleFor } from './style.ts';
import { alignedTable } from './table.ts';

/** Names of at most this many proxies stand in a line; the others are counted. */
const NAMED = 3;

/** The whole mesh's trust: verdict, refusals, root sets (odd ones by name), ConfigMaps, what expires, and the gaps. */
export function rootSetsText(answer: RootSetsAnswer, options: ReportOptions): string {
  const style = styleFor(options.color);
  return [
    `${markSymbol(markOf(answer), style)} ${verdict(answer)}\n`,
    ...answer.refusals.map((refusal) => refusalLine(refusal, answer, style)),
    answer.groups.length === 0 ? '' : groupTable(answer.groups, options),
    ...answer.expiring.map((warning) => expiringLine(warning, options, style)),
    firstExpiryLine(answer, options, style),
    ...configMapLines(answer.configMaps, style),
    ...answer.problems.map(
      ({ proxy, reason }) => `  ${markSymbol('warn', style)} ${name(proxy)}: ${escapeLine(reason)}\n`,
    ),
    ...answer.gaps.map(
      ({ proxy, reason }) =>
        `  ${markSymbol('unknown', style)} ${name(proxy)} not read: ${escapeLine(reason)}\n`,
    ),
  ].join('');
}

function markOf(answer: RootSetsAnswer): Mark {
  if (answer.verdict === 'unknown') return 'unknown';
  if (answer.verdict === 'differ') return 'bad';
  return answer.expiring.length > 0 || answer.configMaps.findings.length > 0 ? 'warn' : 'good';
}

function verdict(answer: RootSetsAnswer): string {
  const { groups, gaps, refusals } = answer;
  const proxies = groups.reduce((sum, group) => sum + group.proxies.length, 0);
  const unread = gaps.length === 0 ? '' : ` (${gaps.length} not read)`;
  if (answer.verdict === 'unknown') return `No proxy's certificates could be read${unread}`;
  const sets = groups.length === 1 ? 'one root set' : `${groups.length} root sets that overlap`;
  if (refusals.length === 0) {
    const all = proxies === 1 ? 'The one proxy accepts itself' : `All ${proxies} proxies accept each other`;
    const stale = answer.verdict === 'differ' ? ', but not every namespace has their roots' : '';
    return `${all}: ${sets}${unread}${stale}`;
  }
  const refused = new Set(refusals.flatMap(({ of }) => of.map(name))).size;
  return `The certificates of ${refused} of ${proxies} proxies are refused somewhere: ${counted(groups.length, 'root set')}${unread}`;
}

function refusalLine(
  { by, byProxies, of, identity, reason, detail }: Refusal,
  answer: RootSetsAnswer,
  style: Style,
): string {
  const isEverybody = by.length === answer.groups.length;
  const who = isEverybody
    ? 'every proxy refuses'
    : `${counted(byProxies, 'proxy', 'proxies')} of root set ${by.join(', ')} refuse${byProxies === 1 ? 's' : ''}`;
  const whose = identity === undefined ? names(of) : `${escapeLine(identity)} of ${names(of)}`;
  const why = of.length > 1 && isDated(reason) ? `${detail} (the first of ${of.length})` : detail;
  return `  ${markSymbol('bad', style)} ${who} ${whose}: ${escapeLine(why)}\n`;
}

/** Reasons whose text holds a date, which differs from proxy to proxy. */
function isDated(reason: Refusal['reason']): boolean {
  return reason === 'expired' || reason === 'not-yet-valid';
}

/** The largest set is counted; the proxies of the others are the odd ones and are named. */
function groupTable(groups: readonly RootSetGroup[], options: ReportOptions): string {
  const rows = groups.flatMap((group, index) => {
    const who = index === 0 ? counted(group.proxies.length, 'proxy', 'proxies') : names(group.proxies);
    const roots = group.roots.length === 0 ? ['none'] : group.roots;
    return roots.map((root, line) => [
      line === 0 ? group.id : '',
      ...(typeof root === 'string' ? [root, '', ''] : rootCells(root, options.now)),
      line === 0 ? who : '',
    ]);
  });
  return alignedTable(['SET', 'ROOT', 'SHA-256', 'EXPIRES', 'TRUSTED BY'], rows, { ...options, indent: 2 });
}

function rootCells(root: CertificateInfo, now: Date): string[] {
  return [root.subject || '(no subject)', root.fingerprint.slice(0, 16), expires(root.notAfter, now)];
}

/** `2036-11-20 (in 9y361d)`, or `2020-01-01 (expired)`. */
function expires(notAfter: string, now: Date): string {
  const left = Date.parse(notAfter) - now.getTime();
  return `${notAfter.slice(0, 10)} (${left > 0 ? `in ${humanDuration(left)}` : 'expired'})`;
}

function expiringLine(warning: ExpiryWarning, { now }: ReportOptions, style: Style): string {
  const where =
    warning.role === 'root'
      ? `trusted by ${counted(warning.proxies, 'proxy', 'proxies')}`
      : `of ${name(warning.proxy)}`;
  const text = `${warning.role} certificate ${warning.name} ${where} ends ${expires(warning.notAfter, now)}: ${warning.why}`;
  return `  ${markSymbol('warn', style)} ${escapeLine(text)}\n`;
}

function firstExpiryLine(
  { firstExpiry, expiring }: RootSetsAnswer,
  { now }: ReportOptions,
  style: Style,
): string {
  if (firstExpiry === undefined || expiring.length > 0) return '';
  const left = humanDuration(Date.parse(firstExpiry.notAfter) - now.getTime());
  const text = `first to expire: ${firstExpiry.role} certificate of ${name(firstExpiry.proxy)} in ${left}`;
  return `  ${style.faint(escapeLine(text))}\n`;
}

function configMapLines(configMaps: RootConfigMaps, style: Style): string[] {
  if (!configMaps.checked) {
    return [
      `  ${markSymbol('unknown', style)} istio-ca-root-cert not checked: ${escapeLine(configMaps.reason ?? '')}\n`,
    ];
  }
  const merged = new Map<string, { namespaces: string[]; finding: ConfigMapFinding }>();
  for (const finding of configMaps.findings) {
    const key = `${finding.state} ${finding.detail}`;
    const entry = merged.get(key) ?? { namespaces: [], finding };
    entry.namespaces.push(finding.namespace);
    merged.set(key, entry);
  }
  const lines = [...merged.values()].map(({ namespaces, finding: { state, detail } }) => {
    const mark = markSymbol(state === 'partly' || state === 'unreadable' ? 'warn' : 'bad', style);
    const where = `${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${namespaces.join(', ')}`;
    return `  ${mark} istio-ca-root-cert ${STATE[state]} in ${escapeLine(`${where}: ${detail}`)}\n`;
  });
  const agreeing = `istio-ca-root-cert agrees in ${counted(configMaps.agreeing, 'namespace')}`;
  return [...lines, `  ${style.faint(agreeing)}\n`];
}

const STATE = {
  missing: 'is missing',
  differs: 'differs',
  partly: 'holds a further root',
  expired: 'has expired',
  unreadable: 'is unreadable',
} as const;

function names(proxies: readonly PodRef[]): string {
  const shown = proxies.slice(0, NAMED).map(name).join(', ');
  return proxies.length > NAMED ? `${shown} and ${proxies.length - NAMED} more` : shown;
}

function name(proxy: PodRef): string {
  return escapeLine(proxy.cluster === undefined ? proxyId(proxy) : `${proxyId(proxy)} (${proxy.cluster})`);
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
