import type { KubeObject } from '../kube/object.ts';
import { comparePodsForPicking, podRef } from '../kube/pod.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { hasProxyContainer, proxyPod } from '../kube/proxy-pod.ts';
import { type LabelSelector, matchesSelector, parseSelector } from '../kube/selector.ts';
import {
  isPodType,
  parseTarget,
  podSelectorOf,
  TARGET_KINDS,
  type Target,
  type TargetKind,
  targetKind,
} from '../kube/target.ts';
import type { Answer } from '../sources/source.ts';
import { type SourceError, toMeshscopeError } from '../sources/source-error.ts';
import { notFoundError, usageError } from '../util/errors.ts';
import { compareText, nearest } from '../util/text.ts';
import type { CommandContext } from './context.ts';
import { istioGatewayLines } from './istio-gateway.ts';
import { lacks, noteMissing } from './missing.ts';
import { workloadEntryLines } from './workload-entry.ts';

/**
 * The one proxy that a pod argument names: `pod`, `pod.namespace`, `deploy/x`, `svc/x`, `gateway/x` … A kind with
 * several pods gives the one to ask (running, ready, oldest). Throws not-found with the nearest names.
 */
export async function resolveProxy(context: CommandContext, argument: string): Promise<PodRef> {
  const pods = await resolveProxies(context, argument);
  const [first] = pods;
  if (first === undefined) throw notFoundError(`no pods match "${argument}"`);
  return first;
}

/** All proxies that a pod argument names, the one to ask first; never empty. */
export async function resolveProxies(context: CommandContext, argument: string): Promise<readonly PodRef[]> {
  const target = parseTarget(argument);
  if (target.name === '')
    throw usageError(`"${argument}" names no pod`, { hint: 'write POD, POD.NAMESPACE or deploy/NAME' });
  if (isPodType(target.type)) return [await findPod(context, target)];
  const kind = targetKind(target.type);
  if (kind === undefined) {
    const words = TARGET_KINDS.map((one) => one.words[0] ?? '');
    throw usageError(`unknown type "${target.type}" in "${argument}"`, {
      lines: [['near', nearest(target.type, [...words, 'pod']).join(', ') || words.join(', ')]],
    });
  }
  return podsOfKind(context, target, kind);
}

/**
 * All Envoys whose pods match a `-l` selector, in namespace `-n` (all namespaces without it); never empty. Pods without
 * one are no part of the question.
 */
export async function proxiesBySelector(context: CommandContext, text: string): Promise<readonly PodRef[]> {
  const selector = parseSelector(text);
  if (selector === undefined)
    throw usageError(`"${text}" is not a label selector`, {
      hint: 'write it as app=cart,version in (v1,v2)',
    });
  const namespace = context.globals.allNamespaces ? undefined : context.globals.namespace;
  const found = await selectPods(context, selector, namespace);
  if (found.pods.length === 0) {
    throw notFoundError(`no pod matches the selector ${text}`, {
      lines: incomplete(found.missing),
      hint: `meshscope proxy-status --all${fromFlag(context)} lists the proxies`,
    });
  }
  const holdsEnvoy = await envoyTest(context, namespace);
  const pods = found.pods.filter(holdsEnvoy);
  if (pods.length === 0) {
    const names = found.pods.slice(0, 3).map(proxyId).join(', ');
    throw notFoundError(`no pod that matches the selector ${text} holds an Envoy`, {
      lines: [['pods', found.pods.length > 3 ? `${names} and ${found.pods.length - 3} more` : names]],
      hint: `meshscope proxy-status --all${fromFlag(context)} lists the proxies`,
    });
  }
  return pods;
}

/** Tells pods that hold an Envoy: by their containers, or by pages of it in a recording. */
async function envoyTest(
  context: CommandContext,
  namespace: string | undefined,
): Promise<(pod: PodRef) => boolean> {
  const source = await context.source();
  const [pods, proxies] = await Promise.all([
    source.resources({ group: '', plural: 'pods', namespace }),
    source.kind === 'cluster' ? undefined : source.proxies(),
  ]);
  const key = (pod: PodRef): string => `${pod.cluster ?? ''}/${proxyId(pod)}`;
  const known = new Set<string>();
  for (const pod of pods.ok ? pods.value : []) {
    if (hasProxyContainer(pod) && proxyPod(pod)?.type !== 'ztunnel') known.add(key(podRef(pod)));
  }
  for (const { pod, kind } of proxies?.ok ? proxies.value : []) if (kind === 'envoy') known.add(key(pod));
  return (pod) => known.has(key(pod));
}

