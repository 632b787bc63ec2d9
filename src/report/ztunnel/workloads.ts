import type { ZtunnelWorkloads } from '../../answers/ztunnel-workloads.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { concernTable } from './concern-table.ts';

/** Our table of workloads: those whose connections fail first, with the reason. */
export function workloadsTable({ rows, total }: ZtunnelWorkloads, options: ReportOptions): string {
  const hbone = rows.filter(({ workload }) => workload.protocol === 'HBONE').length;
  return concernTable(
    {
      noun: 'workload',
      header: ['WORKLOAD', 'ADDRESS', 'NODE', 'WAYPOINT', 'PROTOCOL'],
      rows: rows.map(({ workload, waypoint, concern }) => ({
        cells: [
          `${workload.name}.${workload.namespace}`,
          workload.addresses.join(',') || workload.hostname || '-',
          workload.node || '-',
          waypointCell(waypoint, workload.waypoint),
          workload.protocol,
        ],
        concern,
      })),
      total,
      summary: `${hbone} over HBONE, ${rows.length - hbone} in plain text`,
    },
    options,
  );
}

/** The short name; the whole destination where ztunnel does not know it. */
export function waypointCell(name: string, destination: string | undefined): string {
  if (destination === undefined) return '-';
  return name === 'NA' ? destination : name;
}

/** Reports the workloads of a ztunnel in our table. */
export const workloadsReport = eachProxy(workloadsTable);
