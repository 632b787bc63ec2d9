import {
  type Distribution,
  distribution,
  type Goal,
  type ProxyReach,
  removal,
} from '../../answers/distribution/distribution.ts';
import { type FoundEffect, findEffect, findZtunnelEffect } from '../../answers/distribution/effect.ts';
import { inboundMode, wantedMode } from '../../answers/distribution/mtls-effect.ts';
import { type ObjectVersion, objectVersion } from '../../answers/distribution/object-version.ts';
import { type Reach, reachOf, reachOfMode } from '../../answers/distribution/proxy-state.ts';
import { notForProxy } from '../../answers/distribution/selects.ts';
import type { CommandContext } from '../../cli/context.ts';
import { collectSync } from '../../cli/mesh-sync.ts';
import { rootNamespace } from '../../cli/root-namespace.ts';
import { openDumpBytes } from '../../envoy/dump.ts';
import { suspectFilters } from '../../istiod/guilty-filter.ts';
import { parseNack } from '../../istiod/nack.ts';
import type { KubeObject } from '../../kube/object.ts';
import { parseProxyId } from '../../kube/pod-ref.ts';
import { MeshscopeError } from '../../util/errors.ts';
import { loadJson } from '../../util/load-json.ts';
import type { NamedObject } from './arguments.ts';
import { type ChosenProxy, chosenProxies } from './chosen-proxies.ts';
import { findObject } from './find-object.ts';

/** What is waited for. */
export interface Question {
  readonly wanted: NamedObject;
  readonly goal: Goal;
  readonly for: 'distribution' | 'delete';
  readonly selector: string | undefined;
}

/** Dumps read at a time. */
const AT_A_TIME = 8;

/** How far the object is now. Throws not-found when there is none to be distributed. */
export async function observe(context: CommandContext, question: Question): Promise<Distribution> {
  const { wanted, goal } = question;
  const { kind, name } = wanted;
  const found = await findObject(context, wanted);
  if (found.object === undefined && question.for === 'distribution') throw found.error;
  const sync = await collectSync(context);
  const proxies = await chosenProxies(context, sync, question.selector);
  const reference = { kind: kind.kind, name, namespace: found.namespace };
  if (question.for === 'delete') {
    const ghost = found.object ?? ghostOf(reference);
    const reaches = await inTurns(context, proxies, (proxy) => absence(context, proxy, ghost, wanted));
    return removal(reference, found.object !== undefined, goal, reaches.flat());
  }
  const object = found.object ?? ghostOf(reference);
  const version = objectVersion(object);
  const root = await rootNamespace(context);
  const { envoyFilters } = sync;
  const peers = kind.kind === 'PeerAuthentication' ? await allOf(context, wanted) : [];
  const reaches = await inTurns(context, proxies, (proxy) =>
    presence(context, proxy, { object, wanted, version, root, envoyFilters, peers }),
  );
  return distribution(reference, version, goal, reaches);
}

interface Subject {
  readonly object: KubeObject;
  readonly wanted: NamedObject;
  readonly version: ObjectVersion;
  readonly root: string;
  readonly envoyFilters: readonly KubeObject[];
  /** Of a PeerAuthentication all of them: others may decide. Empty where they can't be listed. */
  readonly peers: readonly KubeObject[];
}

async function presence(context: CommandContext, proxy: ChosenProxy, subject: Subject): Promise<ProxyReach> {
  const { object, wanted, version, root } = subject;
  const name = { proxy: proxy.id, cluster: proxy.cluster };
  const other = notForProxy(object, wanted.kind, proxy, root);
  if (other !== undefined) return { ...name, state: 'not-selected', why: other };
  const mode = await modeReach(context, proxy, subject);
  if (mode !== undefined) return { ...name, ...withSuspects(mode, proxy, subject) };
  const isZtunnel = proxy.type === 'ztunnel';
  const isRead = proxy.sync !== undefined && wanted.kind.effect !== 'sync';
  const effect = isRead ? await effectIn(context, proxy, object, wanted) : undefined;
  const reach = reachOf({ sync: proxy.sync, isZtunnel, effect }, wanted.kind, version);
  return { ...name, ...withSuspects(reach, proxy, subject) };
}

