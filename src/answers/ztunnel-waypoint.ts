import type { ZtunnelDump } from '../ztunnel/dump.ts';
import { serviceOfWaypoint, type ZtunnelService } from '../ztunnel/service.ts';
import type { ZtunnelWorkload } from '../ztunnel/workload.ts';
import type { Concern } from './concern.ts';

/** The reference's cell: `None`, the short name of the waypoint's service, or `NA` for one that is not in the dump. */
export function waypointName(destination: string | undefined, dump: ZtunnelDump): string {
  if (destination === undefined) return 'None';
  return serviceOfWaypoint(destination, dump.services)?.name ?? 'NA';
}

/** How many of a service's endpoints are healthy, and of how many. */
export interface HealthCount {
  readonly healthy: number;
  readonly total: number;
}

/** Workloads by their UID. */
export type WorkloadIndex = ReadonlyMap<string, ZtunnelWorkload>;

/** The workloads of a dump by their UID. */
export function indexWorkloads({ workloads }: ZtunnelDump): WorkloadIndex {
  return new Map(workloads.map((workload) => [workload.uid, workload]));
}

/** Endpoints of a service whose workload is healthy, as the reference counts them. */
export function healthOf(service: ZtunnelService, workloads: WorkloadIndex): HealthCount {
  const healthy = service.endpoints.filter(
    ({ workloadUid }) => workloads.get(workloadUid)?.status === 'Healthy',
  );
  return { healthy: healthy.length, total: service.endpoints.length };
}

/** What keeps a waypoint from taking traffic, as far as a ztunnel can tell. */
export function waypointConcern(
  destination: string | undefined,
  dump: ZtunnelDump,
  workloads: WorkloadIndex,
): Concern | undefined {
  if (destination === undefined) return undefined;
  const service = serviceOfWaypoint(destination, dump.services);
  if (service === undefined) {
    return { level: 'bad', text: `its waypoint ${destination} is not known to ztunnel: connections fail` };
  }
  const { healthy, total } = healthOf(service, workloads);
  if (healthy > 0) return undefined;
  const pods = total === 0 ? 'no pods' : 'no healthy pod';
  return { level: 'bad', text: `its waypoint ${service.name} has ${pods}: connections fail` };
}
