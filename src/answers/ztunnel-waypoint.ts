import type { ZtunnelDump } from '../ztunnel/dump.ts';
import type { ZtunnelService } from '../ztunnel/service.ts';
import type { ZtunnelWorkload } from '../ztunnel/workload.ts';
import type { Concern } from './concern.ts';

/** What a dump holds, by the names under which it refers to itself. */
export interface DumpIndex {
  /** By UID. */
  readonly workloads: ReadonlyMap<string, ZtunnelWorkload>;
  /** By what a waypoint's destination may say: `<namespace>/<hostname>` and `<network>/<address>`. */
  readonly services: ReadonlyMap<string, ZtunnelService>;
}

/** Indexes the workloads and services of a dump; of two services with one address the first counts. */
export function indexDump({ workloads, services }: ZtunnelDump): DumpIndex {
  const byDestination = new Map<string, ZtunnelService>();
  for (const service of services) {
    for (const destination of [`${service.namespace}/${service.hostname}`, ...service.vips]) {
      if (!byDestination.has(destination)) byDestination.set(destination, service);
    }
  }
  return {
    workloads: new Map(workloads.map((workload) => [workload.uid, workload])),
    services: byDestination,
  };
}

/** The reference's cell: `None`, the short name of the waypoint's service, or `NA` for one that is not in the dump. */
export function waypointName(destination: string | undefined, { services }: DumpIndex): string {
  if (destination === undefined) return 'None';
  return services.get(destination)?.name ?? 'NA';
}

/** How many of a service's endpoints are healthy, and of how many. */
export interface HealthCount {
  readonly healthy: number;
  readonly total: number;
}

/** Endpoints of a service whose workload is healthy, as the reference counts them. */
export function healthOf({ endpoints }: ZtunnelService, { workloads }: DumpIndex): HealthCount {
  const healthy = endpoints.filter(({ workloadUid }) => workloads.get(workloadUid)?.status === 'Healthy');
  return { healthy: healthy.length, total: endpoints.length };
}

/** What keeps a waypoint from taking traffic, as far as a ztunnel can tell. */
export function waypointConcern(destination: string | undefined, index: DumpIndex): Concern | undefined {
  if (destination === undefined) return undefined;
  const service = index.services.get(destination);
  if (service === undefined) {
    return { level: 'bad', text: `its waypoint ${destination} is not known to ztunnel: connections fail` };
  }
  const { healthy, total } = healthOf(service, index);
  if (healthy > 0) return undefined;
  const pods = total === 0 ? 'no pods' : 'no healthy pod';
  return { level: 'bad', text: `its waypoint ${service.name} has ${pods}: connections fail` };
}
