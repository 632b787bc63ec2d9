import type { ZtunnelServices } from '../../answers/ztunnel-services.ts';
import type { HealthCount } from '../../answers/ztunnel-waypoint.ts';
import { vipAddress } from '../../ztunnel/service.ts';
import { eachProxy } from '../proxy-answers.ts';
import type { ReportOptions } from '../reporter.ts';
import { concernTable } from './concern-table.ts';
import { waypointCell } from './workloads.ts';

/** Our table of services: those that can't be reached, or not as they should, first. */
export function servicesTable({ rows, total }: ZtunnelServices, options: ReportOptions): string {
  const withWaypoint = rows.filter(({ service }) => service.waypoint !== undefined).length;
  return concernTable(
    {
      noun: 'service',
      header: ['SERVICE', 'ADDRESS', 'WAYPOINT', 'ENDPOINTS'],
      rows: rows.map(({ service, waypoint, endpoints, concern }) => ({
        cells: [
          `${service.name}.${service.namespace}`,
          service.vips.map(vipAddress).join(',') || 'headless',
          waypointCell(waypoint, service.waypoint),
          endpointsCell(endpoints),
        ],
        concern,
      })),
      total,
      summary:
        withWaypoint === 0
          ? 'none through a waypoint'
          : `${withWaypoint} through a waypoint (meshscope waypoint status tells whether it works)`,
    },
    options,
  );
}

function endpointsCell({ healthy, total }: HealthCount): string {
  return healthy === total ? String(total) : `${healthy} of ${total} healthy`;
}

/** Reports the services of a ztunnel in our table. */
export const servicesReport = eachProxy(servicesTable);
