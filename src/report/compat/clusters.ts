import type { ClusterRow, ClustersAnswer } from '../../answers/clusters.ts';
import { compatOwnerCell } from '../../envoy/owner.ts';
import { eachProxyCompat } from '../proxy-answers.ts';
import { tabwriterTable } from '../tabwriter.ts';

/** The reference's cluster table; with `prefix` (`proxy-config all`) a NAME column comes first. */
export function compatClusters(answer: ClustersAnswer, prefix = false): string {
  const header = ['SERVICE FQDN', 'PORT', 'SUBSET', 'DIRECTION', 'TYPE', 'DESTINATION RULE'];
  const rows = answer.rows.filter(isShown).map((row) => cells(row, prefix));
  return tabwriterTable([prefix ? ['NAME', ...header] : header, ...rows], 5);
}

/** The reference shows what is in use: active and static clusters. */
export function isShown(row: ClusterRow): boolean {
  return row.state === 'active' || row.state === 'static';
}

function cells(row: ClusterRow, prefix: boolean): string[] {
  const type = row.discovery.custom === undefined ? row.discovery.type : 'STATIC';
  const owner = compatOwnerCell(row.message);
  const name = prefix ? `cluster/${row.name}` : row.name;
  const { parts } = row;
  const line =
    parts === undefined
      ? [name, '-', '-', '-', type, owner]
      : [parts.fqdn, String(parts.port), parts.subset || '-', parts.direction, type, owner];
  return prefix ? [name, ...line] : line;
}

/** Reports clusters in the reference's table. */
export const compatClustersReport = eachProxyCompat((answer: ClustersAnswer) => compatClusters(answer));
