import type { KubeObject } from '../../kube/object.ts';
import { podPhase, podRef } from '../../kube/pod.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { hasProxyContainer, proxyPod } from '../../kube/proxy-pod.ts';
import { podAddresses, selectsPod } from '../../kube/service-pods.ts';
import { type ContainerPort, containerPorts, isReady, workloadOf } from '../../kube/workload.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { asString, field } from '../../util/json.ts';
import type { ProxyRow } from '../proxy-row.ts';
import { type AmbientFacts, ambientFacts, isDead, type ZtunnelFacts } from './ambient.ts';
import type { EnvoyFacts } from './envoy-facts.ts';
import { gatewayRole, type ServedGateway } from './gateway-role.ts';
import { type PodMtls, podMtls } from './pod-mtls.ts';
import { podProblems } from './pod-state.ts';
import { type PodPolicies, sidecarPolicies } from './policies.ts';
import { protocolConflicts } from './ports.ts';
import { type DescribeProblem, sortProblems } from './problem.ts';
import { proxyProblems, takesNoTraffic } from './proxy-state.ts';
import { type DescribeScope, describeScope } from './scope.ts';
import { namedPorts, type ServiceFacts, serviceFacts } from './service-facts.ts';
import { type WaypointFacts, type WaypointProxy, waypointOf } from './waypoints.ts';
import { ztunnelPolicies } from './ztunnel-policies.ts';

/** How a pod takes part in the mesh: by which kind of proxy, or not at all. */
export type PodProxy = 'sidecar' | 'router' | 'waypoint' | 'ztunnel' | 'ambient' | 'none';

/** What was read to answer. */
export interface PodScope extends DescribeScope {
  /** What an Envoy enforces: seen in its dump, not to be had (why), or there is none. */
  readonly envoy: 'read' | 'none' | { readonly failed: string };
}

/** Who a pod is and what the mesh makes of it, problems first. */
export interface PodDescription {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'PodDescription';
  readonly pod: PodRef;
  /** Worst first; notes last. */
  readonly problems: readonly DescribeProblem[];
  readonly workload: { readonly kind: string; readonly name: string } | undefined;
  readonly serviceAccount: string;
  readonly phase: string;
  readonly ready: boolean | undefined;
  readonly addresses: readonly string[];
  readonly node: string | undefined;
  readonly ports: readonly ContainerPort[];
  readonly proxy: {
    readonly kind: PodProxy;
    readonly revision: string | undefined;
    readonly version: string | undefined;
    /** `in-sync`, `stale` … as istiod says; `undefined` where it was not asked or does not know the proxy. */
    readonly sync: string | undefined;
  };
  /** False when nothing can take connections for it: a dead proxy, a refused listener, a pod that is not ready. */
  readonly takesTraffic: boolean;
  readonly services: readonly ServiceFacts[];
  readonly mtls: PodMtls | undefined;
  readonly policies: Pick<PodPolicies, 'authorization' | 'others'>;
  /** Of a gateway's pod. */
  readonly gateways: readonly ServedGateway[];
  readonly ambient: AmbientFacts | undefined;
  /** The waypoint of the pod itself; those of Services stand with them. */
  readonly waypoint: WaypointFacts | undefined;
  readonly read: PodScope;
}

/** Everything that a pod is described from. */
export interface PodInput {
  readonly pod: KubeObject;
  readonly cluster?: string | undefined;
  readonly objects: MeshObjects;
  readonly envoy: EnvoyFacts;
  readonly ztunnel: ZtunnelFacts;
  /** What istiod says of the pod's proxy, where it was asked and knows it. */
  readonly row: ProxyRow | undefined;
  readonly waypointProxy: (gateway: string) => WaypointProxy | undefined;
  readonly only: readonly string[] | undefined;
  readonly ignoreUnmeshed: boolean;
  readonly now: Date;
}

const NO_WAYPOINT = { waypoint: undefined, problems: [] };
const NO_GATEWAY = { serves: [], problems: [] };

