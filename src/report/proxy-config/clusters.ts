import type { ClusterRow, ClustersAnswer } from '../../answers/clusters.ts';
import type { EndpointCount } from '../../envoy/endpoint.ts';
import { ownerText } from '../../envoy/owner.ts';
import { longTable } from '../long-table.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { type Mark, markCell, styleFor } from '../style.ts';
import { countLine } from './count-line.ts';

/** Our cluster table: what can't take traffic first, with the reason. */
export function clustersTable(answer: ClustersAnswer, options: ReportOptions): string {
  const style = styleFor(options.color);
  const judged = answer.rows.map((row) => {
    const endpoints = row.endpoints;
    return { row, endpoints, ...judge(row, endpoints) };
  });
  const sorted = [...judged].sort((a, b) => RANK[a.mark] - RANK[b.mark]);
  const header = [
    '',
    'SERVICE FQDN',
    'PORT',
    'SUBSET',
    'DIRECTION',
    'TYPE',
    'TLS',
    'ENDPOINTS',
    'FROM',
    'DETAIL',
  ];
  const rows = sorted.map(({ row, endpoints, mark, detail }) => {
    const owner = row.owner;
    return [
      markCell(mark, style),
      ...nameCells(row),
      row.discovery.custom ?? row.discovery.type,
      row.tls,
      endpointsCell(endpoints),
      owner === undefined ? '' : ownerText(owner),
      detail,
    ];
  });
  const table = answer.rows.length === 0 ? '' : longTable(header, rows, options);
  return `${table}${countLine('cluster', answer.rows.length, answer.total, options)}`;
}

const RANK: Readonly<Record<Mark, number>> = { bad: 0, warn: 1, unknown: 2, plain: 3, good: 4 };

function nameCells(row: ClusterRow): string[] {
  const { name, parts } = row;
  if (parts === undefined) return [name, '-', '-', '-'];
  return [parts.fqdn || '-', String(parts.port), parts.subset || '-', parts.direction];
}

function endpointsCell(endpoints: EndpointCount | undefined): string {
  if (endpoints === undefined) return '-';
  return endpoints.usable === endpoints.total
    ? String(endpoints.total)
    : `${endpoints.usable} of ${endpoints.total}`;
}

function judge(row: ClusterRow, known: EndpointCount | undefined): { mark: Mark; detail: string } {
  if (row.rejection !== undefined) return { mark: 'bad', detail: `update refused: ${row.rejection.details}` };
  if (row.state === 'warming')
    return { mark: 'warn', detail: 'warming: not in use until its endpoints or secrets arrive' };
  const endpoints = row.discovery.type === 'STATIC' ? undefined : known;
  if (endpoints !== undefined && endpoints.usable === 0) {
    if (endpoints.total > 0) return { mark: 'bad', detail: 'no healthy endpoint: requests get 503 UH' };
    return { mark: 'warn', detail: 'no endpoints: requests get 503 UH' };
  }
  const isForced = row.tls === 'mTLS' && row.owner?.kind === 'DestinationRule';
  if (endpoints !== undefined && isForced && row.istioEndpoints === 0)
    return { mark: 'warn', detail: 'mTLS is forced, and no endpoint is known to speak it: likely 503 UF' };
  return { mark: 'plain', detail: '' };
}

/** Reports clusters in our table. */
export const clustersReport = eachProxy(clustersTable);
