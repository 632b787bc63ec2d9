import type { Distribution, ProxyReach } from '../answers/distribution/distribution.ts';
import type { ReachState } from '../answers/distribution/proxy-state.ts';
import { humanDuration } from '../util/duration.ts';
import { escapeLine } from '../util/text.ts';
import { detailTable } from './detail-table.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, plainMark, styleFor } from './style.ts';
import { wrapLines } from './wrap.ts';

const MARKS: Readonly<Record<ReachState, Mark>> = {
  rejected: 'bad',
  'not-connected': 'bad',
  unknown: 'unknown',
  stale: 'warn',
  pending: 'warn',
  live: 'good',
  'not-selected': 'plain',
};

/** The verdict, the proxies that lack it with their reasons, and how many have it. */
export const distributionReport: Reporter<Distribution> = (answer, options) => {
  const style = styleFor(options.color);
  const line = (mark: Mark, text: string): string =>
    `${wrapLines(`${markSymbol(mark, style)} ${escapeLine(text)}`, options.width)}\n`;
  const { proxies, verdict, object } = answer;
  const lacking = proxies.filter(({ state }) => state !== 'live' && state !== 'not-selected');
  const counts = { live: count(proxies, 'live'), other: count(proxies, 'not-selected') };
  const isReached = verdict === 'reached';
  return [
    line(isReached ? 'good' : verdict === 'failed' ? 'bad' : 'warn', verdictText(answer)),
    changedText(answer, options),
    lacking.length === 0 ? '' : tableOf(lacking, options),
    counts.live === 0 || isReached ? '' : line('good', `${liveText(answer, counts.live)}`),
    counts.other === 0 ? '' : line('plain', otherText(answer, counts.other, object.kind)),
  ].join('');
};

function verdictText({ object, verdict, reason, timedOut, for: event }: Distribution): string {
  const name = `${object.kind} ${object.namespace}/${object.name}`;
  const late = timedOut ? ' within the time' : '';
  if (event === 'delete') {
    return verdict === 'reached' ? `${name} is gone: ${reason}` : `${name} is not gone${late}: ${reason}`;
  }
  if (verdict === 'reached') return `${name} is distributed: ${reason}`;
  return verdict === 'failed'
    ? `${name} can't be distributed: ${reason}`
    : `${name} is not distributed${late}: ${reason}`;
}

function changedText({ object }: Distribution, { now, color }: ReportOptions): string {
  if (object.changed === undefined) return '';
  const age = humanDuration(Math.max(0, now.getTime() - Date.parse(object.changed)));
  const generation = object.generation === undefined ? '' : `generation ${object.generation}, `;
  return `  ${styleFor(color).faint(escapeLine(`${generation}last changed ${object.changed} (${age} ago)`))}\n`;
}

function tableOf(proxies: readonly ProxyReach[], options: ReportOptions): string {
  const style = styleFor(options.color);
  const rows = proxies.map(({ proxy, state, why }) => {
    const plain = plainMark(MARKS[state]);
    const paint = (text: string): string => markSymbol(MARKS[state], style) + text.slice(plain.length);
    return { cells: [{ text: `${plain} ${proxy}`, paint }, state.replace('-', ' ')], detail: why };
  });
  return detailTable(['  PROXY', 'STATE'], rows, options);
}

function liveText({ for: event }: Distribution, live: number): string {
  const proxies = live === 1 ? 'proxy' : 'proxies';
  return event === 'delete' ? `gone from ${live} ${proxies}` : `live in ${live} ${proxies}`;
}

/** Where no proxy is concerned at all, why is the answer; else the others are only counted. */
function otherText({ concerned, proxies }: Distribution, others: number, kind: string): string {
  const reasons = [...new Set(proxies.filter(({ state }) => state === 'not-selected').map(({ why }) => why))];
  const names = others === 1 ? '1 proxy is' : `${others} proxies are`;
  const why = concerned === 0 ? `: ${reasons.slice(0, 3).join('; ')}` : '';
  return `${names} not concerned by this ${kind}${why}`;
}

function count(proxies: readonly ProxyReach[], state: ReachState): number {
  return proxies.filter((proxy) => proxy.state === state).length;
}