/** Pods that were found, and why there may be more. */
interface FoundPods {
  readonly pods: readonly PodRef[];
  readonly missing: readonly SourceError[];
}

/** The line of an error that tells a name that does not exist from one that was not looked for everywhere. */
function incomplete(missing: readonly SourceError[]): [string, string][] {
  return missing.slice(0, 1).map(({ reason }) => ['but', `not all of them are known: ${reason}`]);
}

/**
 * The namespace of a target: its own, else `-n`, else the kubeconfig's. `undefined` in a recording: look in `default`
 * first, then anywhere.
 */
async function namespaceOf(context: CommandContext, target: Target): Promise<string | undefined> {
  return target.namespace ?? context.globals.namespace ?? (await context.source()).defaultNamespace;
}

async function findPod(context: CommandContext, target: Target): Promise<PodRef> {
  const namespace = await namespaceOf(context, target);
  const live = await livePod(context, target, namespace);
  if (live !== undefined) return live;
  const { pods: known, missing } = await knownPods(context, namespace);
  const named = known.filter((pod) => pod.name === target.name);
  // A pod's name may hold dots itself: then the whole argument is the name.
  const dotted = known.filter((pod) => `${target.name}.${target.namespace}` === pod.name);
  const candidates = namespace === undefined ? named : named.filter((pod) => pod.namespace === namespace);
  const [only, second] = [...candidates, ...dotted];
  if (only !== undefined && second === undefined) return only;
  if (only !== undefined) {
    const preferred = candidates.filter((pod) => pod.namespace === 'default');
    if (preferred.length === 1 && preferred[0]) return preferred[0];
    throw usageError(`"${target.name}" names ${candidates.length} pods`, {
      lines: [['which', candidates.map(clusterQualified).join(', ')]],
      hint: `write ${target.name}.NAMESPACE`,
    });
  }
  const entries = await workloadEntryLines(context, target.name, namespace);
  throw noSuchPod(context, target, namespace, { pods: known, missing }, entries);
}

/** A pod of a live cluster by its name, without a list of all of them; `undefined` where it takes that to tell. */
async function livePod(
  context: CommandContext,
  target: Target,
  namespace: string | undefined,
): Promise<PodRef | undefined> {
  const source = await context.source();
  if (source.kind !== 'cluster' || namespace === undefined) return undefined;
  const answer = await source.resources({ group: '', plural: 'pods', namespace, name: target.name });
  if (!answer.ok) throw toMeshscopeError(answer.error);
  return answer.value.map(podRef)[0];
}

function clusterQualified(pod: PodRef): string {
  return pod.cluster === undefined ? proxyId(pod) : `${proxyId(pod)} in cluster ${pod.cluster}`;
}

function noSuchPod(
  context: CommandContext,
  target: Target,
  namespace: string | undefined,
  { pods: known, missing }: FoundPods,
  others: readonly (readonly [string, string])[],
) {
  const inNamespace = known.filter((pod) => namespace === undefined || pod.namespace === namespace);
  const names = nearest(
    target.name,
    inNamespace.map((pod) => pod.name),
  );
  const near = names.flatMap((name) => inNamespace.filter((pod) => pod.name === name)).map(proxyId);
  const elsewhere = known.filter((pod) => pod.name === target.name).map(proxyId);
  const shown = [...new Set([...elsewhere, ...near])].slice(0, 3);
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const scope = namespace === undefined ? '' : ` -n ${namespace}`;
  return notFoundError(`no pod "${target.name}"${where}`, {
    lines: [
      ...others,
      ...incomplete(missing),
      ...(shown.length > 0 ? [['near', shown.join(', ')] as const] : []),
    ],
    hint: `meshscope proxy-status --all${scope}${fromFlag(context)} lists the proxies`,
  });
}

function fromFlag(context: CommandContext): string {
  return context.globals.from === undefined ? '' : ` --from ${context.globals.from}`;
}

/**
 * Pods that the source knows: Kubernetes pods where they are at hand, and proxies with recorded pages. A live cluster
 * is asked about one namespace alone.
 */
