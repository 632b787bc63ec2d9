import { asArray, asObject, asObjects, asString, field, type JsonObject } from '../util/json.ts';
import { addressText } from './address.ts';

const LIMITS = ['max_connections', 'max_pending_requests', 'max_requests', 'max_retries'] as const;

/** Flags of an unhealthy host in Envoy's order, by their names in JSON. */
const FLAGS: readonly (readonly [field: string, word: string])[] = [
  ['failed_active_health_check', 'failed_active_hc'],
  ['failed_outlier_check', 'failed_outlier_check'],
  ['failed_active_degraded_check', 'degraded_active_hc'],
  ['pending_dynamic_removal', 'pending_dynamic_removal'],
  ['pending_active_hc', 'pending_active_hc'],
  ['excluded_via_immediate_hc_fail', 'excluded_via_immediate_hc_fail'],
  ['active_hc_timeout', 'active_hc_timeout'],
];

const EDS_FLAGS: Readonly<Record<string, string>> = {
  UNHEALTHY: 'failed_eds_health',
  DEGRADED: 'degraded_eds_health',
  DRAINING: 'eds_status_draining',
};

/**
 * The statuses of `/clusters?format=json` as the plain `/clusters` page has them. JSON does not tell which clusters
 * detect outliers: `withOutliers` names them. `canary`, which JSON lacks, is written as false.
 */
export function clustersText(statuses: readonly JsonObject[], withOutliers: ReadonlySet<string>): string {
  return statuses.map((status) => clusterText(status, withOutliers)).join('');
}

function clusterText(status: JsonObject, withOutliers: ReadonlySet<string>): string {
  const name = asString(status['name']) ?? '';
  const line = (text: string): string => `${name}::${text}\n`;
  const thresholds = asObjects(field(status, 'circuit_breakers', 'thresholds'));
  const eds = asString(status['eds_service_name']);
  return [
    line(`observability_name::${asString(status['observability_name']) ?? name}`),
    ...(withOutliers.has(name) ? outlierLines(status).map(line) : []),
    ...['default', 'high'].flatMap((priority) => {
      const threshold = thresholds.find((one) => (one['priority'] ?? 'DEFAULT') === priority.toUpperCase());
      return LIMITS.map((limit) =>
        line(`${priority}_priority::${limit}::${numberText(threshold?.[limit], '0')}`),
      );
    }),
    line(`added_via_api::${status['added_via_api'] === true}`),
    ...(eds === undefined ? [] : [line(`eds_service_name::${eds}`)]),
    ...asObjects(status['host_statuses']).flatMap((host) => hostLines(host).map(line)),
  ].join('');
}

function outlierLines(status: JsonObject): string[] {
  const rate = (name: string): string => numberText(field(status, name, 'value'), '-1');
  return [
    'outlier::success_rate_average::-1',
    `outlier::success_rate_ejection_threshold::${rate('success_rate_ejection_threshold')}`,
    'outlier::local_origin_success_rate_average::-1',
    `outlier::local_origin_success_rate_ejection_threshold::${rate('local_origin_success_rate_ejection_threshold')}`,
  ];
}

function hostLines(host: JsonObject): string[] {
  const stats = asObjects(host['stats'])
    .map((stat) => ({ name: asString(stat['name']) ?? '', value: numberText(stat['value'], '0') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const rate = (name: string): string => numberText(field(host, name, 'value'), '-1');
  const place = (name: string): string => asString(field(host, 'locality', name)) ?? '';
  const address = plainAddress(host['address']);
  return [
    ...stats.map(({ name, value }) => `${name}::${value}`),
    `hostname::${asString(host['hostname']) ?? ''}`,
    `health_flags::${healthFlags(host['health_status'])}`,
    `weight::${numberText(host['weight'], '1')}`,
    `region::${place('region')}`,
    `zone::${place('zone')}`,
    `sub_zone::${place('sub_zone')}`,
    'canary::false',
    `priority::${numberText(host['priority'], '0')}`,
    `success_rate::${rate('success_rate')}`,
    `local_origin_success_rate::${rate('local_origin_success_rate')}`,
  ].map((text) => `${address}::${text}`);
}

/** Envoy writes the path of a pipe as it is, and an internal listener with its endpoint, also where that is empty. */
function plainAddress(address: unknown): string {
  const path = asString(field(address, 'pipe', 'path'));
  const internal = asObject(field(address, 'envoy_internal_address'));
  if (path !== undefined || internal === undefined) return path ?? addressText(address) ?? '';
  const part = (name: string): string => asString(internal[name]) ?? '';
  return `envoy://${part('server_listener_name')}/${part('endpoint_id')}`;
}

function healthFlags(status: unknown): string {
  const health = asObject(status) ?? {};
  const eds = EDS_FLAGS[asString(health['eds_health_status']) ?? ''];
  const flags = FLAGS.filter(([name]) => health[name] === true).map(([, word]) => word);
  const all = eds === undefined ? flags : [...flags, eds];
  return all.length === 0 ? 'healthy' : all.map((flag) => `/${flag}`).join('');
}

/** Numbers of 64 bits are texts in JSON. */
function numberText(value: unknown, absent: string): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : absent;
}

/** Names of the clusters in a dump that detect outliers. */
export function outlierClusters(clusters: readonly JsonObject[]): Set<string> {
  const named = clusters.filter((cluster) => asObject(cluster['outlier_detection']) !== undefined);
  return new Set(asArray(named.map((cluster) => cluster['name'])).flatMap((name) => asString(name) ?? []));
}
