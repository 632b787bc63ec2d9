import type { LoggedPod } from '../answers/access-logs/line.ts';
import type { KubeObject } from '../kube/object.ts';
import { podRef } from '../kube/pod.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { hasProxyContainer, proxyPod } from '../kube/proxy-pod.ts';
import { podAddresses } from '../kube/service-pods.ts';
import type { Answer, ResourceQuery } from '../sources/source.ts';
import { asString, field } from '../util/json.ts';
import type { CommandContext } from './context.ts';
import { noteMissing } from './missing.ts';

/** A pod and whose log tells of its traffic. */
export interface LogTarget extends LoggedPod {
  /** The pod whose log it is; that of the node's ztunnel for a pod without a proxy of its own. */
  readonly reader: PodRef | undefined;
  readonly proxy: 'envoy' | 'ztunnel' | 'none';
  /** The whole log is about this pod: it needs no picking. */
  readonly isWhole: boolean;
}

/** Pods and Services of the mesh, to give names to addresses; as far as they may be listed. */
export interface NamedObjects {
  readonly pods: readonly KubeObject[];
  readonly services: readonly KubeObject[];
}

/** Lists pods and Services everywhere, or where that is forbidden in the given namespaces alone. */
export async function namedObjects(
  context: CommandContext,
  namespaces: readonly string[],
): Promise<NamedObjects> {
  const [pods, services] = await Promise.all([
    widely(context, { group: '', plural: 'pods' }, namespaces),
    widely(context, { group: '', plural: 'services' }, namespaces),
  ]);
  return { pods, services };
}

async function widely(
  context: CommandContext,
  query: ResourceQuery,
  namespaces: readonly string[],
): Promise<readonly KubeObject[]> {
  const source = await context.source();
  const all = await source.resources(query);
  if (all.ok || all.error.code !== 'Forbidden') return known(context, query, all);
  const some = await Promise.all(
    [...new Set(namespaces)].map((namespace) => source.resources({ ...query, namespace })),
  );
  return some.flatMap((answer) => known(context, query, answer));
}

function known(
  context: CommandContext,
  { plural }: ResourceQuery,
  answer: Answer<readonly KubeObject[]>,
): readonly KubeObject[] {
  noteMissing(context, plural, answer, 'some addresses stay without a name');
  return answer.ok ? answer.value : [];
}

/** Whose log tells of each pod's traffic. */
export async function logTargets(
  context: CommandContext,
  pods: readonly PodRef[],
  objects: NamedObjects,
): Promise<LogTarget[]> {
  const entries = await (await context.source()).proxies();
  const kinds = new Map(entries.ok ? entries.value.map(({ pod, kind }) => [proxyId(pod), kind]) : []);
  return pods.map((pod) => {
    const object = objects.pods.find(
      ({ metadata }) => metadata.name === pod.name && metadata.namespace === pod.namespace,
    );
    const proxy = object && proxyPod(object);
    const addresses = new Set(object === undefined ? [] : podAddresses(object));
    const logged = { pod, addresses, isGateway: proxy?.type === 'router' };
    const isZtunnel = proxy?.type === 'ztunnel' || kinds.get(proxyId(pod)) === 'ztunnel';
    if (isZtunnel) return { ...logged, reader: pod, proxy: 'ztunnel', isWhole: true };
    // Without the pod itself, the pages that are known of it tell; a pod of which nothing is known is asked.
    const holdsEnvoy = object === undefined || hasProxyContainer(object);
    if (holdsEnvoy) return { ...logged, reader: pod, proxy: 'envoy', isWhole: true };
    const ztunnel = ztunnelOf(object, objects.pods);
    return ztunnel === undefined
      ? { ...logged, reader: undefined, proxy: 'none', isWhole: false }
      : { ...logged, reader: ztunnel, proxy: 'ztunnel', isWhole: false };
  });
}

/** The ztunnel of the pod's node; none for a pod that is not redirected to it. */
function ztunnelOf(pod: KubeObject, pods: readonly KubeObject[]): PodRef | undefined {
  if (pod.metadata.annotations?.['ambient.istio.io/redirection'] !== 'enabled') return undefined;
  const node = asString(field(pod, 'spec', 'nodeName'));
  const ztunnel = pods.find((one) => {
    const proxy = proxyPod(one);
    return proxy?.type === 'ztunnel' && proxy.node !== undefined && proxy.node === node;
  });
  return ztunnel && podRef(ztunnel);
}
