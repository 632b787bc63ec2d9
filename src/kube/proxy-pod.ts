import { asArray, asObject, asString, field } from '../util/json.ts';
import type { KubeObject } from './object.ts';
import { proxyId } from './pod-ref.ts';

/** A pod that should hold a proxy of the mesh: sidecar, gateway (`router`), waypoint or ztunnel. */
export interface ProxyPod {
  readonly proxyId: string;
  readonly name: string;
  readonly namespace: string;
  readonly type: 'sidecar' | 'router' | 'waypoint' | 'ztunnel';
  readonly labels: Readonly<Record<string, string>>;
  /** `Running`, `Pending` …; `Unknown` when the pod does not say. */
  readonly phase: string;
  /** RFC 3339; when the pod was made. */
  readonly created?: string | undefined;
  /** Control plane revision that injected it, where the pod says so. */
  readonly revision?: string | undefined;
  readonly node?: string | undefined;
  /** Why the proxy container waits or ended (`CrashLoopBackOff`, `ImagePullBackOff` …). */
  readonly waiting?: string | undefined;
  /** Whether the proxy container is ready; absent when the pod does not say. */
  readonly ready?: boolean | undefined;
}

const PROXY_CONTAINER = 'istio-proxy';

/**
 * The proxy that a pod carries, or `undefined` for a pod outside the mesh (ambient workloads too: their proxy is the
 * node's ztunnel) and for one that is done or being deleted. A native sidecar is an init container.
 */
export function proxyPod(pod: KubeObject): ProxyPod | undefined {
  const phase = asString(field(pod, 'status', 'phase')) ?? 'Unknown';
  if (phase === 'Succeeded' || phase === 'Failed' || pod.metadata['deletionTimestamp'] !== undefined)
    return undefined;
  const container = proxyContainer(pod);
  if (container === undefined) return undefined;
  const { name, namespace = '' } = pod.metadata;
  const labels = stringRecord(pod.metadata.labels);
  return {
    proxyId: proxyId({ name, namespace }),
    name,
    namespace,
    type: proxyType(container, labels),
    labels,
    phase,
    created: asString(pod.metadata.creationTimestamp),
    revision: revisionOf(pod),
    node: asString(field(pod, 'spec', 'nodeName')),
    waiting: waitingReason(pod),
    ready: asBoolean(field(proxyContainerStatus(pod), 'ready')),
  };
}

function proxyContainer(pod: KubeObject): unknown {
  const named = (container: unknown): boolean => field(container, 'name') === PROXY_CONTAINER;
  const native = (container: unknown): boolean =>
    named(container) && field(container, 'restartPolicy') === 'Always';
  return (
    asArray(field(pod, 'spec', 'containers')).find(named) ??
    asArray(field(pod, 'spec', 'initContainers')).find(native)
  );
}

/** Whether a pod has the container that runs the proxy, in whatever phase it is. */
export function hasProxyContainer(pod: KubeObject): boolean {
  return proxyContainer(pod) !== undefined;
}

const WAYPOINT_CLASS = 'istio-waypoint';

/** The agent's role is its second argument (`proxy sidecar|router|waypoint`); labels tell it where the image's does. */
function proxyType(container: unknown, labels: Readonly<Record<string, string>>): ProxyPod['type'] {
  const args = asArray(field(container, 'args')).map((arg) => asString(arg) ?? '');
  if (args[0] === 'ztunnel' || args[1] === 'ztunnel' || labels['app'] === 'ztunnel') return 'ztunnel';
  if (labels['gateway.networking.k8s.io/gateway-class-name'] === WAYPOINT_CLASS || args[1] === 'waypoint')
    return 'waypoint';
  return args[1] === 'router' ? 'router' : 'sidecar';
}

/** The revision that a pod was injected by: annotation, then label, then the injector's status annotation. */
function revisionOf(pod: KubeObject): string | undefined {
  const annotations = stringRecord(pod.metadata.annotations);
  const named = annotations['istio.io/rev'] ?? stringRecord(pod.metadata.labels)['istio.io/rev'];
  if (named !== undefined) return named;
  try {
    return asString(field(JSON.parse(annotations['sidecar.istio.io/status'] ?? '{}'), 'revision'));
  } catch {
    return undefined;
  }
}

function proxyContainerStatus(pod: KubeObject): unknown {
  const statuses = ['containerStatuses', 'initContainerStatuses'].flatMap((key) =>
    asArray(field(pod, 'status', key)),
  );
  return statuses.find((candidate) => field(candidate, 'name') === PROXY_CONTAINER);
}

function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function waitingReason(pod: KubeObject): string | undefined {
  const state = field(proxyContainerStatus(pod), 'state');
  return asString(field(state, 'waiting', 'reason')) ?? asString(field(state, 'terminated', 'reason'));
}

function stringRecord(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value) ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
