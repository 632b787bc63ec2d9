import { proxyLevel } from '../answers/proxy-level.ts';
import type { ProxyProblem } from '../answers/proxy-problem.ts';
import type { ProxyRow, TypeState } from '../answers/proxy-row.ts';
import type { ProxyStatus } from '../answers/proxy-status.ts';
import type { ProxyStatusAnswer, ProxyStatusList } from '../answers/proxy-status-answer.ts';
import { shortTypeOrder } from '../istiod/xds-types.ts';
import { escapeLine } from '../util/text.ts';
import { type DetailRow, detailTable } from './detail-table.ts';
import type { Cell } from './long-table.ts';
import { podSyncText } from './proxy-sync-diff.ts';
import { ageText, problemLabel, sinceText, stateLabel, typeWord } from './proxy-words.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { type Mark, markSymbol, plainMark, type Style, styleFor } from './style.ts';
import { wrapLines } from './wrap.ts';

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
  const lines: DetailRow[] = rows.map((row) => ({
    cells: [
      marked(proxyLevel(row), row.proxy, style),
      typeWord(row),
      stateLabel(row),
      sinceText(row, options.now),
    ],
    detail: detailText(row),
  }));
  const { mark, counts, detail } = footer(answer);
  lines.push({ cells: [marked(mark, counts, style), '', '', ''], detail });
  return detailTable(['  PROXY', 'TYPE', 'STATE', 'SINCE'], lines, options);
}

/** The footer where there are no columns to stand in. */
function footerLine(answer: ProxyStatusList, options: ReportOptions, style: Style): string {
  const { mark, counts, detail } = footer(answer);
  const line = `${markSymbol(mark, style)} ${escapeLine(counts)}  ${escapeLine(detail)}`;
  return `${wrapLines(line, options.width)}\n`;
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
  if (problem.brief !== undefined) return problem.brief;
  return problem.kind === 'version-skew' ? problem.detail : `also ${problemLabel(problem)}`;
}

function footer({ status, view }: ProxyStatusList): { mark: Mark; counts: string; detail: string } {
  const listed = view.all || view.verbose || status.inSync === 0;
  const hint = listed ? [] : ['use --all to list'];
  const isLeftOut =
    view.deep && status.rows.some((row) => row.type === 'ztunnel' && row.istiod !== undefined);
  const leftOut = isLeftOut ? ['ztunnels can not be compared'] : [];
  const detail = [istiodText(status), ...leftOut, ...hint].join(' · ');
  if (status.rows.length === 0) return { ...nothingText(status), detail };
  const mark: Mark = status.inSync > 0 && answered(status) > 0 ? 'good' : 'plain';
  const others = status.notCompared === 0 ? '' : `, ${status.notCompared} not compared`;
  return { mark, counts: `${status.inSync} in sync${others}`, detail };
}

/** That there are no proxies is a fact only where pods are known and every istiod answered. */
function nothingText(status: ProxyStatus): { mark: Mark; counts: string } {
  const where = status.namespace === undefined ? '' : ` in namespace ${status.namespace}`;
  const isFact = status.podsKnown && answered(status) === status.istiods.length && answered(status) > 0;
  return isFact
    ? { mark: 'plain', counts: `no proxies${where}` }
    : { mark: 'unknown', counts: `no proxy is known${where}` };
}

function answered(status: ProxyStatus): number {
  return status.istiods.filter((istiod) => istiod.sync !== undefined).length;
}

function istiodText(status: ProxyStatus): string {
  if (status.askedThemselves > 0) return `no istiod answered · ${themselves(status.askedThemselves)}`;
  const total = status.istiods.length;
  if (total === 0) return 'no istiod is known';
  const versions = new Set(status.istiods.flatMap((istiod) => istiod.sync?.istiodVersion ?? []));
  const asked = `${answered(status)} istiod${answered(status) === 1 ? '' : 's'} answered of ${total}`;
  return [asked, ...[...versions].sort()].join(' · ');
}

function themselves(count: number): string {
  return count === 1 ? '1 Envoy was asked itself' : `${count} Envoys were asked themselves`;
}

/** `-v`: every proxy with one column a type. */
function typeTable(answer: ProxyStatusList, options: ReportOptions): string {
  const style = styleFor(options.color);
  const columns = shortTypeOrder(answer.status.rows.flatMap((row) => row.types.map((type) => type.type)));
  const lines: DetailRow[] = answer.status.rows.map((row) => ({
    cells: [
      marked(proxyLevel(row), row.proxy, style),
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
    ],
    detail: row.problems.length === 0 ? '' : `${stateLabel(row)}: ${detailText(row)}`,
  }));
  const header = ['  PROXY', 'TYPE', ...columns, 'ISTIOD', 'VERSION'];
  const text = lines.length === 0 ? '' : detailTable(header, lines, options);
  return text + footerLine(answer, options, style);
}

function typeCell(type: TypeState | undefined, now: Date, style: Style): Cell {
  if (type === undefined) return '-';
  const age = ageText(type.lastSent, now);
  const text = age === '-' || type.status === 'NOT SENT' ? type.status : `${type.status} ${age}`;
  if (type.status === 'ERROR') return { text, paint: style.bad };
  return type.status === 'STALE' || type.status === 'UNKNOWN' ? { text, paint: style.warn } : text;
}