/** The mode of a PeerAuthentication as a sidecar's listener has it; `undefined` where that can't be told. */
async function modeReach(
  context: CommandContext,
  proxy: ChosenProxy,
  { object, wanted, version, root, peers }: Subject,
): Promise<Reach | undefined> {
  if (peers.length === 0 || proxy.type !== 'sidecar' || proxy.sync === undefined) return undefined;
  const wants = wantedMode(object, peers, proxy, root);
  if (wants === undefined) return undefined;
  if ('by' in wants) return { state: 'not-selected', why: `PeerAuthentication ${wants.by} decides there` };
  const pod = parseProxyId(proxy.id);
  const source = await context.source();
  const answer = pod && (await source.envoy({ ...pod, cluster: proxy.cluster }, 'config_dump'));
  if (!answer?.ok || (answer.missing ?? []).length > 0) return undefined;
  const has = inboundMode(await openDumpBytes(answer.value, proxy.id));
  return has && reachOfMode(proxy.sync, wanted.kind, version, { has, wants: wants.mode });
}

/** All objects of the kind that may be listed. */
async function allOf(context: CommandContext, { kind }: NamedObject): Promise<readonly KubeObject[]> {
  const answer = await (await context.source()).resources({ group: kind.group, plural: kind.plural });
  return answer.ok && (answer.missing ?? []).length === 0 ? answer.value : [];
}

/** A refusal may come from another object than the one that is waited for: the EnvoyFilters that fit it are named. */
function withSuspects(reach: Reach, proxy: ChosenProxy, { envoyFilters, root }: Subject): Reach {
  if (reach.error === undefined) return reach;
  const rejecting = { namespace: proxy.namespace, labels: proxy.labels ?? {}, type: proxy.type };
  const suspects = suspectFilters(parseNack(reach.error), rejecting, envoyFilters, root);
  if (suspects.length === 0) return reach;
  const names = suspects.map(({ namespace, name }) => `EnvoyFilter ${namespace}/${name}`).join(' or ');
  return { ...reach, why: `${reach.why}; it comes from ${names}` };
}

/** `live` means here that the proxy is rid of the object. */
async function absence(
  context: CommandContext,
  proxy: ChosenProxy,
  object: KubeObject,
  wanted: NamedObject,
): Promise<ProxyReach> {
  const name = { proxy: proxy.id, cluster: proxy.cluster };
  if (proxy.sync === undefined) return { ...name, state: 'not-connected', why: 'no istiod knows this proxy' };
  if (wanted.kind.effect === 'sync') {
    const behind = proxy.sync.types.filter(({ status }) => status === 'STALE' || status === 'ERROR');
    return behind.length === 0
      ? { ...name, state: 'live', why: 'in sync with istiod' }
      : { ...name, state: 'stale', why: 'not in sync with istiod' };
  }
  const effect = await effectIn(context, proxy, object, wanted);
  if (typeof effect === 'string') return { ...name, state: 'unknown', why: effect };
  const [first] = effect.resources;
  if (first === undefined) return { ...name, state: 'live', why: 'nothing of it is left' };
  return { ...name, state: 'pending', why: `${first} still carries it` };
}

/** What of the object is in the configuration of a proxy; why it can't be told, otherwise. */
async function effectIn(
  context: CommandContext,
  proxy: ChosenProxy,
  object: KubeObject,
  { kind }: NamedObject,
): Promise<FoundEffect | string> {
  const pod = parseProxyId(proxy.id);
  if (pod === undefined) return 'it is no pod';
  const source = await context.source();
  const ref = { ...pod, cluster: proxy.cluster };
  const isZtunnel = proxy.type === 'ztunnel';
  const answer = await (isZtunnel ? source.ztunnel(ref, 'config_dump') : source.envoy(ref, 'config_dump'));
  if (!answer.ok) return answer.error.reason;
  // What istiod means the proxy to have is no proof that the proxy has it.
  const [missing] = answer.missing ?? [];
  if (missing !== undefined) return missing.reason;
  try {
    if (isZtunnel) return findZtunnelEffect(loadJson(answer.value, proxy.id), object, kind);
    return findEffect(await openDumpBytes(answer.value, proxy.id), object, kind);
  } catch (error) {
    if (error instanceof MeshscopeError) return error.message;
    throw error;
  }
}

async function inTurns(
  context: CommandContext,
  proxies: readonly ChosenProxy[],
  ask: (proxy: ChosenProxy) => Promise<ProxyReach>,
): Promise<ProxyReach[]> {
  const reaches: ProxyReach[] = [];
  for (let start = 0; start < proxies.length; start += AT_A_TIME) {
    context.terminal.progress(`reading proxies: ${start} of ${proxies.length}`);
    reaches.push(...(await Promise.all(proxies.slice(start, start + AT_A_TIME).map(ask))));
  }
  return reaches;
}

/** An object that is gone: its name is enough to look for what it left; its hosts are not known any more. */
function ghostOf({ kind, name, namespace }: { kind: string; name: string; namespace: string }): KubeObject {
  return { apiVersion: '', kind, metadata: { name, namespace } };
}
