import { asObjects, asString, field, type JsonObject } from '../util/json.ts';

/** A workload of its node that a ztunnel serves, and the connections that it holds open for it. */
export interface ServedWorkload {
  readonly name: string;
  readonly namespace: string;
  /** The service account that the node's CNI agent named when it handed the pod over. */
  readonly serviceAccount: string;
  readonly inbound: readonly ZtunnelConnection[];
  readonly outbound: readonly ZtunnelConnection[];
  readonly object: JsonObject;
}

/** One connection; addresses as `host:port`, empty where the dump has none. */
export interface ZtunnelConnection {
  readonly source: string;
  /** What the client asked for: an address outbound, mostly a host name inbound. */
  readonly originalDestination: string;
  readonly actualDestination: string;
  /** `HBONE` or `TCP`; a dump of an old ztunnel does not say. */
  readonly protocol: string;
}

/** The view of an entry of `workloadState`. */
export function servedWorkload(object: JsonObject): ServedWorkload {
  const info = (name: string): string => asString(field(object, 'info', name)) ?? '';
  const connections = (direction: string): readonly ZtunnelConnection[] =>
    asObjects(field(object, 'connections', direction)).map(connection);
  return {
    name: info('name'),
    namespace: info('namespace'),
    serviceAccount: info('serviceAccount'),
    inbound: connections('inbound'),
    outbound: connections('outbound'),
    object,
  };
}

function connection(object: JsonObject): ZtunnelConnection {
  const text = (name: string): string => asString(field(object, name)) ?? '';
  return {
    source: text('src'),
    originalDestination: text('originalDst'),
    actualDestination: text('actualDst'),
    protocol: text('protocol'),
  };
}

/** Host and port of `10.0.0.1:80` or `[::1]:80`; `undefined` when the text is no such pair. */
export function splitHostPort(address: string): { readonly host: string; readonly port: string } | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(address);
  if (match === null) return undefined;
  return { host: match[1] ?? match[2] ?? '', port: match[3] ?? '' };
}

/** `host:port`, with a host that holds colons in brackets. */
export function joinHostPort(host: string, port: string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
