import { parseHttpSyncz } from '../../istiod/syncz.ts';
import type { KubeObject } from '../../kube/object.ts';
import { podRef } from '../../kube/pod.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { type ProxyPod, proxyPod } from '../../kube/proxy-pod.ts';
import type { IstiodReply, ProxyEntry } from '../../sources/source.ts';
import { MeshscopeError } from '../../util/errors.ts';
import { asNumber, asObjects, asString, field } from '../../util/json.ts';
import { loadJson } from '../../util/load-json.ts';
import { compareText } from '../../util/text.ts';

/** What is known of a mesh when its questions are made out. */
export interface CollectFacts {
  readonly pods: readonly KubeObject[];
  readonly proxies: readonly ProxyEntry[];
  readonly istiods: readonly PodRef[];
  /** IDs of proxies with a problem. */
  readonly troubled: ReadonlySet<string>;
  /** IDs of the proxies that are wanted at all. */
  readonly wanted: (id: string) => boolean;
}

/** The pods by their proxy ID, as far as they hold a proxy. */
export function proxyPods(pods: readonly KubeObject[]): ReadonlyMap<string, ProxyPod> {
  return new Map(
    pods.flatMap((pod) => {
      const proxy = proxyPod(pod);
      return proxy === undefined ? [] : [[proxy.proxyId, proxy] as const];
    }),
  );
}

/** The proxies of these pods, sorted as sources do. */
export function proxiesAmong(pods: readonly KubeObject[]): readonly ProxyEntry[] {
  const entries = pods.flatMap((pod): ProxyEntry[] => {
    const proxy = proxyPod(pod);
    return proxy === undefined
      ? []
      : [{ pod: podRef(pod), kind: proxy.type === 'ztunnel' ? 'ztunnel' : 'envoy' }];
  });
  return entries.sort((a, b) => compareText(proxyId(a.pod), proxyId(b.pod)));
}

/**
 * Proxies that something is wrong with: rejected or stale by istiod's word, not ready by Kubernetes', or known to no
 * istiod although one answered. Those are asked before the others.
 */
export function troubledProxies(
  replies: readonly IstiodReply[],
  pods: readonly KubeObject[],
): ReadonlySet<string> {
  const troubled = new Set<string>();
  const connected = new Set<string>();
  let answered = 0;
  for (const { istiod, answer } of replies) {
    const sync = answer.ok ? syncOf(answer.value, istiod.name) : undefined;
    if (sync === undefined) continue;
    answered += 1;
    for (const proxy of sync.proxies) {
      connected.add(proxy.proxyId);
      if (proxy.types.some(({ status }) => status === 'ERROR' || status === 'STALE'))
        troubled.add(proxy.proxyId);
    }
  }
  for (const [id, proxy] of proxyPods(pods)) {
    const isUnknown = answered > 0 && !connected.has(id);
    if (isUnknown || proxy.phase !== 'Running' || proxy.ready === false) troubled.add(id);
  }
  return troubled;
}

function syncOf(page: Uint8Array, istiod: string): ReturnType<typeof parseHttpSyncz> {
  try {
    return parseHttpSyncz(loadJson(page, `syncz of ${istiod}`), istiod);
  } catch (error) {
    if (error instanceof MeshscopeError) return undefined;
    throw error;
  }
}

/** The pods of istiod: those that answered, and those that run its container. */
export function istiodPods(replies: readonly IstiodReply[], pods: readonly KubeObject[]): readonly PodRef[] {
  const found = new Map(replies.map(({ istiod }) => [proxyId(istiod), istiod]));
  for (const pod of pods) {
    const ref = podRef(pod);
    if (containersOf(pod).includes('discovery') && !found.has(proxyId(ref))) found.set(proxyId(ref), ref);
  }
  return [...found.values()].sort((a, b) => compareText(proxyId(a), proxyId(b)));
}

/** Names of a pod's containers. */
export function containersOf(pod: KubeObject): readonly string[] {
  return asObjects(field(pod, 'spec', 'containers')).flatMap(
    (container) => asString(container['name']) ?? [],
  );
}

/** Whether a container of a pod was restarted. */
export function wasRestarted(pod: KubeObject | undefined, container: string): boolean {
  const statuses = ['containerStatuses', 'initContainerStatuses'].flatMap((key) =>
    asObjects(field(pod, 'status', key)),
  );
  return statuses.some((one) => one['name'] === container && (asNumber(one['restartCount']) ?? 0) > 0);
}

/** Whether a pod is one of the CNI plugin, which sets the redirection of traffic up. */
export function isCniPod(pod: KubeObject): boolean {
  return pod.metadata.labels?.['k8s-app'] === 'istio-cni-node';
}
