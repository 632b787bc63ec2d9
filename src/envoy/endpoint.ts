import {
  asArray,
  asBoolean,
  asInt64,
  asNumber,
  asObject,
  asObjects,
  asString,
  field,
  type JsonObject,
} from '../util/json.ts';

const HEALTH = ['UNKNOWN', 'HEALTHY', 'UNHEALTHY', 'DRAINING', 'TIMEOUT', 'DEGRADED'];

/** An endpoint of a cluster load assignment (EDS). */
export interface EdsEndpoint {
  readonly cluster: string;
  readonly address: unknown;
  readonly additionalAddresses: readonly unknown[];
  readonly health: string;
  readonly locality: Locality;
  readonly priority: number;
  readonly weight: number | undefined;
  readonly metadata: JsonObject | undefined;
  readonly raw: JsonObject;
}

/** A place; parts that are not set are empty. */
export interface Locality {
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
}

/** Every endpoint of a ClusterLoadAssignment, locality by locality. */
export function edsEndpoints(assignment: JsonObject): EdsEndpoint[] {
  const cluster = asString(assignment['cluster_name']) ?? '';
  return asObjects(assignment['endpoints']).flatMap((group) => {
    const locality = localityOf(group['locality']);
    const priority = asNumber(group['priority']) ?? 0;
    return asObjects(group['lb_endpoints']).map((raw) => ({
      cluster,
      address: field(raw, 'endpoint', 'address'),
      additionalAddresses: asObjects(field(raw, 'endpoint', 'additional_addresses')).map(
        (item) => item['address'],
      ),
      health: healthName(raw['health_status']),
      locality,
      priority,
      weight: asNumber(raw['load_balancing_weight']),
      metadata: asObject(field(raw, 'metadata', 'filter_metadata')),
      raw,
    }));
  });
}

/** Whether an endpoint's metadata says that it speaks Istio's mTLS; `transport_socket_matches` go by it. */
export function speaksIstio(metadata: JsonObject | undefined): boolean {
  return field(metadata, 'envoy.transport_socket_match', 'tlsMode') === 'istio';
}

/** How many of a cluster's endpoints can take traffic. */
export interface EndpointCount {
  readonly usable: number;
  readonly total: number;
}

/** Counts the endpoints of a ClusterLoadAssignment without looking at more than their health. */
export function countEndpoints(assignment: JsonObject): EndpointCount {
  let usable = 0;
  let total = 0;
  for (const group of asArray(assignment['endpoints'])) {
    for (const endpoint of asArray(asObject(group)?.['lb_endpoints'])) {
      const raw = asObject(endpoint);
      if (raw === undefined) continue;
      total++;
      if (isUsable(healthName(raw['health_status']))) usable++;
    }
  }
  return { usable, total };
}

/** How many endpoints of a ClusterLoadAssignment speak Istio's mTLS, by their metadata. */
export function countIstioEndpoints(assignment: JsonObject): number {
  let count = 0;
  for (const group of asArray(assignment['endpoints'])) {
    for (const endpoint of asArray(asObject(group)?.['lb_endpoints'])) {
      if (speaksIstio(asObject(field(endpoint, 'metadata', 'filter_metadata')))) count++;
    }
  }
  return count;
}

/** A host on Envoy's `/clusters?format=json` page: what Envoy really thinks of an endpoint now. */
export interface ClusterHost {
  readonly cluster: string;
  readonly address: unknown;
  /** Health that EDS gave. */
  readonly edsHealth: string;
  readonly failedOutlierCheck: boolean;
  /** Reasons besides EDS health for which Envoy does not use the host, in words. */
  readonly flags: readonly string[];
  readonly weight: number | undefined;
  readonly priority: number;
  readonly locality: Locality;
  readonly hostname: string | undefined;
  readonly raw: JsonObject;
}

const FLAG_WORDS: readonly (readonly [field: string, words: string])[] = [
  ['failed_outlier_check', 'ejected (outlier)'],
  ['failed_active_health_check', 'failed health check'],
  ['failed_degraded_outlier', 'degraded (outlier)'],
  ['failed_active_degraded_check', 'degraded (health check)'],
  ['pending_dynamic_removal', 'being removed'],
  ['pending_active_hc', 'not checked yet'],
  ['excluded_via_immediate_hc_fail', 'excluded (immediate health check failure)'],
  ['active_hc_timeout', 'health check timed out'],
];

/** Every host of one cluster status. */
export function clusterHosts(status: JsonObject): ClusterHost[] {
  const cluster = asString(status['name']) ?? '';
  return asObjects(status['host_statuses']).map((raw) => {
    const health = asObject(raw['health_status']) ?? {};
    return {
      cluster,
      address: raw['address'],
      edsHealth: healthName(health['eds_health_status']),
      failedOutlierCheck: asBoolean(health['failed_outlier_check']) ?? false,
      flags: FLAG_WORDS.filter(([flag]) => health[flag] === true).map(([, words]) => words),
      weight: asNumber(raw['weight']),
      priority: asNumber(raw['priority']) ?? 0,
      locality: localityOf(raw['locality']),
      hostname: asString(raw['hostname']),
      raw,
    };
  });
}

/** The value of a host's counter or gauge, such as `rq_error`; 0 when Envoy left the zero out, `undefined` if absent. */
export function hostStat(host: ClusterHost, name: string): number | undefined {
  const stat = asObjects(host.raw['stats']).find((item) => item['name'] === name);
  return stat === undefined ? undefined : (asInt64(stat['value']) ?? 0);
}

/** Whether Envoy sends traffic to an endpoint of this EDS health. `UNKNOWN` counts as healthy, as it does for Envoy. */
export function isUsable(health: string): boolean {
  return health === 'HEALTHY' || health === 'UNKNOWN' || health === 'DEGRADED';
}

/** `region/zone/subzone`, trailing empty parts left out. */
export function localityText(locality: Locality): string {
  return [locality.region, locality.zone, locality.subZone].join('/').replace(/\/+$/, '');
}

function localityOf(value: unknown): Locality {
  const part = (name: string) => asString(field(value, name)) ?? '';
  return { region: part('region'), zone: part('zone'), subZone: part('sub_zone') };
}

function healthName(value: unknown): string {
  return asString(value) ?? HEALTH[asNumber(value) ?? 0] ?? 'UNKNOWN';
}
