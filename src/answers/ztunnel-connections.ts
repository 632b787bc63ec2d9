import type { PodRef } from '../kube/pod-ref.ts';
import {
  joinHostPort,
  type ServedWorkload,
  splitHostPort,
  type ZtunnelConnection,
} from '../ztunnel/connection.ts';
import type { ZtunnelDump } from '../ztunnel/dump.ts';
import { vipAddress } from '../ztunnel/service.ts';

/** Which connections to show; every filter that is given must hold. */
export interface ConnectionFilter {
  readonly namespace?: string | undefined;
  /** `inbound` or `outbound`; any other word stands for both, as in the reference. */
  readonly direction?: string | undefined;
  /** Only those of this pod. */
  readonly pod?: PodRef | undefined;
  /** Addresses instead of names. */
  readonly raw: boolean;
  /** Names by the first address of services and workloads alone, as the reference knows them. */
  readonly firstAddressOnly: boolean;
}

/** An open connection of a workload, in the words of the reference's table. */
export interface ConnectionRow {
  readonly workload: string;
  readonly direction: 'Inbound' | 'Outbound';
  /** The workload's own end. */
  readonly local: string;
  /** The other end as ztunnel reaches it or is reached by it. */
  readonly remote: string;
  /** What the client asked for. */
  readonly target: string;
  readonly protocol: string;
}

/** The connections that a ztunnel holds open. */
export interface ZtunnelConnections {
  readonly rows: readonly ConnectionRow[];
  /** The workloads that pass the filter, with or without a connection. */
  readonly served: readonly ServedWorkload[];
  /** How many connections there are before filtering, and of how many workloads. */
  readonly total: number;
  readonly totalServed: number;
}

/** The connections that a ztunnel holds open for the workloads of its node. */
export function ztunnelConnections(dump: ZtunnelDump, filter: ConnectionFilter): ZtunnelConnections {
  const name = filter.raw ? (address: string): string => address : nameLookup(dump, filter.firstAddressOnly);
  const served = dump.served.filter(
    (one) =>
      (!filter.namespace || one.namespace === filter.namespace) &&
      (filter.pod === undefined || (one.name === filter.pod.name && one.namespace === filter.pod.namespace)),
  );
  return {
    rows: served.flatMap((one) => rowsOf(one, filter, name)),
    served,
    total: dump.served.reduce((sum, one) => sum + one.inbound.length + one.outbound.length, 0),
    totalServed: dump.served.length,
  };
}

type Lookup = (address: string) => string;

function rowsOf(served: ServedWorkload, filter: ConnectionFilter, name: Lookup): ConnectionRow[] {
  const workload = `${served.name}.${served.namespace}`;
  const inbound = filter.direction === 'outbound' ? [] : served.inbound;
  const outbound = filter.direction === 'inbound' ? [] : served.outbound;
  return [
    ...inbound.map((one) => inboundRow(workload, one, name)),
    ...outbound.map((one) => outboundRow(workload, one, name)),
  ];
}

function inboundRow(workload: string, connection: ZtunnelConnection, name: Lookup): ConnectionRow {
  const { actualDestination, source, originalDestination, protocol } = connection;
  const [local, remote] = [name(actualDestination), name(source)];
  return { workload, direction: 'Inbound', local, remote, target: originalDestination, protocol };
}

function outboundRow(workload: string, connection: ZtunnelConnection, name: Lookup): ConnectionRow {
  const { actualDestination, source, originalDestination, protocol } = connection;
  const [local, remote, target] = [name(source), name(actualDestination), name(originalDestination)];
  return { workload, direction: 'Outbound', local, remote, target, protocol };
}

/** Names of addresses: those of services go before those of workloads, as in the reference. */
function nameLookup(dump: ZtunnelDump, firstOnly: boolean): Lookup {
  const names = new Map<string, string>();
  const first = (addresses: readonly string[]): readonly string[] =>
    firstOnly ? addresses.slice(0, 1) : addresses;
  for (const { addresses, name, namespace } of dump.workloads) {
    for (const address of first(addresses)) names.set(address, `${name}.${namespace}`);
  }
  for (const { vips, hostname } of dump.services) {
    for (const vip of first(vips)) names.set(vipAddress(vip), hostname);
  }
  return (address) => {
    const parts = splitHostPort(address);
    const name = parts && names.get(parts.host);
    return parts === undefined || name === undefined ? address : joinHostPort(name, parts.port);
  };
}
