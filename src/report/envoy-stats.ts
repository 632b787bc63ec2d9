import { badness, type ClusterCounts, type ClusterStats } from '../answers/envoy-stats/cluster-stats.ts';
import type { EnvoyStats, ProxyStats } from '../answers/envoy-stats/envoy-stats.ts';
import type { ServerStats, StatFinding } from '../answers/envoy-stats/server-stats.ts';
import { clusterTitle } from '../envoy/cluster-name.ts';
import { proxyId } from '../kube/pod-ref.ts';
import { escapeControl, escapeLine } from '../util/text.ts';
import { jsonText } from './json.ts';
import { type Cell, longTable } from './long-table.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, plainMark, type Style, styleFor } from './style.ts';
import { wrapLines } from './wrap.ts';
import { yamlText } from './yaml.ts';

const PART =
  'An Envoy of Istio keeps only part of its statistics by default: what is not listed is unknown, not 0 (proxyStatsMatcher keeps more).';

/** For people: what is wrong, then the numbers that are not 0; several proxies one after another. */
export const envoyStatsReport: Reporter<EnvoyStats> = (answer, options) => {
  const style = styleFor(options.color);
  const texts = answer.proxies.map((proxy) => {
    const title = answer.several ? `${style.strong(escapeLine(proxyId(proxy.pod)))}\n` : '';
    return title + bodyText(proxy, answer, options, style);
  });
  const isServer = answer.proxies.some(({ body }) => body.form === 'view' && body.view.type === 'server');
  const note = isServer ? `${wrapLines(style.faint(PART), options.width)}\n` : '';
  return texts.join('\n') + note;
};

/** The text of each proxy; of several a comment names whose it is. */
export const envoyStatsText: Reporter<EnvoyStats> = ({ proxies, several }) =>
  proxies
    .map(({ pod, body }) => {
      const text = body.form === 'text' ? escapeControl(body.text) : '';
      const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
      return several ? `# ${escapeLine(proxyId(pod))}\n${whole}` : whole;
    })
    .join('');

/** Envoy's JSON; of several proxies an object with one member each. */
export const envoyStatsJson: Reporter<EnvoyStats> = (answer) => jsonText(dataOf(answer), 4);

/** As `envoyStatsJson` in YAML. */
export const envoyStatsYaml: Reporter<EnvoyStats> = (answer) => yamlText(dataOf(answer));

function dataOf({ proxies, several }: EnvoyStats): unknown {
  const data = ({ body }: ProxyStats): unknown => (body.form === 'data' ? body.data : undefined);
  const [only] = proxies;
  if (!several && only) return data(only);
  return Object.fromEntries(proxies.map((proxy) => [proxyId(proxy.pod), data(proxy)]));
}

function bodyText(
  { pod, body }: ProxyStats,
  answer: EnvoyStats,
  options: ReportOptions,
  style: Style,
): string {
  if (body.form !== 'view') return '';
  if (body.view.type === 'clusters') return clustersText(body.view, answer, options, style);
  return serverText(body.view, proxyId(pod), answer, options, style);
}

function serverText(
  view: ServerStats,
  pod: string,
  { all }: EnvoyStats,
  options: ReportOptions,
  style: Style,
): string {
  const { findings, facts, shown, total, used } = view;
  const bad = findings.filter(({ severity }) => severity === 'bad').length;
  const line = (mark: Mark, text: string): string =>
    `${wrapLines(`${markSymbol(mark, style)} ${escapeLine(text)}`, options.width)}\n`;
  const state = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  const verdict =
    findings.length === 0
      ? line(facts.length === 0 ? 'plain' : 'good', `nothing in ${total} statistics looks wrong${state}`)
      : line(bad > 0 ? 'bad' : 'warn', `${findings.length} of ${total} statistics need a look${state}`);
  const rows = shown.map(({ name, value }) => [name, String(value)]);
  const hint = all || used === total ? '' : ' (--all lists the others)';
  return [
    verdict,
    ...findings.map((finding) => line(finding.severity, findingText(finding, pod))),
    rows.length === 0 ? '' : longTable(['STATISTIC', 'VALUE'], rows, options),
    `${style.faint(`${shown.length} shown of ${total}, ${used} are not 0${hint}`)}\n`,
  ].join('');
}

function findingText({ stat, what, next }: StatFinding, pod: string): string {
  return `${what}: ${stat}${next === undefined ? '' : ` · ${next.replaceAll('{pod}', pod)}`}`;
}

function clustersText(
  { shown, total, used }: ClusterStats,
  { all }: EnvoyStats,
  options: ReportOptions,
  style: Style,
): string {
  const bad = shown.filter((one) => badness(one) > 0);
  const ejected = shown.reduce((sum, one) => sum + one.ejected, 0);
  const verdict =
    bad.length > 0
      ? `${markSymbol('bad', style)} ${bad.length} of ${total} clusters had failures${ejected > 0 ? `, ${ejected} endpoints are ejected now` : ''}\n`
      : `${markSymbol('good', style)} no failures at the endpoints of ${total} clusters\n`;
  const header = ['  CLUSTER', 'ENDPOINTS', 'REQUESTS', 'ACTIVE', 'ERRORS', 'TIMEOUTS', 'CONNECT FAILURES'];
  const table =
    shown.length === 0
      ? ''
      : longTable(
          header,
          shown.map((one) => clusterRow(one, style)),
          options,
        );
  const hint = all || used === total ? '' : ' (--all lists the others)';
  return `${verdict}${table}${style.faint(`${shown.length} shown of ${total}, ${used} were used${hint}`)}\n`;
}

function clusterRow(one: ClusterCounts, style: Style): Cell[] {
  const mark: Mark = badness(one) > 0 ? 'bad' : one.unused > 0 ? 'warn' : 'plain';
  const plain = plainMark(mark);
  const usable = one.endpoints - one.unused;
  const endpoints = one.unused === 0 ? String(one.endpoints) : `${usable} of ${one.endpoints}`;
  return [
    {
      text: `${plain} ${clusterTitle(one.name)}`,
      paint: (text) => markSymbol(mark, style) + text.slice(plain.length),
    },
    one.ejected === 0 ? endpoints : `${endpoints} (${one.ejected} ejected)`,
    counted(one.requests),
    counted(one.active),
    counted(one.errors),
    counted(one.timeouts),
    counted(one.connectFailures),
  ];
}

function counted(value: number | undefined): string {
  return value === undefined ? '-' : String(value);
}
