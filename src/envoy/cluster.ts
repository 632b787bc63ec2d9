import { asNumber, asObjects, asString, field, type JsonObject } from '../util/json.ts';

const DISCOVERY_TYPES = ['STATIC', 'STRICT_DNS', 'LOGICAL_DNS', 'EDS', 'ORIGINAL_DST'];

/** How a cluster finds its endpoints. `custom` is the extension's name where `cluster_type` is used. */
export interface Discovery {
  readonly type: string;
  readonly custom: string | undefined;
}

/** A cluster's discovery type; `STATIC` (the protobuf default) when the dump does not give one. */
export function discoveryOf(cluster: JsonObject): Discovery {
  const custom = asString(field(cluster, 'cluster_type', 'name'));
  const type = cluster['type'];
  const named = asString(type) ?? DISCOVERY_TYPES[asNumber(type) ?? 0] ?? 'STATIC';
  return { type: named, custom };
}

/** The transport of connections to a cluster's endpoints, in Istio's words. */
export type UpstreamTls = 'mTLS' | 'TLS' | 'auto mTLS' | 'plaintext';

/**
 * How a cluster encrypts: `auto mTLS` when it decides per endpoint (transport_socket_matches), `mTLS` when the
 * socket presents the workload's certificate, `TLS` for any other TLS socket.
 */
export function upstreamTls(cluster: JsonObject): UpstreamTls {
  const matches = asObjects(cluster['transport_socket_matches']);
  const sockets = matches.map((match) => socketTls(match['transport_socket']));
  if (sockets.some((tls) => tls === 'mTLS')) {
    return sockets.every((tls) => tls === 'mTLS') ? 'mTLS' : 'auto mTLS';
  }
  return socketTls(cluster['transport_socket']);
}

function socketTls(socket: unknown): UpstreamTls {
  const name = asString(field(socket, 'name')) ?? '';
  if (socket === undefined || name.endsWith('raw_buffer')) return 'plaintext';
  const context = field(socket, 'typed_config', 'common_tls_context');
  const certificates = asObjects(field(context, 'tls_certificate_sds_secret_configs'));
  const own = certificates.some((certificate) => certificate['name'] === 'default');
  return own ? 'mTLS' : context === undefined ? 'plaintext' : 'TLS';
}

/** The name under which EDS knows the cluster: `service_name`, else the cluster's own name. */
export function edsNameOf(cluster: JsonObject): string {
  const service = asString(field(cluster, 'eds_cluster_config', 'service_name'));
  return service || (asString(cluster['name']) ?? '');
}
