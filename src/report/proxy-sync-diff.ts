import type { ProxyProblem } from '../answers/proxy-problem.ts';
import type { PodSync, ZtunnelSync } from '../answers/proxy-status-answer.ts';
import type { ComparedKind, KindComparison, ResourceDifference } from '../answers/proxy-sync-diff.ts';
import type { FieldChange } from '../envoy/diff.ts';
import { humanDuration } from '../util/duration.ts';
import { escapeLine } from '../util/text.ts';
import type { ReportOptions } from './reporter.ts';
import { markSymbol, type Style, styleFor } from './style.ts';
import { wrapLines } from './wrap.ts';

const WORD: Readonly<Record<ComparedKind, readonly [one: string, many: string]>> = {
  cluster: ['cluster', 'clusters'],
  listener: ['listener', 'listeners'],
  route: ['route', 'routes'],
  endpoint: ['endpoint set', 'endpoint sets'],
  extension: ['extension', 'extensions'],
  secret: ['secret', 'secrets'],
};

const MOST_CHANGES = 6;
const MOST_RESOURCES = 20;

/** The pod form: per kind what matches, then each resource that does not, with the reason where Envoy gave one. */
export function podSyncText(answer: PodSync | ZtunnelSync, options: ReportOptions): string {
  const style = styleFor(options.color);
  if (answer.form === 'ztunnel') return wrapLines(ztunnelText(answer, options, style), options.width);
  const { kinds, skipped, routesLoaded } = answer.diff;
  const count = kinds.reduce((sum, kind) => sum + kind.differences.length, 0);
  const lines = [verdict(answer, count, style)];
  for (const problem of answer.problems) {
    lines.push(`  ${problemLine(problem, options.now)}`);
  }
  for (const kind of kinds) lines.push(...kindLines(kind, routesLoaded, options, style));
  for (const { kind, why } of skipped) {
    lines.push(`${markSymbol('unknown', style)} ${WORD[kind][1]} not compared: ${escapeLine(why)}`);
  }
  return wrapLines(`${lines.join('\n')}\n`, options.width);
}

/** The reference's sentence for a ztunnel, which has no dump to compare. */
export function ztunnelSentence(proxy: string): string {
  return `Sync diff is not available for ztunnel pod ${escapeLine(proxy)}\n`;
}

/** After the sentence, what istiod says of the ztunnel: its state, and each type with the age of its last push. */
function ztunnelText({ proxy, row }: ZtunnelSync, { now }: ReportOptions, style: Style): string {
  if (row === undefined) return ztunnelSentence(proxy);
  const verdict =
    row.problems.length === 0
      ? `${markSymbol('good', style)} in sync, says ${escapeLine(row.istiod ?? 'istiod')}`
      : row.problems
          .map((problem) => `${markSymbol('warn', style)} ${problemLine(problem, now)}`)
          .join('\n  ');
  const types = row.types.map(({ type, status, lastSent }) => {
    const sent = lastSent === undefined || status === 'NOT SENT' ? '' : `, last push ${ago(lastSent, now)}`;
    return `    ${escapeLine(type)} ${status}${sent}`;
  });
  return `${[`${ztunnelSentence(proxy)}  ${verdict}`, ...types].join('\n')}\n`;
}

/** One problem of the proxy: who says so, which types, since when. */
function problemLine({ kind, types, since, detail }: ProxyProblem, now: Date): string {
  const what = `${types.length === 0 ? '' : `${types.join(',')} `}${kind.replaceAll('-', ' ')}`;
  const subject = TOLD_BY_ISTIOD.includes(kind) ? `istiod says: ${what}` : what;
  const begun = Date.parse(since ?? '');
  const ms = Number.isNaN(begun) ? undefined : Math.max(0, now.getTime() - begun);
  const lasts = ms === undefined ? '' : `, last push ${humanDuration(ms)} ago`;
  return `${escapeLine(subject)}${lasts}: ${escapeLine(detail)}`;
}

