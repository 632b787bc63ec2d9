import type { KubeObject } from '../../kube/object.ts';
import { proxyPod } from '../../kube/proxy-pod.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { ambientState } from '../../mesh/waypoint.ts';
import type { ServerSide as JudgedSide } from '../../security/mtls-outcome.ts';
import { peerLevels, serverMtls, workloadMtls } from '../../security/server-mtls.ts';
import { asString } from '../../util/json.ts';

/** What takes connections on a port of a pod; a `gateway` (or waypoint) takes what its own listeners say. */
export type ServerSide = JudgedSide | { readonly kind: 'gateway' };

/** What takes connections on a port of a pod, judged from Kubernetes objects alone. */
export function serverSide(pod: KubeObject, port: number, objects: MeshObjects): ServerSide {
  const namespace = pod.metadata.namespace ?? '';
  const proxy = proxyPod(pod);
  const isCaptured = ambientState(pod, objects.namespace(namespace)) === 'captured';
  if (proxy === undefined && !isCaptured) return { kind: 'no-proxy' };
  if (proxy?.type === 'sidecar' && bypasses(pod, port)) return { kind: 'no-proxy' };
  if (proxy !== undefined && proxy.type !== 'sidecar') return { kind: 'gateway' };
  if (!knowsPeers(objects, namespace)) return { kind: 'unknown' };
  const labels = pod.metadata.labels ?? {};
  const peers = objects.all('peerAuthentications');
  const mtls = serverMtls(peers, { namespace, labels }, port, objects.rootNamespace);
  if (proxy !== undefined) return { kind: 'sidecar', mtls };
  // ztunnel takes plain text wherever it need not be mTLS. Source: spec of authorization §8.
  return { kind: 'ztunnel', mtls: mtls.mode === 'DISABLE' ? { ...mtls, mode: 'PERMISSIVE' } : mtls };
}

/** Whether the PeerAuthentications that can decide for a namespace are all known. */
export function knowsPeers(objects: MeshObjects, namespace: string): boolean {
  return (
    objects.knows('peerAuthentications', namespace) &&
    objects.knows('peerAuthentications', objects.rootNamespace)
  );
}

/** Traffic to some ports is told by annotations of the pod to pass the sidecar by. */
export function bypasses(pod: KubeObject, port: number): boolean {
  const annotation = (name: string) =>
    asString(pod.metadata.annotations?.[`traffic.sidecar.istio.io/${name}`]);
  const ports = (text: string | undefined) => (text ?? '').split(',').map((one) => one.trim());
  if (ports(annotation('excludeInboundPorts')).includes(String(port))) return true;
  const included = annotation('includeInboundPorts');
  return included !== undefined && included !== '*' && !ports(included).includes(String(port));
}

/**
 * Whether automatic mTLS is on for a namespace's services: clients go by the mesh's and the namespace's mode and do not
 * see settings of single workloads. Source: spec of authorization §5 and §6.
 */
export function usesAutomaticMtls(objects: MeshObjects, namespace: string): boolean {
  const general = peerLevels(
    objects.all('peerAuthentications'),
    { namespace, labels: {} },
    objects.rootNamespace,
  );
  return workloadMtls({ ...general, workload: undefined }).mode !== 'DISABLE';
}
