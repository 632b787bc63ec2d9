import type { ExpiryWarning } from '../answers/certificate-expiry.ts';
import type { ConfigMapFinding, RootConfigMaps } from '../answers/root-config-maps.ts';
import type { CertificateInfo } from '../answers/root-info.ts';
import type { Refusal, RootSetGroup, RootSetsAnswer } from '../answers/root-sets.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { humanDuration } from '../util/duration.ts';
import { escapeLine } from '../util/text.ts';
import { lifeLeft } from './life-left.ts';
import { longTable } from './long-table.ts';
import type { ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, type Style, styleFor } from './style.ts';

/** Names of at most this many proxies stand in a line; the others are counted. */
const NAMED = 3;

/** What the lines of one report share: styles, time, and how a proxy is called. */
interface View {
  readonly style: Style;
  readonly options: ReportOptions;
  /** With its cluster only where there are several. */
  readonly name: (proxy: PodRef) => string;
}

/** The whole mesh's trust: verdict, refusals, root sets (odd ones by name), ConfigMaps, what expires, and the gaps. */
export function rootSetsText(answer: RootSetsAnswer, options: ReportOptions): string {
  const view = { style: styleFor(options.color), options, name: namer(answer) };
  const noted = (mark: Mark, text: string) => `  ${markSymbol(mark, view.style)} ${escapeLine(text)}\n`;
  return [
    `${markSymbol(markOf(answer), view.style)} ${verdict(answer)}\n`,
    ...capped(answer.refusals.map((refusal) => noted('bad', refusalText(refusal, answer, view)))),
    answer.groups.length === 0 ? '' : groupTable(answer.groups, view),
    ...capped(answer.expiring.map((warning) => noted('warn', expiringText(warning, view)))),
    firstExpiryLine(answer, view),
    ...configMapLines(answer.configMaps, view.style),
    ...capped(answer.problems.map(({ proxy, reason }) => noted('warn', `${view.name(proxy)}: ${reason}`))),
    ...capped(
      answer.gaps.map(({ proxy, reason }) => noted('unknown', `${view.name(proxy)} not read: ${reason}`)),
    ),
  ].join('');
}

function sameProxy({ cluster, namespace, name }: PodRef): string {
  return `${cluster ?? ''}/${namespace}/${name}`;
}

/** Lines of one kind that are printed before the others are only counted; JSON has them all. */
const LINES = 10;

function capped(lines: readonly string[]): string[] {
  if (lines.length <= LINES) return [...lines];
  return [...lines.slice(0, LINES), `    and ${lines.length - LINES} more like it (-o json lists them)\n`];
}

function namer({ groups, gaps }: RootSetsAnswer): View['name'] {
  const proxies = [...groups.flatMap((group) => group.proxies), ...gaps.map(({ proxy }) => proxy)];
  const isOne = new Set(proxies.map(({ cluster }) => cluster)).size <= 1;
  return (proxy) =>
    isOne || proxy.cluster === undefined ? proxyId(proxy) : `${proxyId(proxy)} (${proxy.cluster})`;
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
  const refused = new Set(refusals.flatMap(({ of }) => of.map(sameProxy))).size;
  return `The certificates of ${refused} of ${proxies} proxies are refused somewhere: ${counted(groups.length, 'root set')}${unread}`;
}

function refusalText(
  { by, byProxies, of, identity, reason, detail }: Refusal,
  { groups }: RootSetsAnswer,
  view: View,
): string {
  const who =
    by.length === groups.length
      ? 'every proxy refuses'
      : `${counted(byProxies, 'proxy', 'proxies')} of root set ${by.join(', ')} refuse${byProxies === 1 ? 's' : ''}`;
  const whose = identity === undefined ? names(of, view) : `${identity} of ${names(of, view)}`;
  const why = of.length > 1 && isDated(reason) ? `${detail} (the first of ${of.length})` : detail;
  return `${who} ${whose}: ${why}`;
}

/** Reasons whose text holds a date, which differs from proxy to proxy. */
function isDated(reason: Refusal['reason']): boolean {
  return reason === 'expired' || reason === 'not-yet-valid';
}

/** The largest set is counted; the proxies of the others are the odd ones and are named. */
function groupTable(groups: readonly RootSetGroup[], view: View): string {
  const rows = groups.flatMap((group, index) => {
    const who = index === 0 ? counted(group.proxies.length, 'proxy', 'proxies') : names(group.proxies, view);
    const roots = group.roots.length === 0 ? ['none'] : group.roots;
    return roots.map((root, line) => [
      line === 0 ? group.id : '',
      ...(typeof root === 'string' ? [root, '', ''] : rootCells(root, view.options.now)),
      line === 0 ? who : '',
    ]);
  });
  return longTable(['SET', 'ROOT', 'SHA-256', 'EXPIRES', 'TRUSTED BY'], rows, {
    ...view.options,
    indent: 2,
  });
}

function rootCells(root: CertificateInfo, now: Date): string[] {
  return [root.subject || '(no subject)', root.fingerprint.slice(0, 16), expires(root, now)];
}

/** `2036-11-20 (in 9y361d)`, `2020-01-01 (expired)`, or that it is not valid yet. */
function expires(certificate: Pick<CertificateInfo, 'notBefore' | 'notAfter'>, now: Date): string {
  return `${certificate.notAfter.slice(0, 10)} (${lifeLeft(certificate, now)})`;
}

function expiringText(warning: ExpiryWarning, view: View): string {
  const { role, name, proxy, proxies, notBefore, why } = warning;
  const where =
    role === 'root' ? `trusted by ${counted(proxies, 'proxy', 'proxies')}` : `of ${view.name(proxy)}`;
  const when =
    view.options.now.getTime() <= Date.parse(notBefore)
      ? `is not valid before ${notBefore}`
      : `ends ${expires(warning, view.options.now)}`;
  return `${role} certificate ${name} ${where} ${when}: ${why}`;
}

function firstExpiryLine({ firstExpiry, expiring }: RootSetsAnswer, { style, options, name }: View): string {
  if (firstExpiry === undefined || expiring.length > 0) return '';
  const left = humanDuration(Date.parse(firstExpiry.notAfter) - options.now.getTime());
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
  'not-yet-valid': 'is not valid yet',
  unreadable: 'is unreadable',
} as const;

function names(proxies: readonly PodRef[], { name }: View): string {
  const shown = proxies.slice(0, NAMED).map(name).join(', ');
  return proxies.length > NAMED ? `${shown} and ${proxies.length - NAMED} more` : shown;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
