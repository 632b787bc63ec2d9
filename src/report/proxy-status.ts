import type { ProxyProblem } from '../answers/proxy-problem.ts';
import type { ProxyRow, ProxyStatus, TypeState } from '../answers/proxy-status.ts';
import type { ProxyStatusAnswer, ProxyStatusList } from '../answers/proxy-status-answer.ts';
import { shortTypeOrder } from '../istiod/xds-types.ts';
import { humanDuration } from '../util/duration.ts';
import { type Cell, longTable } from './long-table.ts';
import { podSyncText } from './proxy-sync-diff.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, plainMark, type Style, styleFor } from './style.ts';

const CLEAR_SCREEN = '\u001b[H\u001b[2J';

/** Our table: the proxies that need a look, worst first; the healthy are counted, and listed with `--all`. */
export const table: Reporter<ProxyStatusAnswer> = (answer, options) => {
  if (answer.form !== 'list') return podSyncText(answer, options);
  const text = answer.view.verbose ? typeTable(answer, options) : stateTable(answer, options);
  return answer.view.redraw ? `${CLEAR_SCREEN}${text}` : text;
};

function stateTable(answer: ProxyStatusList, options: ReportOptions): string {
  const style = styleFor(options.color);
  const rows = shownRows(answer);
  if (rows.length === 0) return footerLine(answer, options, style);
  const lines: Cell[][] = rows.map((row) => [
    marked(markOf(row), row.proxy, style),
    typeWord(row),
    stateLabel(row),
    sinceText(row, options.now),
    detailText(row),
  ]);
  lines.push(footer(answer, style));
  return longTable(['  PROXY', 'TYPE', 'STATE', 'SINCE', 'DETAIL'], lines, options);
}

/** The footer where there are no columns to stand in. */
function footerLine(answer: ProxyStatusList, options: ReportOptions, style: Style): string {
  return longTable([], [footer(answer, style).filter((cell) => cell !== '')], options);
}

function shownRows(answer: ProxyStatusList): readonly ProxyRow[] {
  return answer.view.all ? answer.status.rows : answer.status.rows.filter((row) => row.state !== 'in-sync');
}

/** The mark and the name in one cell, only the mark coloured. */
function marked(mark: Mark, text: string, style: Style): Cell {
  const plain = plainMark(mark);
  return {
    text: `${plain} ${text}`,
    paint: (shown) => (shown.startsWith(plain) ? markSymbol(mark, style) + shown.slice(plain.length) : shown),
  };
}

function markOf(row: ProxyRow): Mark {
  const [first] = row.problems;
  if (first === undefined) return 'good';
  if (first.kind === 'unknown') return 'unknown';
  if (first.kind === 'stale' || first.kind === 'version-skew') return first.mild ? 'plain' : 'warn';
  return 'bad';
}

/** What people call the node type `router` is a gateway. */
export function typeWord(row: Pick<ProxyRow, 'type'>): string {
  return row.type === 'router' ? 'gateway' : row.type === 'unknown' ? '-' : row.type;
}

/** The state of a row in words, such as `LDS rejected` or `stale (4 types)`. */
function stateLabel(row: ProxyRow): string {
  const [first] = row.problems;
  if (first === undefined) return 'in sync';
  if (first.kind !== 'rejected') return problemLabel(first);
  const types = row.problems
    .filter((problem) => problem.kind === 'rejected')
    .flatMap((problem) => problem.types);
  return `${types.join(',')} rejected`;
}

function problemLabel(problem: ProxyProblem): string {
  if (problem.kind === 'stale') {
    return problem.types.length === 1
      ? `stale (${problem.types[0]})`
      : `stale (${problem.types.length} types)`;
  }
  return problem.kind.replace('-', ' ');
}

function sinceText(row: ProxyRow, now: Date): string {
  const newest = row.types
    .flatMap((type) => type.lastSent ?? [])
    .sort()
    .at(-1);
  return ageText(row.problems[0] === undefined ? newest : row.problems[0].since, now);
}

/** Age of a moment in kubectl's form; `-` when there is none. */
function ageText(since: string | undefined, now: Date): string {
  const ms = now.getTime() - Date.parse(since ?? '');
  return Number.isNaN(ms) ? '-' : humanDuration(Math.max(0, ms));
}

function detailText(row: ProxyRow): string {
  const [first, ...rest] = row.problems;
  if (first === undefined) return row.types.map((type) => type.type).join(',');
  const others = rest
    .filter((problem) => problem.kind !== 'rejected' || first.kind !== 'rejected')
    .map(otherText);
  return [first.detail, ...others].join('; ');
}

function otherText(problem: ProxyProblem): string {
  if (problem.kind === 'differs') return problem.brief ?? problem.detail;
  return problem.kind === 'version-skew' ? problem.detail : `also ${problemLabel(problem)}`;
}

function footer(answer: ProxyStatusList, style: Style): Cell[] {
  const { status, view } = answer;
  const healthy = status.inSync > 0 || status.rows.length === 0;
  const mark: Mark = healthy && answered(status) > 0 ? 'good' : 'plain';
  const count = status.rows.length === 0 ? 'no proxies' : `${status.inSync} in sync`;
  const listed = view.all || view.verbose || status.inSync === 0;
  const hint = listed ? [] : ['use --all to list'];
  return [marked(mark, count, style), '', '', '', [istiodText(status), ...hint].join(' · ')];
}

function answered(status: ProxyStatus): number {
  return status.istiods.filter((istiod) => istiod.sync !== undefined).length;
}

function istiodText(status: ProxyStatus): string {
  const total = status.istiods.length;
  if (total === 0) return 'no istiod is known';
  const versions = new Set(status.istiods.flatMap((istiod) => istiod.sync?.istiodVersion ?? []));
  const asked = `${answered(status)} istiod${answered(status) === 1 ? '' : 's'} answered of ${total}`;
  return [asked, ...[...versions].sort()].join(' · ');
}

/** `-v`: every proxy with one column a type. */
function typeTable(answer: ProxyStatusList, options: ReportOptions): string {
  const style = styleFor(options.color);
  const columns = shortTypeOrder(answer.status.rows.flatMap((row) => row.types.map((type) => type.type)));
  const lines: Cell[][] = answer.status.rows.map((row) => [
    marked(markOf(row), row.proxy, style),
    typeWord(row),
    ...columns.map((column) =>
      typeCell(
        row.types.find((type) => type.type === column),
        options.now,
        style,
      ),
    ),
    row.istiod ?? '-',
    row.version ?? '-',
  ]);
  const header = ['  PROXY', 'TYPE', ...columns, 'ISTIOD', 'VERSION'];
  const text = longTable(lines.length === 0 ? [] : header, lines, options);
  return text + footerLine(answer, options, style);
}

function typeCell(type: TypeState | undefined, now: Date, style: Style): Cell {
  if (type === undefined) return '-';
  const age = ageText(type.lastSent, now);
  const text = age === '-' || type.status === 'NOT SENT' ? type.status : `${type.status} ${age}`;
  if (type.status === 'ERROR') return { text, paint: style.bad };
  return type.status === 'STALE' || type.status === 'UNKNOWN' ? { text, paint: style.warn } : text;
}
