/** Envoy's JSON of one endpoint's address. */
type Address = { socket_address: { address: string; port_value: number } } | { pipe: { path: string } };

interface HostStatus {
  readonly address: Address;
  stats: { type?: 'GAUGE'; value?: string; name: string }[];
  health_status: Record<string, string | boolean>;
  weight?: number;
  hostname?: string;
  priority?: number;
  locality?: Record<string, string>;
}

interface ClusterStatus {
  readonly name: string;
  added_via_api?: boolean;
  observability_name?: string;
  eds_service_name?: string;
  circuit_breakers: { thresholds: Record<string, number | string>[] };
  host_statuses?: HostStatus[];
}

const GAUGES = new Set(['cx_active', 'rq_active', 'rq_pending_active']);
const COUNTERS = new Set(['cx_connect_fail', 'cx_total', 'rq_error', 'rq_success', 'rq_timeout', 'rq_total']);

/** Names in JSON of the flags in `health_flags` (Envoy: host_utility.cc and clusters_handler.cc). */
const HEALTH_FLAGS: ReadonlyMap<string, readonly [string, string | boolean]> = new Map([
  ['failed_active_hc', ['failed_active_health_check', true]],
  ['failed_outlier_check', ['failed_outlier_check', true]],
  ['failed_eds_health', ['eds_health_status', 'UNHEALTHY']],
  ['degraded_active_hc', ['failed_active_degraded_check', true]],
  ['degraded_eds_health', ['eds_health_status', 'DEGRADED']],
  ['eds_status_draining', ['eds_health_status', 'DRAINING']],
  ['pending_dynamic_removal', ['pending_dynamic_removal', true]],
  ['pending_active_hc', ['pending_active_hc', true]],
  ['excluded_via_immediate_hc_fail', ['excluded_via_immediate_hc_fail', true]],
  ['active_hc_timeout', ['active_hc_timeout', true]],
]);

/**
 * Envoy's plain `/clusters` page as the JSON of `/clusters?format=json`. Lines are `cluster::subject::field::value`,
 * where the subject is missing for fields of the cluster itself. Lines it does not know are left out.
 */
export function clustersTextToJson(text: string): unknown {
  const clusters = new Map<string, ClusterStatus>();
  const hosts = new Map<string, HostStatus>();
  for (const line of text.split('\n')) {
    const parts = splitLine(line);
    if (parts === undefined) continue;
    const { name, subject, field, value } = parts;
    const cluster = clusters.get(name) ?? { name, circuit_breakers: { thresholds: [] } };
    clusters.set(name, cluster);
    // Averages of outlier detection, which JSON keeps elsewhere and nobody asks for.
    if (subject === 'outlier') continue;
    if (subject === undefined) setClusterField(cluster, field, value);
    else if (subject === 'default_priority') setThreshold(cluster, 'DEFAULT', field, value);
    else if (subject === 'high_priority') setThreshold(cluster, 'HIGH', field, value);
    else {
      const key = `${name}\0${subject}`;
      let host = hosts.get(key);
      if (host === undefined) {
        host = { address: parseAddress(subject), stats: [], health_status: {} };
        hosts.set(key, host);
        cluster.host_statuses = cluster.host_statuses ?? [];
        cluster.host_statuses.push(host);
      }
      setHostField(host, field, value);
    }
  }
  return { cluster_statuses: [...clusters.values()] };
}

/** Envoy's plain `/listeners` page (`name::address`) as the JSON of `/listeners?format=json`. */
export function listenersTextToJson(text: string): unknown {
  const statuses = [];
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf('::', line.includes('[') ? line.lastIndexOf('[') : line.length);
    if (at <= 0) continue;
    statuses.push({ name: line.slice(0, at), local_address: parseAddress(line.slice(at + 2).trim()) });
  }
  return { listener_statuses: statuses };
}

interface ClusterLine {
  readonly name: string;
  readonly subject: string | undefined;
  readonly field: string;
  readonly value: string;
}

const CLUSTER_FIELDS =
  /^(.+?)::(observability_name|added_via_api|eds_service_name|default_priority|high_priority)::(.*)$/;
/** An IPv6 address holds `::` itself, so the subject is found by its shape: in brackets, or without a double colon. */
const HOST_FIELDS = /^(.+?)::(\[[0-9a-fA-F:.%]+\]:\d+|(?:(?!::).)+)::([a-z_]+)::(.*)$/;

function splitLine(line: string): ClusterLine | undefined {
  const ofCluster = CLUSTER_FIELDS.exec(line);
  if (ofCluster !== null) {
    const [, name = '', field = '', value = ''] = ofCluster;
    if (!field.endsWith('_priority')) return { name, subject: undefined, field, value };
    const [limit = '', amount = ''] = value.split('::');
    return { name, subject: field, field: limit, value: amount };
  }
  const ofHost = HOST_FIELDS.exec(line);
  if (ofHost === null) return undefined;
  const [, name = '', subject = '', field = '', value = ''] = ofHost;
  return { name, subject, field, value };
}

function setClusterField(cluster: ClusterStatus, field: string, value: string): void {
  if (field === 'added_via_api') {
    if (value === 'true') cluster.added_via_api = true;
  } else if (field === 'observability_name') cluster.observability_name = value;
  else cluster.eds_service_name = value;
}

function setThreshold(cluster: ClusterStatus, priority: string, field: string, value: string): void {
  const thresholds = cluster.circuit_breakers.thresholds;
  let threshold = thresholds.find((other) => (other['priority'] ?? 'DEFAULT') === priority);
  if (threshold === undefined) {
    threshold = priority === 'DEFAULT' ? {} : { priority };
    thresholds.push(threshold);
  }
  threshold[field] = Number(value);
}

function setHostField(host: HostStatus, field: string, value: string): void {
  if (GAUGES.has(field) || COUNTERS.has(field)) {
    // Protobuf's JSON leaves out zero.
    host.stats.push({
      ...(GAUGES.has(field) ? { type: 'GAUGE' as const } : {}),
      ...(value === '0' ? {} : { value }),
      name: field,
    });
  } else if (field === 'health_flags') {
    host.health_status = healthStatus(value);
  } else if (field === 'weight') host.weight = Number(value);
  else if (field === 'priority' && value !== '0') host.priority = Number(value);
  else if (field === 'hostname' && value !== '') host.hostname = value;
  else if ((field === 'region' || field === 'zone' || field === 'sub_zone') && value !== '') {
    host.locality = { ...host.locality, [field]: value };
  }
}

function healthStatus(flags: string): Record<string, string | boolean> {
  const status: Record<string, string | boolean> = { eds_health_status: 'HEALTHY' };
  for (const flag of flags.split('/')) {
    const known = HEALTH_FLAGS.get(flag);
    if (known !== undefined) status[known[0]] = known[1];
  }
  return status;
}

function parseAddress(text: string): Address {
  const match = /^(?:\[(.+)\]|([^/]+)):(\d+)$/.exec(text);
  if (match === null) return { pipe: { path: text } };
  return { socket_address: { address: match[1] ?? match[2] ?? '', port_value: Number(match[3]) } };
}
