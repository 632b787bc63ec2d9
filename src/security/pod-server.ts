import type { KubeObject } from '../kube/object.ts';
import { proxyPod } from '../kube/proxy-pod.ts';
import { hasSidecar, isRedirected, podShape } from '../mesh/membership.ts';
import { ambientState } from '../mesh/waypoint.ts';
import { field } from '../util/json.ts';
import type { ServerSide } from './mtls-outcome.ts';
import { serverMtls } from './server-mtls.ts';

const INJECT = 'sidecar.istio.io/inject';
const EXCLUDED_PORTS = 'traffic.sidecar.istio.io/excludeInboundPorts';
const TEMPLATES = 'inject.istio.io/templates';

/** How a pod takes part in the mesh; `unknown` for a template whose namespace is not at hand. */
export type PodRole = 'sidecar' | 'ztunnel' | 'gateway' | 'outside' | 'unknown';

/**
 * How a pod takes part in the mesh. A running pod is what it is; a pod that stands for a template (it has no status)
 * will be what its labels and its namespace say.
 */
export function podRole(pod: KubeObject, namespace: KubeObject | undefined): PodRole {
  const shape = podShape(pod);
  if (pod.metadata.annotations?.[TEMPLATES] === 'gateway') return 'gateway';
  const proxy = proxyPod(pod);
  if (proxy !== undefined && proxy.type !== 'sidecar') return 'gateway';
  if (proxy !== undefined || hasSidecar(shape)) return 'sidecar';
  if (isRedirected(shape)) return 'ztunnel';
  if (field(pod, 'status') !== undefined) return 'outside';
  const own = shape.labels?.[INJECT] ?? shape.annotations?.[INJECT];
  if (own !== undefined) return own === 'true' ? 'sidecar' : 'outside';
  if (namespace === undefined) return 'unknown';
  const labels = namespace.metadata.labels ?? {};
  if (ambientState(pod, namespace) === 'not-captured') return 'ztunnel';
  return labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] ? 'sidecar' : 'outside';
}

/** The objects that tell what a pod accepts. */
export interface PodServerFacts {
  readonly namespace: KubeObject | undefined;
  /** PeerAuthentications of the pod's namespace and of the root namespace, or more. */
  readonly peers: readonly KubeObject[];
  readonly rootNamespace: string;
}

/**
 * What takes connections on a container port of a pod; `undefined` for gateways and for pods in the network of their
 * node, which no PeerAuthentication governs. Source: spec of authorization §5.
 */
export function podServer(pod: KubeObject, port: number, facts: PodServerFacts): ServerSide | undefined {
  if (field(pod, 'spec', 'hostNetwork') === true) return undefined;
  const role = podRole(pod, facts.namespace);
  if (role === 'gateway') return undefined;
  if (role === 'unknown') return { kind: 'unknown' };
  if (role === 'outside') return { kind: 'no-proxy' };
  const excluded = (pod.metadata.annotations?.[EXCLUDED_PORTS] ?? '').split(',');
  if (excluded.some((one) => one.trim() === String(port))) return { kind: 'no-proxy', excluded: true };
  const server = { namespace: pod.metadata.namespace ?? '', labels: pod.metadata.labels ?? {} };
  return { kind: role, mtls: serverMtls(facts.peers, server, port, facts.rootNamespace) };
}