async function knownPods(context: CommandContext, namespace: string | undefined): Promise<FoundPods> {
  const source = await context.source();
  if (source.kind === 'cluster') {
    const answer = await source.resources({ group: '', plural: 'pods', namespace });
    if (!answer.ok) throw toMeshscopeError(answer.error);
    return { pods: answer.value.map(podRef), missing: lacks(answer) };
  }
  const [pods, proxies] = await Promise.all([
    source.resources({ group: '', plural: 'pods' }),
    source.proxies(),
  ]);
  const byId = new Map<string, PodRef>();
  if (proxies.ok) for (const { pod } of proxies.value) byId.set(`${pod.cluster ?? ''}/${proxyId(pod)}`, pod);
  const proxied = new Set([...byId.values()].map(proxyId));
  if (pods.ok) {
    for (const pod of pods.value.map(podRef)) if (!proxied.has(proxyId(pod))) byId.set(proxyId(pod), pod);
  }
  if (!pods.ok && !proxies.ok) throw toMeshscopeError(pods.error);
  return {
    pods: [...byId.values()].sort((a, b) => compareText(proxyId(a), proxyId(b))),
    missing: [...lacks(pods), ...lacks(proxies)],
  };
}

async function podsOfKind(
  context: CommandContext,
  target: Target,
  kind: TargetKind,
): Promise<readonly PodRef[]> {
  const object = await targetObject(context, target, kind);
  const selector = podSelectorOf(object);
  const name = `${kind.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  if (selector === undefined)
    throw notFoundError(`${name} selects no pods`, { hint: 'name a pod or a Deployment' });
  const { pods, missing } = await selectPods(context, selector, object.metadata.namespace);
  if (pods.length === 0) {
    throw notFoundError(`no pods match "${target.type}/${target.name}": ${name} has none`, {
      lines: incomplete(missing),
    });
  }
  return pods;
}

/** The object that an argument such as `deploy/cart.shop` names. Throws not-found with the nearest names. */
export async function targetObject(
  context: CommandContext,
  target: Target,
  kind: TargetKind,
): Promise<KubeObject> {
  const source = await context.source();
  const wanted = await namespaceOf(context, target);
  // A recording is read whole, to name what stands in other namespaces; a cluster is asked about one.
  const namespace = source.kind === 'cluster' ? wanted : undefined;
  const query = { group: kind.group, plural: kind.plural, namespace };
  const only =
    source.kind === 'cluster' ? await source.resources({ ...query, name: target.name }) : undefined;
  const answer = only?.ok === true && only.value.length > 0 ? only : await source.resources(query);
  if (!answer.ok) throw toMeshscopeError(answer.error);
  const named = answer.value.filter((object) => object.metadata.name === target.name);
  const object = pickObject(named, wanted);
  if (object === undefined) {
    const istio = kind.kind === 'Gateway' ? await istioGatewayLines(context, target.name, wanted) : [];
    throw noSuchObject(kind, target, wanted, named, answer, istio);
  }
  return object;
}

function pickObject(named: readonly KubeObject[], namespace: string | undefined): KubeObject | undefined {
  if (namespace !== undefined) return named.find((object) => object.metadata.namespace === namespace);
  return (
    named.find((object) => object.metadata.namespace === 'default') ??
    (named.length === 1 ? named[0] : undefined)
  );
}

function noSuchObject(
  kind: TargetKind,
  target: Target,
  namespace: string | undefined,
  named: readonly KubeObject[],
  all: Extract<Answer<readonly KubeObject[]>, { ok: true }>,
  others: readonly (readonly [string, string])[],
) {
  const word = kind.words[0] ?? kind.plural;
  const written = (object: KubeObject): string =>
    `${word}/${object.metadata.name}.${object.metadata.namespace ?? ''}`;
  if (namespace === undefined && named.length > 1) {
    return usageError(`"${word}/${target.name}" names ${named.length} objects`, {
      lines: [['which', named.map(written).join(', ')]],
    });
  }
  const near =
    named.length > 0
      ? named
      : all.value.filter((one) => nearest(target.name, [one.metadata.name]).length > 0);
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  // Istio has Gateways of its own, which no argument can name.
  const what = kind.kind === 'Gateway' ? `${kind.group} Gateway` : kind.kind;
  return notFoundError(`no ${what} "${target.name}"${where}`, {
    lines: [
      ...others,
      ...incomplete(lacks(all)),
      ...(near.length > 0 ? [['near', near.slice(0, 3).map(written).join(', ')] as const] : []),
    ],
  });
}

/** Pods that a selector matches, the one to ask first. That there may be more of them is noted as a gap. */
async function selectPods(
  context: CommandContext,
  selector: LabelSelector,
  namespace: string | undefined,
): Promise<FoundPods> {
  const source = await context.source();
  const pods = await source.resources({ group: '', plural: 'pods', namespace });
  if (!pods.ok) throw toMeshscopeError(pods.error);
  noteMissing(context, 'pods', pods);
  const found = pods.value
    .filter((pod) => matchesSelector(selector, pod.metadata.labels))
    .sort(comparePodsForPicking)
    .map(podRef);
  return { pods: found, missing: lacks(pods) };
}
