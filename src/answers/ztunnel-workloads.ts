import type { PodRef } from '../kube/pod-ref.ts';
import type { JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';
import type { ZtunnelDump } from '../ztunnel/dump.ts';
import type { ZtunnelWorkload } from '../ztunnel/workload.ts';
import type { Concern } from './concern.ts';
import { type DumpIndex, indexDump, waypointConcern, waypointName } from './ztunnel-waypoint.ts';

/** Which workloads to show; every filter that is given must hold. Case does not matter, as in the reference. */
export interface WorkloadFilter {
  readonly address?: string | undefined;
  readonly namespace?: string | undefined;
  readonly node?: string | undefined;
  /** Only this pod. */
  readonly pod?: PodRef | undefined;
}

/** A workload, the waypoint of its own address, and what is wrong with it. */
export interface WorkloadRow {
  readonly workload: ZtunnelWorkload;
  /** `None`, a short name, or `NA` for a waypoint that ztunnel does not know. */
  readonly waypoint: string;
  readonly concern: Concern | undefined;
}

/** Workloads that a ztunnel knows, of all nodes. */
export interface ZtunnelWorkloads {
  /** By namespace and name. */
  readonly rows: readonly WorkloadRow[];
  /** The same workloads as they are in the dump, in its order. */
  readonly objects: readonly JsonObject[];
  /** How many there are before filtering. */
  readonly total: number;
}

/**
 * The workloads of a ztunnel. `outside` tells of a pod (`namespace/name`) why it is not served by a ztunnel although
 * it should be, where pods and namespaces are known.
 */
export function ztunnelWorkloads(
  dump: ZtunnelDump,
  filter: WorkloadFilter,
  outside: ReadonlyMap<string, string> = new Map(),
): ZtunnelWorkloads {
  const index = indexDump(dump);
  const accounts = new Map(dump.served.map((one) => [`${one.namespace}/${one.name}`, one.serviceAccount]));
  const wanted = dump.workloads.filter((workload) => passes(workload, filter));
  const rows = [...wanted].sort(compareWorkloads).map((workload) => ({
    workload,
    waypoint: waypointName(workload.waypoint, index),
    concern: workloadConcern(workload, index, accounts, outside),
  }));
  return { rows, objects: wanted.map(({ object }) => object), total: dump.workloads.length };
}

function compareWorkloads(a: ZtunnelWorkload, b: ZtunnelWorkload): number {
  return compareText(`${a.namespace}.${a.name}`, `${b.namespace}.${b.name}`) || compareText(a.node, b.node);
}

function workloadConcern(
  workload: ZtunnelWorkload,
  index: DumpIndex,
  accounts: ReadonlyMap<string, string>,
  outside: ReadonlyMap<string, string>,
): Concern | undefined {
  const key = `${workload.namespace}/${workload.name}`;
  const account = accounts.get(key) ?? '';
  if (account !== '' && account !== workload.serviceAccount) {
    const text = `handed to ztunnel as service account ${account}, but the pod has ${workload.serviceAccount}: its connections fail`;
    return { level: 'bad', text };
  }
  const waypoint = waypointConcern(workload.waypoint, index);
  if (waypoint !== undefined) return waypoint;
  if (workload.status !== '' && workload.status !== 'Healthy') {
    return {
      level: 'warn',
      text: `${workload.status}: services leave it out, only its own address still leads to it`,
    };
  }
  const why = workload.protocol === 'HBONE' ? undefined : outside.get(key);
  return why === undefined ? undefined : { level: 'warn', text: why };
}

function passes(workload: ZtunnelWorkload, { address, namespace, node, pod }: WorkloadFilter): boolean {
  return (
    (!namespace || sameWord(workload.namespace, namespace)) &&
    (!address || workload.addresses.some((one) => sameWord(one, address))) &&
    (!node || sameWord(workload.node, node)) &&
    (pod === undefined || (workload.name === pod.name && workload.namespace === pod.namespace))
  );
}

/** Equal but for case. */
export function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
