import type { ClusterRow, ClustersAnswer } from '../../answers/clusters.ts';
import type { UpstreamTls } from '../../envoy/cluster.ts';
import type { EndpointCount } from '../../envoy/endpoint.ts';
import { type OwnerObject, ownerText } from '../../envoy/owner.ts';
import { type Cell, longTable } from '../long-table.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { type Mark, markCell, styleFor } from '../style.ts';
import { countLine } from './count-line.ts';

const HEADER = [
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

/** Our cluster table: what can't take traffic first, with the reason. */
export function clustersTable(answer: ClustersAnswer, options: ReportOptions): string {
  const style = styleFor(options.color);
  const byRank: Cell[][][] = [[], [], [], [], []];
  for (const row of answer.rows) {
    const { endpoints, tls, owner } = row;
    const { mark, detail } = judge(row, endpoints, tls, owner);
    byRank[RANK[mark]]?.push(cells(row, markCell(mark, style), endpointsCell(endpoints), tls, owner, detail));
  }
  const table = answer.rows.length === 0 ? '' : longTable(HEADER, byRank.flat(), options);
  return `${table}${countLine('cluster', answer.rows.length, answer.total, options)}`;
}

function cells(
  { name, parts, discovery }: ClusterRow,
  mark: Cell,
  endpoints: string,
  tls: string,
  owner: OwnerObject | undefined,
  detail: string,
): Cell[] {
  const type = discovery.custom ?? discovery.type;
  const from = owner === undefined ? '' : ownerText(owner);
  if (parts === undefined) return [mark, name, '-', '-', '-', type, tls, endpoints, from, detail];
  const { fqdn, port, subset, direction } = parts;
  return [mark, fqdn || '-', String(port), subset || '-', direction, type, tls, endpoints, from, detail];
}

const RANK: Readonly<Record<Mark, number>> = { bad: 0, warn: 1, unknown: 2, plain: 3, good: 4 };

function endpointsCell(endpoints: EndpointCount | undefined): string {
  if (endpoints === undefined) return '-';
  return endpoints.usable === endpoints.total
    ? String(endpoints.total)
    : `${endpoints.usable} of ${endpoints.total}`;
}

const FINE = { mark: 'plain', detail: '' } as const;

function judge(
  row: ClusterRow,
  known: EndpointCount | undefined,
  tls: UpstreamTls,
  owner: OwnerObject | undefined,
): { readonly mark: Mark; readonly detail: string } {
  if (row.rejection !== undefined) return { mark: 'bad', detail: `update refused: ${row.rejection.details}` };
  if (row.state === 'warming')
    return { mark: 'warn', detail: 'warming: not in use until its endpoints or secrets arrive' };
  const endpoints = row.discovery.type === 'STATIC' ? undefined : known;
  if (endpoints !== undefined && endpoints.usable === 0) {
    if (endpoints.total > 0) return { mark: 'bad', detail: 'no healthy endpoint: requests get 503 UH' };
    return { mark: 'warn', detail: 'no endpoints: requests get 503 UH' };
  }
  const isForced = tls === 'mTLS' && owner?.kind === 'DestinationRule';
  if (endpoints !== undefined && isForced && row.istioEndpoints === 0)
    return { mark: 'warn', detail: 'mTLS is forced, and no endpoint is known to speak it: likely 503 UF' };
  return FINE;
}

/** Reports clusters in our table. */
export const clustersReport = eachProxy(clustersTable);