/** Describes a pod. */
export function describePod(input: PodInput): PodDescription {
  const { pod, objects, envoy, row } = input;
  const ref = { ...podRef(pod), cluster: input.cluster };
  const proxy = proxyPod(pod);
  const selecting = objects.all('services').filter((service) => selectsPod(service, pod));
  const { waypointProxy } = input;
  const judged = selecting.map((service) =>
    serviceFacts({ service, pods: [pod], pod, objects, waypointProxy }),
  );
  const services = judged.map(({ facts }) => facts);
  const ambient = hasProxyContainer(pod) ? undefined : ambientFacts(pod, objects, input.ztunnel);
  const isCaptured = ambient?.facts.state === 'captured';
  const waypoint = isCaptured ? waypointOf(pod, objects, waypointProxy) : NO_WAYPOINT;
  const policies = policiesOf(input, selecting, services, ambient?.facts, waypoint.waypoint);
  const role = proxy?.type === 'router' ? gatewayRole(pod, objects) : NO_GATEWAY;
  const mtls = podMtls(pod, objects, envoy, services, ambient?.facts.workload, input.ztunnel);
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'PodDescription',
    pod: ref,
    problems: sortProblems([
      ...podProblems(pod, objects, input.ignoreUnmeshed),
      ...proxyProblems(proxyId(ref), envoy, row, input.now),
      ...(ambient?.problems ?? []),
      ...(mtls?.problems ?? []),
      ...judged.flatMap(({ problems }) => problems),
      ...(proxy?.type === 'sidecar' ? protocolConflicts(selecting, pod) : []),
      ...waypoint.problems,
      ...role.problems,
      ...policies.problems,
      ...unselected(pod, selecting, objects),
    ]),
    ...identity(pod),
    proxy: {
      kind: proxy?.type ?? (isCaptured ? 'ambient' : 'none'),
      revision: proxy?.revision,
      version: row?.version ?? proxyVersion(pod),
      sync: row?.state,
    },
    takesTraffic: canTakeTraffic(input),
    services,
    mtls: mtls?.mtls,
    policies: { authorization: policies.authorization, others: policies.others },
    gateways: role.serves,
    ambient: ambient?.facts.state === 'outside' ? undefined : ambient?.facts,
    waypoint: waypoint.waypoint,
    read: {
      ...describeScope(objects, ref.namespace, input.only),
      envoy: envoy.kind === 'failed' ? { failed: envoy.reason } : envoy.kind,
    },
  };
}

function identity(pod: KubeObject) {
  return {
    workload: workloadOf(pod),
    serviceAccount: asString(field(pod, 'spec', 'serviceAccountName')) ?? 'default',
    phase: podPhase(pod),
    ready: isReady(pod),
    addresses: podAddresses(pod),
    node: asString(field(pod, 'spec', 'nodeName')),
    ports: containerPorts(pod),
  };
}

/** Whether connections to the pod have somebody to take them. */
function canTakeTraffic({ pod, envoy, row, ztunnel }: PodInput): boolean {
  const isUp = podPhase(pod) === 'Running' && isReady(pod) !== false;
  return isUp && !takesNoTraffic(envoy, row) && !isDead(ztunnel);
}

function policiesOf(
  { pod, objects, envoy }: PodInput,
  selecting: readonly KubeObject[],
  services: readonly ServiceFacts[],
  ambient: AmbientFacts | undefined,
  own: WaypointFacts | undefined,
): PodPolicies {
  if (hasProxyContainer(pod)) {
    if (proxyPod(pod)?.type === 'ztunnel') return { authorization: [], others: [], problems: [] };
    return sidecarPolicies(pod, objects, envoy, services.flatMap(namedPorts));
  }
  if (ambient?.state !== 'captured') return { authorization: [], others: [], problems: [] };
  const waypoints = [own, ...services.map(({ waypoint }) => waypoint)].filter((one) => one !== undefined);
  return ztunnelPolicies(pod, selecting, objects, waypoints, ambient.workload?.policies);
}

/** A pod that no Service selects is called by address alone. */
function unselected(
  pod: KubeObject,
  selecting: readonly KubeObject[],
  objects: MeshObjects,
): DescribeProblem[] {
  const namespace = pod.metadata.namespace ?? '';
  if (selecting.length > 0 || !objects.knows('services', namespace)) return [];
  const type = proxyPod(pod)?.type;
  if (type === 'ztunnel') return [];
  return [
    {
      level: 'note',
      kind: 'no-service',
      text: 'no Service selects this pod',
      why: 'it is called by address alone, and no VirtualService or DestinationRule concerns calls to it',
      next: 'a pod that only calls others needs none',
    },
  ];
}

/** The tag of the proxy's image. */
function proxyVersion(pod: KubeObject): string | undefined {
  const containers = [field(pod, 'spec', 'containers'), field(pod, 'spec', 'initContainers')].flatMap(
    (list) => (Array.isArray(list) ? list : []),
  );
  const image = asString(
    field(
      containers.find((one) => field(one, 'name') === 'istio-proxy'),
      'image',
    ),
  );
  return image === undefined ? undefined : /:([^:/@]+)(?:@.*)?$/.exec(image)?.[1];
}
