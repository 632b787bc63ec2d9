import { asNumber, asObject, asString, field } from '../util/json.ts';

/** The bare host of an Envoy address: IP, pipe path or internal listener; `undefined` when it is none of them. */
export function addressHost(address: unknown): string | undefined {
  const ip = asString(field(address, 'socket_address', 'address'));
  if (ip !== undefined) return ip;
  const path = asString(field(address, 'pipe', 'path'));
  if (path !== undefined) return path;
  const internal = asObject(field(address, 'envoy_internal_address'));
  if (internal === undefined) return undefined;
  return asString(internal['server_listener_name']) ?? '';
}

/** The port of a socket address; 0 when the address has none (pipes, internal listeners). */
export function addressPort(address: unknown): number {
  return asNumber(field(address, 'socket_address', 'port_value')) ?? 0;
}

/** The address as one text for people: `10.0.0.1:80`, `[fd00::1]:80`, `unix:///path`, `envoy://listener/endpoint`. */
export function addressText(address: unknown): string | undefined {
  const ip = asString(field(address, 'socket_address', 'address'));
  if (ip !== undefined) {
    const port = addressPort(address);
    const named = asString(field(address, 'socket_address', 'named_port'));
    const host = ip.includes(':') ? `[${ip}]` : ip;
    if (port === 0 && named !== undefined) return `${host}:${named}`;
    return port === 0 ? ip : `${host}:${port}`;
  }
  const path = asString(field(address, 'pipe', 'path'));
  if (path !== undefined) return `unix://${path}`;
  const internal = asObject(field(address, 'envoy_internal_address'));
  if (internal === undefined) return undefined;
  const listener = asString(internal['server_listener_name']) ?? '';
  const id = asString(internal['endpoint_id']) ?? '';
  return id === '' ? `envoy://${listener}` : `envoy://${listener}/${id}`;
}

/** `host:port`, an IPv6 address in brackets. */
export function hostPortText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
