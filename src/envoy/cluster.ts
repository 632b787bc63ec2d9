import { asArray, asNumber, asObject, asString, field, type JsonObject } from '../util/json.ts';

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
  const matches = asArray(cluster['transport_socket_matches']);
  let mutual = 0;
  for (const match of matches) if (socketTls(asObject(match)?.['transport_socket']) === 'mTLS') mutual++;
  if (mutual > 0) return mutual === matches.length ? 'mTLS' : 'auto mTLS';
  return socketTls(cluster['transport_socket']);
}

function socketTls(value: unknown): UpstreamTls {
  const socket = asObject(value);
  const name = asString(socket?.['name']) ?? '';
  if (socket === undefined || name.endsWith('raw_buffer')) return 'plaintext';
  const context = asObject(asObject(socket['typed_config'])?.['common_tls_context']);
  if (context === undefined) return 'plaintext';
  for (const certificate of asArray(context['tls_certificate_sds_secret_configs'])) {
    if (asObject(certificate)?.['name'] === 'default') return 'mTLS';
  }
  return 'TLS';
}

/** The name under which EDS knows the cluster: `service_name`, else the cluster's own name. */
export function edsNameOf(cluster: JsonObject): string {
  const service = asString(field(cluster, 'eds_cluster_config', 'service_name'));
  return service || (asString(cluster['name']) ?? '');
}
