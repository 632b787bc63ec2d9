import type { KubeObject } from '../kube/object.ts';
import { comparePodsForPicking, podRef } from '../kube/pod.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { parseTarget } from '../kube/target.ts';
import type { MeshSource } from '../sources/source.ts';
import { type SourceError, toMeshscopeError } from '../sources/source-error.ts';
import { ExitCode, MeshscopeError, notFoundError } from '../util/errors.ts';
import { asString, field } from '../util/json.ts';
import { compareText, nearest } from '../util/text.ts';
import type { CommandContext } from './context.ts';
import { lacks, noteMissing } from './missing.ts';
import { resolveProxy } from './proxy-argument.ts';

/** A ztunnel, the node that it serves, and the pod that the question is about where it is not about all of them. */
export interface ZtunnelTarget {
  readonly pod: PodRef;
  readonly node: string | undefined;
  readonly focus?: PodRef | undefined;
}

/** The ztunnels of the mesh, the one to ask first in front. Throws when there are none, or they can't be listed. */
export async function allZtunnels(context: CommandContext): Promise<readonly ZtunnelTarget[]> {
  const source = await context.source();
  const { pods, missing } = await ztunnelPods(context, source);
  const known = new Set(pods.map((pod) => proxyId(podRef(pod))));
  const targets = [...pods]
    .sort(comparePodsForPicking)
    .map((pod) => ({ pod: podRef(pod), node: nodeOf(pod) }));
  const recorded = await source.proxies();
  const clusters = new Map<string, PodRef>();
  if (recorded.ok && source.kind !== 'cluster') {
    for (const { pod, kind } of recorded.value) if (kind === 'ztunnel') clusters.set(proxyId(pod), pod);
  }
  const named = targets.map((target) => ({
    ...target,
    pod: clusters.get(proxyId(target.pod)) ?? target.pod,
  }));
  const others = [...clusters.values()].filter((pod) => !known.has(proxyId(pod)));
  const all = [...named, ...others.map((pod) => ({ pod, node: undefined }))];
  if (all.length > 0) return all;
  const [error] = missing;
  if (error !== undefined) throw toMeshscopeError(error);
  throw notFoundError('there is no ztunnel: no pod with label app=ztunnel', {
    hint: 'ambient mode is not installed; meshscope proxy-status --all lists the proxies',
  });
}

interface Pods {
  readonly pods: readonly KubeObject[];
  readonly missing: readonly SourceError[];
}

/** A live cluster is asked about the control plane's namespace first: that is where ztunnels mostly are. */
async function ztunnelPods(context: CommandContext, source: MeshSource): Promise<Pods> {
  const isZtunnel = (pod: KubeObject): boolean => pod.metadata.labels?.['app'] === 'ztunnel';
  const namespace = source.kind === 'cluster' ? await context.istioNamespace() : undefined;
  const near = await source.resources({ group: '', plural: 'pods', namespace });
  const pods = near.ok ? near.value.filter(isZtunnel) : [];
  if (pods.length > 0 || namespace === undefined) return { pods, missing: lacks(near) };
  const everywhere = await source.resources({ group: '', plural: 'pods' });
  return {
    pods: everywhere.ok ? everywhere.value.filter(isZtunnel) : [],
    missing: near.ok ? lacks(everywhere) : lacks(near),
  };
}

function nodeOf(pod: KubeObject): string | undefined {
  return asString(field(pod, 'spec', 'nodeName'));
}

/** The ztunnel of a node. Throws not-found with the nearest names of nodes that have one. */
export async function ztunnelOfNode(context: CommandContext, node: string): Promise<ZtunnelTarget> {
  const all = await allZtunnels(context);
  const found = all.find((target) => target.node === node);
  if (found !== undefined) return found;
  const nodes = all.flatMap((target) => target.node ?? []).sort(compareText);
  const near = nearest(node, nodes);
  throw notFoundError(`no ztunnel on a node "${node}"`, {
    lines: [near.length > 0 ? ['near', near.join(', ')] : ['here', nodes.slice(0, 8).join(', ')]],
  });
}

/**
 * The ztunnel that a pod argument means: the pod itself, or the ztunnel of the node on which the pod runs; then the
 * question is about that pod. A name without namespace is looked for in the control plane's, as in the reference.
 */
export async function ztunnelOfPod(context: CommandContext, argument: string): Promise<ZtunnelTarget> {
  const pod = await resolve(context, argument);
  const source = await context.source();
  const { name, namespace, cluster } = pod;
  const pods = await source.resources({ group: '', plural: 'pods', namespace, cluster });
  const object = pods.ok ? pods.value.find(({ metadata }) => metadata.name === name) : undefined;
  if (object === undefined) {
    noteMissing(context, `pods in ${namespace}`, pods);
    return { pod, node: undefined };
  }
  if (object.metadata.labels?.['app'] === 'ztunnel') return { pod, node: nodeOf(object) };
  const node = nodeOf(object);
  if (node === undefined) {
    throw notFoundError(`${proxyId(pod)} runs on no node yet, so no ztunnel serves it`);
  }
  return { ...(await ztunnelOfNode(context, node)), focus: pod };
}

async function resolve(context: CommandContext, argument: string): Promise<PodRef> {
  const { namespace } = context.globals;
  const source = await context.source();
  const isBare = parseTarget(argument).namespace === undefined && namespace === undefined;
  if (!isBare || (source.kind !== 'cluster' && !context.globals.compat))
    return resolveProxy(context, argument);
  const globals = { ...context.globals, namespace: await context.istioNamespace() };
  try {
    return await resolveProxy({ ...context, globals }, argument);
  } catch (error) {
    const isUnknown = error instanceof MeshscopeError && error.exitCode === ExitCode.notFound;
    if (!isUnknown || context.globals.compat) throw error;
    return resolveProxy(context, argument);
  }
}
