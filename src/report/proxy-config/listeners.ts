import type { ChainRow, ListenerRow, ListenersAnswer } from '../../answers/listeners.ts';
import type { ChainDestination } from '../../envoy/chain-text.ts';
import { clusterTitle } from '../../envoy/cluster-name.ts';
import { type Cell, longTable } from '../long-table.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { type Mark, markCell, styleFor } from '../style.ts';
import { countLine } from './count-line.ts';
import { targetsText } from './targets.ts';

/** How much a listener table shows. */
export interface ListenersView {
  /** One line a filter chain instead of one a listener. */
  readonly verbose: boolean;
  /** The reference's `--waypoint` view. */
  readonly waypoint: boolean;
}

/** Our listener table: refused and unsettled listeners first, one line a filter chain (or one a listener). */
export function listenersTable(answer: ListenersAnswer, options: ReportOptions, verbose: boolean): string {
  const sorted = [...answer.rows].sort((a, b) => rank(a) - rank(b) || port(a) - port(b));
  const header = ['', 'LISTENER', 'ADDRESS', ...(verbose ? ['MATCH', 'DESTINATION'] : ['TYPE', 'CHAINS'])];
  const rows = sorted.flatMap((row) => lines(row, options, verbose));
  const table = answer.rows.length === 0 ? '' : longTable(header, rows, options);
  return `${table}${countLine('listener', answer.rows.length, answer.total, options)}`;
}

function lines(row: ListenerRow, options: ReportOptions, verbose: boolean): Cell[][] {
  const mark = markOf(row);
  const style = styleFor(options.color);
  const place: Cell[] = [markCell(mark, style), row.name, addressText(row)];
  const notes = stateNotes(row).map((note): Cell[] => [...place, ...note]);
  if (row.state === 'rejected') return notes;
  if (!verbose) {
    const broken = row.chains.flatMap((chain) =>
      chain.problem === undefined
        ? []
        : [[...place, 'broken chain', `${matchText(chain)}: ${chain.problem}`]],
    );
    return [...notes, ...broken, [...place, row.type, String(row.chains.length)]];
  }
  const chains = row.chains.map((chain): Cell[] => [
    chain.problem === undefined ? '' : markCell('bad', style),
    row.name,
    addressText(row),
    matchText(chain),
    destination(chain),
  ]);
  return [...notes, ...(chains.length === 0 ? [[...place, '', 'no filter chain']] : chains)];
}

function stateNotes(row: ListenerRow): [string, string][] {
  const notes: [string, string][] = [];
  if (row.state === 'rejected') notes.push(['refused', `does not listen: ${row.rejection?.details ?? ''}`]);
  else if (row.rejection) notes.push(['update refused', `keeps its old version: ${row.rejection.details}`]);
  if (row.state === 'warming') notes.push(['warming', 'not in use yet: waits for routes or secrets']);
  if (row.state === 'draining') notes.push(['draining', 'takes no new connections']);
  return notes;
}

function markOf(row: ListenerRow): Mark {
  if (row.rejection !== undefined) return 'bad';
  if (row.chains.some(({ problem }) => problem !== undefined)) return 'warn';
  return row.state === 'warming' || row.state === 'draining' ? 'warn' : 'plain';
}

function rank(row: ListenerRow): number {
  const mark = markOf(row);
  return mark === 'bad' ? 0 : mark === 'warn' ? 1 : 2;
}

function port(row: ListenerRow): number {
  return row.addresses[0]?.port ?? 0;
}

function addressText(row: ListenerRow): string {
  if (row.internal) return 'internal';
  return row.addresses
    .map(({ host, port: number }) =>
      number === 0 ? host : `${host.includes(':') ? `[${host}]` : host}:${number}`,
    )
    .join(', ');
}

function matchText({ chain, match }: ChainRow): string {
  return match === '' ? 'all' : chain.isDefault ? 'all else' : match;
}

function destination({ destination: goal, problem }: ChainRow): string {
  return problem ?? destinationText(goal);
}

/** Where a filter chain leads, in words. */
export function destinationText(goal: ChainDestination): string {
  switch (goal.kind) {
    case 'route':
      return `routes ${goal.name}`;
    case 'scoped':
      return `scoped routes ${goal.name}`;
    case 'inline':
      return goal.cluster === undefined ? 'inline routes' : clusterTitle(goal.cluster);
    case 'tcp':
      return targetsText(goal.targets);
    case 'blackhole':
      return 'closed (BlackHoleCluster)';
    case 'none':
      return 'nothing that we know';
  }
}

/** Reports listeners in our table. */
export const listenersReport = eachProxy((answer: ListenersAnswer & ListenersView, options) =>
  listenersTable(answer, options, answer.verbose),
);
