import type { KubeObject } from '../../kube/object.ts';
import { podRef } from '../../kube/pod.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import { parseTarget, type Target } from '../../kube/target.ts';
import { notFoundError } from '../../util/errors.ts';
import { asNumber, asObjects, asString, field } from '../../util/json.ts';
import { nearest } from '../../util/text.ts';
import { workloadName } from './selection.ts';

/** More peers than these are not one workload's neighbourhood any more. */
const MOST_PEERS = 40;

/** The pods of `--for pod/x`, `--for deploy/x.ns`: a pod by its name, or those of what runs them. Throws exit 66. */
export function focusPods(
  argument: string,
  pods: readonly KubeObject[],
  namespace: string | undefined,
): readonly KubeObject[] {
  const target: Target = parseTarget(argument);
  const wanted = target.namespace ?? namespace;
  const here = pods.filter(({ metadata }) => wanted === undefined || metadata.namespace === wanted);
  const found = here.filter((pod) =>
    target.type === 'pod' || target.type === 'pods' || target.type === 'po'
      ? pod.metadata.name === target.name
      : workloadName(pod) === target.name,
  );
  if (found.length > 0) return found;
  const near = nearest(
    target.name,
    here.map((pod) => pod.metadata.name),
  );
  throw notFoundError(
    `--for: no pod of ${argument}${wanted === undefined ? '' : ` in namespace ${wanted}`}`,
    {
      lines: near.length === 0 ? [] : [['near', near.join(', ')]],
      hint: 'write pod/NAME.NAMESPACE or deploy/NAME.NAMESPACE',
    },
  );
}

/**
 * IDs of the proxies that a workload depends on: its own, the ztunnels of its nodes, waypoints of its namespace, and
 * the peers in its configuration (`clusters` pages of its Envoys): those with connections when there are too many.
 */
export function focusProxies(
  own: readonly KubeObject[],
  pods: readonly KubeObject[],
  pages: readonly unknown[],
): ReadonlySet<string> {
  const ids = new Set(own.map((pod) => proxyId(podRef(pod))));
  const nodes = new Set(own.map((pod) => asString(field(pod, 'spec', 'nodeName'))));
  const namespaces = new Set(own.map((pod) => pod.metadata.namespace));
  for (const pod of pods) {
    const proxy = proxyPod(pod);
    if (proxy === undefined) continue;
    const isNear =
      (proxy.type === 'ztunnel' && nodes.has(proxy.node)) ||
      (proxy.type === 'waypoint' && (namespaces.has(proxy.namespace) || isUsed(own, proxy.name)));
    if (isNear) ids.add(proxy.proxyId);
  }
  for (const peer of peersOf(pods, pages)) ids.add(proxyId(peer));
  return ids;
}

function isUsed(own: readonly KubeObject[], waypoint: string): boolean {
  return own.some((pod) => {
    const named = pod.metadata.labels?.['istio.io/use-waypoint'];
    return named !== undefined && waypoint.startsWith(`${named}-`);
  });
}

function peersOf(pods: readonly KubeObject[], pages: readonly unknown[]): readonly PodRef[] {
  const byAddress = new Map(
    pods.flatMap((pod) => {
      const address = asString(field(pod, 'status', 'podIP'));
      return address === undefined || proxyPod(pod) === undefined ? [] : [[address, podRef(pod)] as const];
    }),
  );
  const peers = new Map<string, { readonly pod: PodRef; connections: number }>();
  for (const page of pages) {
    for (const cluster of asObjects(field(page, 'cluster_statuses'))) {
      for (const host of asObjects(cluster['host_statuses'])) {
        const pod = byAddress.get(asString(field(host, 'address', 'socket_address', 'address')) ?? '');
        if (pod === undefined) continue;
        const peer = peers.get(proxyId(pod)) ?? { pod, connections: 0 };
        peers.set(proxyId(pod), peer);
        const total = asObjects(host['stats']).find((stat) => stat['name'] === 'cx_total');
        peer.connections += asNumber(Number(total?.['value'] ?? 0)) ?? 0;
      }
    }
  }
  const all = [...peers.values()].sort((a, b) => b.connections - a.connections);
  return all.slice(0, MOST_PEERS).map(({ pod }) => pod);
}
