import type { AccessEntry } from './entry.ts';

/** At which end of the call the proxy stood that wrote a line. */
export type Side = 'client' | 'server' | 'gateway';

/**
 * The side of a line: by the cluster that was chosen, else by the SNI that sidecars send each other, else by whether
 * the address that was called is the proxy's own. All lines of a gateway are the gateway's. `undefined` where nothing
 * tells.
 */
export function sideOf(
  entry: AccessEntry,
  ownAddresses: ReadonlySet<string>,
  isGateway = false,
): Side | undefined {
  if (isGateway) return 'gateway';
  if (entry.direction !== undefined) return entry.direction === 'inbound' ? 'server' : 'client';
  const cluster = entry.upstreamCluster ?? '';
  if (/^inbound(?:-vip)?[|_]|^InboundPassthroughCluster/.test(cluster)) return 'server';
  const isOwn = ownAddresses.has(addressOf(entry.downstreamLocal));
  if (/^outbound[|_]/.test(cluster)) return isOwn ? 'gateway' : 'client';
  if (cluster === 'PassthroughCluster' || cluster === 'BlackHoleCluster') return 'client';
  if (/^outbound_\./.test(entry.serverName ?? '')) return 'server';
  if (ownAddresses.size === 0 || entry.downstreamLocal === undefined) return undefined;
  return isOwn ? 'server' : 'client';
}

/** The IP address of `ip:port`, also of `[ip6]:port`; empty when there is none. */
export function addressOf(hostPort: string | undefined): string {
  const at = hostPort?.lastIndexOf(':') ?? -1;
  return hostPort === undefined || at < 0 ? '' : hostPort.slice(0, at).replace(/^\[|\]$/g, '');
}

/** The port of `ip:port`; `undefined` when there is none. */
export function portOf(hostPort: string | undefined): number | undefined {
  const port = /:(\d{1,5})$/.exec(hostPort ?? '')?.[1];
  return port === undefined ? undefined : Number(port);
}
