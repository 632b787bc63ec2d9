import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { AccessEntry } from '../../mesh/access-log/entry.ts';
import { explainEntry } from '../../mesh/access-log/explain.ts';
import type { Explanation } from '../../mesh/access-log/explanation.ts';
import { addressOf, type Side, sideOf } from '../../mesh/access-log/side.ts';

/** A workload whose log was read: its pod, and what is known of it. */
export interface LoggedPod {
  readonly pod: PodRef;
  readonly addresses: ReadonlySet<string>;
  readonly isGateway: boolean;
}

/** A line of the access log of one end, with what it means. */
export interface AccessLine {
  readonly pod: PodRef;
  readonly entry: AccessEntry;
  readonly side: Side | undefined;
  readonly explanation: Explanation;
}

/** The line of a pod with its side and its meaning. */
export function accessLine(logged: LoggedPod, entry: AccessEntry): AccessLine {
  const side = sideOf(entry, logged.addresses, logged.isGateway);
  return { pod: logged.pod, entry, side, explanation: explainEntry(entry, side) };
}

/** Whether a ztunnel's line is about the pod: the ztunnel writes for all pods of its node. */
export function concernsPod(entry: AccessEntry, { pod, addresses }: LoggedPod): boolean {
  const end = entry.direction === 'inbound' ? entry.destination : entry.source;
  if (end === undefined) return false;
  if (end.workload !== undefined) return end.workload === pod.name && end.namespace === pod.namespace;
  return addresses.has(addressOf(end.address));
}

/** Name of the pod that wrote a line. */
export function podOfLine(line: AccessLine): string {
  return proxyId(line.pod);
}
