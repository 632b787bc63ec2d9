import type { ZtunnelDump } from '../ztunnel/dump.ts';
import type { ZtunnelService } from '../ztunnel/service.ts';
import type { Concern } from './concern.ts';
import {
  type DumpIndex,
  type HealthCount,
  healthOf,
  indexDump,
  waypointConcern,
  waypointName,
} from './ztunnel-waypoint.ts';
import { sameWord } from './ztunnel-workloads.ts';

/** A service, its waypoint and endpoints, and what is wrong with it. */
export interface ServiceRow {
  readonly service: ZtunnelService;
  /** `None`, a short name, or `NA` for a waypoint that ztunnel does not know. */
  readonly waypoint: string;
  readonly endpoints: HealthCount;
  readonly concern: Concern | undefined;
}

/** Services that a ztunnel knows. */
export interface ZtunnelServices {
  readonly rows: readonly ServiceRow[];
  /** How many there are before filtering. */
  readonly total: number;
}

/**
 * The services of a ztunnel, in `namespace` when given. `unbound` tells of a service (`namespace/name`) why it does not
 * get the waypoint that it names, where the Services themselves are known: ztunnel holds no trace of it.
 */
export function ztunnelServices(
  dump: ZtunnelDump,
  filter: { readonly namespace?: string | undefined },
  unbound: ReadonlyMap<string, string> = new Map(),
): ZtunnelServices {
  const index = indexDump(dump);
  const rows = dump.services
    .filter(({ namespace }) => !filter.namespace || sameWord(namespace, filter.namespace))
    .map((service) => {
      const endpoints = healthOf(service, index);
      return {
        service,
        waypoint: waypointName(service.waypoint, index),
        endpoints,
        concern: serviceConcern(service, endpoints, index, unbound),
      };
    });
  return { rows, total: dump.services.length };
}

function serviceConcern(
  service: ZtunnelService,
  { healthy, total }: HealthCount,
  index: DumpIndex,
  unbound: ReadonlyMap<string, string>,
): Concern | undefined {
  const waypoint = waypointConcern(service.waypoint, index);
  if (waypoint !== undefined) return waypoint;
  if (total > 0 && healthy === 0 && service.healthPolicy !== 'AllowAll') {
    return { level: 'bad', text: 'no healthy endpoint: connections fail with "no healthy upstream"' };
  }
  const why =
    service.waypoint === undefined ? unbound.get(`${service.namespace}/${service.name}`) : undefined;
  if (why !== undefined) return { level: 'bad', text: why };
  if (total > 0) return undefined;
  return { level: 'warn', text: 'no endpoints: connections fail with "no healthy upstream"' };
}
