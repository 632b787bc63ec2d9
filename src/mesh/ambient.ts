import type { KubeObject } from '../kube/object.ts';
import { hasProxyContainer } from '../kube/proxy-pod.ts';
import { field } from '../util/json.ts';

const MODE = 'istio.io/dataplane-mode';
/** Set by the CNI agent once a pod's traffic is redirected to ztunnel. */
const REDIRECTION = 'ambient.istio.io/redirection';

/** Whether a pod should be served by a ztunnel: its own label decides, else that of its namespace. */
export function isInAmbientMode(pod: KubeObject, namespace: KubeObject | undefined): boolean {
  if (hasProxyContainer(pod) || field(pod, 'spec', 'hostNetwork') === true) return false;
  const mode = pod.metadata.labels?.[MODE] ?? namespace?.metadata.labels?.[MODE];
  return mode === 'ambient';
}

/** Whether the CNI agent redirects a pod's traffic to the ztunnel of its node. */
export function isRedirected(pod: KubeObject): boolean {
  return pod.metadata.annotations?.[REDIRECTION] === 'enabled';
}

/** Why pods (`namespace/name`) that should be served by a ztunnel are reached in plain text. */
export function podsLeftOutside(
  pods: readonly KubeObject[],
  namespaces: readonly KubeObject[],
): ReadonlyMap<string, string> {
  const byName = new Map(namespaces.map((namespace) => [namespace.metadata.name, namespace]));
  const left = pods.filter(
    (pod) => isInAmbientMode(pod, byName.get(pod.metadata.namespace ?? '')) && !isRedirected(pod),
  );
  return new Map(
    left.map(({ metadata }) => [
      `${metadata.namespace}/${metadata.name}`,
      `ambient by its labels, but not redirected to ztunnel (no annotation ${REDIRECTION}): reached in plain text`,
    ]),
  );
}
