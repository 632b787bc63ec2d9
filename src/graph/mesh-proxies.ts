import type { KubeObject } from '../kube/object.ts';
import { type ProxyPod, proxyPod } from '../kube/proxy-pod.ts';
import { podRunner } from '../kube/workload.ts';
import { isStandIn } from '../mesh/default-gateway.ts';
import { isInjected, podShape } from '../mesh/membership.ts';
import type { ResourceLookup } from '../mesh/resource-set.ts';
import { nodeId } from './collector.ts';

/** A pod that has a proxy, or of a template whose pods will be given one. */
export interface MeshProxy {
  /** `pod.namespace`; of a template the name of its workload stands for its pods. */
  readonly name: string;
  readonly namespace: string;
  readonly type: ProxyPod['type'];
  readonly labels: Readonly<Record<string, string>>;
  /** Node of its workload. */
  readonly workload: string;
}

/** All proxies of the mesh, ztunnels left out: they are sent no configuration of routes. */
export function meshProxies(resources: ResourceLookup<'Pod' | 'Namespace'>): readonly MeshProxy[] {
  return resources.select('Pod', []).flatMap((pod): MeshProxy[] => {
    if (isStandIn(pod)) return [];
    const { kind, namespace, name } = podRunner(pod);
    const workload = nodeId(kind, namespace, name);
    const type = proxyType(pod, kind, name, resources);
    if (type === undefined || type === 'ztunnel') return [];
    const { labels = {} } = pod.metadata;
    return [{ name: `${pod.metadata.name}.${namespace}`, namespace, type, labels, workload }];
  });
}

function proxyType(
  pod: KubeObject,
  kind: string,
  workload: string,
  resources: ResourceLookup<'Namespace'>,
): MeshProxy['type'] | undefined {
  const proxy = proxyPod(pod);
  if (proxy !== undefined) return proxy.type;
  const isTemplate = kind !== 'Pod' && pod.metadata.name === workload;
  if (!isTemplate) return undefined;
  const namespace = resources.get('Namespace', undefined, pod.metadata.namespace ?? '');
  return isInjected(podShape(pod), namespace) ? 'sidecar' : undefined;
}