const TOLD_BY_ISTIOD: readonly ProxyProblem['kind'][] = ['rejected', 'stale'];

function verdict(answer: PodSync, count: number, style: Style): string {
  const from = answer.istiod === undefined ? 'istiod' : escapeLine(answer.istiod);
  const name = style.strong(escapeLine(answer.proxy));
  if (count > 0) {
    const things = count === 1 ? '1 resource' : `${count} resources`;
    return `${markSymbol('bad', style)} ${name} differs from what ${from} would send in ${things}`;
  }
  const mark = answer.diff.skipped.length > 0 ? 'unknown' : 'good';
  return `${markSymbol(mark, style)} ${name} holds what ${from} would send`;
}

function kindLines(
  kind: KindComparison,
  routesLoaded: string | undefined,
  options: ReportOptions,
  style: Style,
): string[] {
  const bad = kind.differences.length;
  const loaded =
    kind.kind === 'route' && routesLoaded ? ` (last loaded ${ago(routesLoaded, options.now)})` : '';
  const lines = [`  ${markSymbol(bad === 0 ? 'good' : 'bad', style)} ${countText(kind)}${loaded}`];
  for (const difference of kind.differences.slice(0, MOST_RESOURCES)) {
    lines.push(...differenceLines(difference, WORD[kind.kind][0], options));
  }
  if (bad > MOST_RESOURCES) lines.push(`      and ${bad - MOST_RESOURCES} more (-o json lists all)`);
  return lines;
}

/** Secrets are not compared, only those that Envoy waits for are known. */
function countText({ kind, same, differences }: KindComparison): string {
  const [one, many] = WORD[kind];
  const bad = differences.length;
  if (kind === 'secret') return `${same} ${same === 1 ? one : many} in use, ${bad} awaited`;
  const differ = bad === 0 ? '' : `, ${bad} ${bad === 1 ? 'does' : 'do'} not`;
  return `${same} ${same === 1 ? `${one} matches` : `${many} match`}${differ}`;
}

const SAYS: Readonly<Record<ResourceDifference['what'], string>> = {
  missing: 'Envoy lacks it',
  extra: 'Envoy has it, istiod does not send it',
  changed: 'differs',
  warming: 'Envoy waits for it and does not use it yet',
  rejected: 'Envoy keeps an older version',
};

function differenceLines(difference: ResourceDifference, word: string, options: ReportOptions): string[] {
  const { rejection } = difference;
  const when = rejection?.at === undefined ? '' : ` ${ago(rejection.at, options.now)}`;
  const why = rejection === undefined ? '' : `; last push rejected${when}: ${escapeLine(rejection.reason)}`;
  const lines = [`      ${word} ${escapeLine(difference.name)}: ${SAYS[difference.what]}${why}`];
  for (const change of difference.changes.slice(0, MOST_CHANGES)) lines.push(`        ${changeText(change)}`);
  const more = difference.changes.length - MOST_CHANGES;
  if (more > 0) lines.push(`        and ${more} more field${more === 1 ? '' : 's'}`);
  return lines;
}

function changeText(change: FieldChange): string {
  const path = escapeLine(change.path === '' ? 'the whole resource' : change.path);
  if (change.change === 'removed') return `${path}: only istiod has it: ${valueText(change.left)}`;
  if (change.change === 'added') return `${path}: only Envoy has it: ${valueText(change.right)}`;
  if (change.change === 'moved') return `${path}: the same elements in another order`;
  return `${path}: istiod ${valueText(change.left)}, Envoy ${valueText(change.right)}`;
}

const LONGEST_VALUE = 80;

function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return escapeLine(text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text);
}

function ago(time: string, now: Date): string {
  const ms = now.getTime() - Date.parse(time);
  return Number.isNaN(ms) ? escapeLine(time) : `${humanDuration(Math.max(0, ms))} ago`;
}
