import { parseClusterName } from '../../envoy/cluster-name.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { PodRef } from '../../kube/pod-ref.ts';
import { findService, selectsPod } from '../../kube/service-pods.ts';
import type { AccessEntry } from '../../mesh/access-log/entry.ts';
import { addressOf } from '../../mesh/access-log/side.ts';
import type { AccessLine, LoggedPod } from './line.ts';
import { serviceAddresses } from './names.ts';

/** The called end of a question about two ends: its pods, and the Services that lead to them. */
export interface CalledEnd {
  readonly pods: readonly LoggedPod[];
  readonly services: readonly KubeObject[];
}

/** The Services that lead to pods. */
export function servicesOf(
  pods: readonly PodRef[],
  objects: { readonly pods: readonly KubeObject[]; readonly services: readonly KubeObject[] },
): KubeObject[] {
  const wanted = new Set(pods.map(({ namespace, name }) => `${namespace}/${name}`));
  const found = objects.pods.filter(({ metadata }) => wanted.has(`${metadata.namespace}/${metadata.name}`));
  return objects.services.filter((service) => found.some((pod) => selectsPod(service, pod)));
}

/** Whether a line of the calling end is about the called end, by what the proxy chose or by what was asked for. */
export function goesTo({ entry, pod, side }: AccessLine, end: CalledEnd): boolean {
  if (side === 'server') return false;
  const { destination, upstreamHost, upstreamCluster, downstreamLocal, authority } = entry;
  const addresses = [upstreamHost, destination?.address, downstreamLocal].map(addressOf);
  if (end.pods.some((one) => addresses.some((address) => one.addresses.has(address)))) return true;
  if (end.services.some((one) => serviceAddresses(one).some((address) => addresses.includes(address))))
    return true;
  const chosen = parseClusterName(upstreamCluster ?? '')?.fqdn || destination?.service;
  const host = chosen ?? (upstreamCluster === undefined ? withoutPort(authority) : undefined);
  return host !== undefined && findService(end.services, host, pod.namespace) !== undefined;
}

/** Whether a line of the called end comes from one of the callers; also where the caller's address tells nothing. */
export function comesFrom({ entry, side }: AccessLine, callers: readonly LoggedPod[]): boolean {
  if (side === 'client') return false;
  const known = callers.filter(({ addresses }) => addresses.size > 0);
  if (known.length === 0) return true;
  return known.some((caller) => isCaller(entry, caller));
}

function isCaller(entry: AccessEntry, { pod, addresses }: LoggedPod): boolean {
  const { source } = entry;
  if (source?.workload !== undefined)
    return source.workload === pod.name && source.namespace === pod.namespace;
  return addresses.has(addressOf(entry.downstreamRemote));
}

function withoutPort(authority: string | undefined): string | undefined {
  return authority?.replace(/:\d+$/, '');
}
