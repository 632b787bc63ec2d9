import type { EdsAnswer, EdsRow, EndpointsAnswer, HostRow, HostsAnswer } from '../../answers/endpoints.ts';
import { sortByClusterName } from '../../envoy/cluster-name.ts';
import { localityText } from '../../envoy/endpoint.ts';
import { compareText } from '../../util/text.ts';
import { type Cell, longTable } from '../long-table.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { type Mark, markCell, markSymbol, styleFor } from '../style.ts';
import { countLine } from './count-line.ts';

/** Our table of a clusters page: hosts that get no traffic first, with every reason. */
export function hostsTable(answer: HostsAnswer, options: ReportOptions): string {
  const byAddress = [...answer.rows].sort((a, b) => compareText(a.address, b.address));
  const byCluster = sortByClusterName(byAddress, (row) => row.host.cluster);
  const sorted = byCluster.sort((a, b) => Number(a.usable) - Number(b.usable));
  const header = ['', 'ENDPOINT', 'STATUS', 'CLUSTER', 'LOCALITY', 'WEIGHT', 'REQUESTS', 'DETAIL'];
  const rows = sorted.map((row) => [
    mark(row.usable ? (row.host.flags.length > 0 ? 'warn' : 'plain') : 'bad', options),
    row.address,
    row.host.edsHealth,
    row.host.cluster,
    placeText(localityText(row.host.locality), row.host.priority),
    row.host.weight === undefined ? '' : String(row.host.weight),
    requestsText(row),
    row.host.flags.join(', '),
  ]);
  const table = answer.rows.length === 0 ? '' : longTable(header, rows, options);
  return `${table}${countLine('endpoint', answer.rows.length, answer.total, options)}`;
}

/** Our table of EDS: endpoints that EDS calls unhealthy first. */
export function edsTable(answer: EdsAnswer, options: ReportOptions): string {
  if (!answer.recorded)
    return `${markSymbol('unknown', styleFor(options.color))} endpoints are not in this dump\n`;
  const sorted = [...answer.rows].sort((a, b) => Number(a.usable) - Number(b.usable));
  const header = ['', 'ENDPOINT', 'STATUS', 'CLUSTER', 'LOCALITY', 'WEIGHT'];
  const rows = sorted.map((row) => edsCells(row, options));
  const table = answer.rows.length === 0 ? '' : longTable(header, rows, options);
  return `${table}${countLine('endpoint', answer.rows.length, answer.total, options)}`;
}

function edsCells({ endpoint, addresses, usable }: EdsRow, options: ReportOptions): Cell[] {
  return [
    mark(usable ? 'plain' : 'bad', options),
    addresses.join(', '),
    endpoint.health,
    endpoint.cluster,
    placeText(localityText(endpoint.locality), endpoint.priority),
    endpoint.weight === undefined ? '' : String(endpoint.weight),
  ];
}

function placeText(locality: string, priority: number): string {
  return priority === 0 ? locality : `${locality} (priority ${priority})`.trim();
}

function requestsText({ failed, requests }: HostRow): string {
  if (requests === undefined) return '';
  return failed ? `${requests} (${failed} failed)` : String(requests);
}

function mark(kind: Mark, options: ReportOptions): Cell {
  return markCell(kind, styleFor(options.color));
}

/** Reports endpoints in our table. */
export const endpointsReport = eachProxy((answer: EndpointsAnswer, options) =>
  answer.kind === 'hosts' ? hostsTable(answer, options) : edsTable(answer, options),
);

/** Reports EDS endpoints in our table. */
export const edsReport = eachProxy(edsTable);
