import { clusterTitle, parseClusterName } from '../../envoy/cluster-name.ts';
import type { KubeObject } from '../../kube/object.ts';
import { podRef } from '../../kube/pod.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { podAddresses } from '../../kube/service-pods.ts';
import type { AccessEntry } from '../../mesh/access-log/entry.ts';
import { addressOf, portOf } from '../../mesh/access-log/side.ts';
import { asArray, asString, field } from '../../util/json.ts';

/** Names of pods and Services by the addresses that stand in access logs. */
export class MeshNames {
  readonly #pods = new Map<string, PodRef>();
  readonly #services = new Map<string, KubeObject>();

  /** Pods of the host network share the address of their node: such an address has no name. */
  constructor(pods: readonly KubeObject[], services: readonly KubeObject[]) {
    for (const pod of pods) {
      if (field(pod, 'spec', 'hostNetwork') === true) continue;
      for (const address of podAddresses(pod)) this.#pods.set(address, podRef(pod));
    }
    for (const service of services) {
      for (const address of serviceAddresses(service)) this.#services.set(address, service);
    }
  }

  /** `<pod>.<namespace>` of the pod at `ip:port`; the address itself where none is known. */
  podName(hostPort: string | undefined): string | undefined {
    const pod = this.#pods.get(addressOf(hostPort));
    return pod === undefined ? hostPort : proxyId(pod);
  }

  /** What was called: the Service (with port and subset), else the host that the caller named, else the address. */
  targetName(entry: AccessEntry): string {
    const { upstreamCluster: cluster = '', destination } = entry;
    if (destination !== undefined) return ztunnelTarget(entry);
    const parts = parseClusterName(cluster);
    if (parts !== undefined && parts.direction === 'outbound') return shortHost(clusterTitle(cluster));
    const service = this.#services.get(addressOf(entry.downstreamLocal));
    if (service !== undefined) {
      const port = portOf(entry.downstreamLocal);
      return `${service.metadata.name}.${service.metadata.namespace ?? ''}:${port ?? ''}`;
    }
    const sni = parseClusterName(entry.serverName ?? '');
    if (sni !== undefined) return shortHost(clusterTitle(entry.serverName ?? ''));
    return entry.authority ?? entry.downstreamLocal ?? entry.upstreamHost ?? 'unknown';
  }
}

/** The cluster addresses of a Service; headless ones have none. */
export function serviceAddresses(service: KubeObject): string[] {
  const all = [field(service, 'spec', 'clusterIP'), ...asArray(field(service, 'spec', 'clusterIPs'))];
  return [...new Set(all.flatMap((one) => asString(one) ?? []))].filter((ip) => ip !== '' && ip !== 'None');
}

function ztunnelTarget({ destination, upstreamHost }: AccessEntry): string {
  const port = portOf(destination?.address);
  if (destination?.service !== undefined) return `${shortHost(destination.service)}:${port ?? ''}`;
  if (destination?.workload !== undefined) return `${destination.workload}.${destination.namespace ?? ''}`;
  return destination?.address ?? upstreamHost ?? 'unknown';
}

/** `catalog.shop.svc.cluster.local:80 subset v1` → `catalog.shop:80 subset v1`. */
function shortHost(host: string): string {
  return host.replace(/\.svc\.[\w.-]*?(?=:|$| )/, '');
}
