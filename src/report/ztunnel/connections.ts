import type { ConnectionRow, ZtunnelConnections } from '../../answers/ztunnel-connections.ts';
import { longTable } from '../long-table.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { styleFor } from '../style.ts';
import { wrapLines } from '../wrap.ts';

/** Our table of open connections under their count. */
export function connectionsTable(answer: ZtunnelConnections, options: ReportOptions): string {
  const style = styleFor(options.color);
  const { rows } = answer;
  const counts = `${wrapLines(style.strong(countsText(answer)), options.width)}\n`;
  if (rows.length === 0) return counts;
  const header = ['WORKLOAD', 'DIRECTION', 'LOCAL', 'REMOTE', 'ASKED FOR', 'PROTOCOL'];
  const cells = rows.map((row) => [
    row.workload,
    row.direction.toLowerCase(),
    row.local || '-',
    row.remote || '-',
    row.target || '-',
    row.protocol === 'TCP' ? 'plain text' : row.protocol || '-',
  ]);
  return counts + longTable(header, cells, options);
}

function countsText({ rows, served, total, totalServed }: ZtunnelConnections): string {
  const count = (wanted: (row: ConnectionRow) => boolean): number => rows.filter(wanted).length;
  const inbound = count((row) => row.direction === 'Inbound');
  const hbone = count((row) => row.protocol === 'HBONE');
  const plain = count((row) => row.protocol === 'TCP');
  const of = rows.length === total ? '' : ` of ${total}`;
  const workloads = served.length === totalServed ? `${totalServed}` : `${served.length} of ${totalServed}`;
  const kinds =
    rows.length === 0
      ? ''
      : `: ${inbound} in, ${rows.length - inbound} out; ${hbone} HBONE, ${plain} plain text`;
  return `${rows.length}${of} open ${total === 1 ? 'connection' : 'connections'} of ${workloads} workloads${kinds}`;
}

/** Reports the open connections of a ztunnel in our table. */
export const connectionsReport = eachProxy(connectionsTable);
