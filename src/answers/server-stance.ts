import type { KubeObject } from '../kube/object.ts';
import { proxyPod } from '../kube/proxy-pod.ts';
import { findService, podAddresses, selectsPod, servicePorts, targetPort } from '../kube/service-pods.ts';
import { type ServerMtls, serverMtls } from '../security/server-mtls.ts';
import { asString, field } from '../util/json.ts';

/** The objects that tell what stands at an address, as far as the source has them. */
export interface MeshFacts {
  readonly pods: readonly KubeObject[];
  readonly services: readonly KubeObject[];
  /** Absent when they can't be read: what a server accepts is then not known. */
  readonly peerAuthentications: readonly KubeObject[] | undefined;
  readonly rootNamespace: string;
}

/** What takes connections at an address: a sidecar with its mTLS mode, or an application without one. */
export type ServerStance =
  | { readonly kind: 'sidecar'; readonly pod: string; readonly mtls: ServerMtls | undefined }
  | { readonly kind: 'no-proxy'; readonly pod: string };

/** What stands at a pod's address and port; `undefined` when it is no pod's, or not to be told (gateways, ambient). */
export function stanceAt(facts: MeshFacts, ip: string, port: number): ServerStance | undefined {
  const pod = facts.pods.find((one) => isRunning(one) && podAddresses(one).includes(ip));
  return pod && stanceOf(facts, pod, port);
}

/**
 * What stands behind a service's (or pod's) address as the network leads to it, past all rules of the mesh: one
 * stance a pod. `undefined` when the goal is neither.
 */
export function stancesBehind(
  facts: MeshFacts,
  host: string,
  port: number,
  namespace: string,
): readonly (ServerStance | undefined)[] | undefined {
  const service = findService(facts.services, host, namespace);
  if (service === undefined) {
    const one = stanceAt(facts, host, port);
    return one && [one];
  }
  return facts.pods
    .filter((pod) => isRunning(pod) && selectsPod(service, pod))
    .map((pod) => {
      const target = targetPort(service, port, pod);
      return target === undefined ? undefined : stanceOf(facts, pod, target);
    });
}

/** The Service that the host names, when it has no such port: nothing is forwarded to its pods then. */
export function serviceWithoutPort(
  facts: MeshFacts,
  host: string,
  port: number,
  namespace: string,
): string | undefined {
  const service = findService(facts.services, host, namespace);
  if (service === undefined || field(service, 'spec', 'clusterIP') === 'None') return undefined;
  const ports = servicePorts(service);
  if (ports.length === 0 || ports.includes(port)) return undefined;
  return `${service.metadata.name}.${service.metadata.namespace ?? ''}`;
}

function isRunning(pod: KubeObject): boolean {
  return field(pod, 'status', 'phase') === 'Running' && field(pod, 'spec', 'hostNetwork') !== true;
}

function stanceOf(facts: MeshFacts, object: KubeObject, port: number): ServerStance | undefined {
  const annotation = (name: string) => asString(object.metadata.annotations?.[name]);
  const pod = `${object.metadata.name}.${object.metadata.namespace ?? ''}`;
  const proxy = proxyPod(object);
  if (proxy === undefined) {
    return annotation('ambient.istio.io/redirection') === 'enabled' ? undefined : { kind: 'no-proxy', pod };
  }
  if (proxy.type !== 'sidecar') return undefined;
  const excluded = (annotation('traffic.sidecar.istio.io/excludeInboundPorts') ?? '').split(',');
  if (excluded.some((one) => one.trim() === String(port))) return { kind: 'no-proxy', pod };
  const included = annotation('traffic.sidecar.istio.io/includeInboundPorts');
  if (included !== undefined && included !== '*') return undefined;
  const { peerAuthentications, rootNamespace } = facts;
  const mtls = peerAuthentications && serverMtls(peerAuthentications, proxy, port, rootNamespace);
  return { kind: 'sidecar', pod, mtls };
}
