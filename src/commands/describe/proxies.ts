import type { ZtunnelFacts } from '../../answers/describe/ambient.ts';
import type { EnvoyFacts } from '../../answers/describe/envoy-facts.ts';
import type { WaypointProxy } from '../../answers/describe/waypoints.ts';
import type { ProxyRow } from '../../answers/proxy-row.ts';
import { proxyStatus } from '../../answers/proxy-status.ts';
import type { CommandContext } from '../../cli/context.ts';
import { collectSync } from '../../cli/mesh-sync.ts';
import { notePartial } from '../../cli/missing.ts';
import { openDumpBytes } from '../../envoy/dump.ts';
import { listenerEntries } from '../../envoy/entry.ts';
import type { KubeObject } from '../../kube/object.ts';
import { podRef } from '../../kube/pod.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { hasProxyContainer, proxyPod } from '../../kube/proxy-pod.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { waypointWish } from '../../mesh/waypoint.ts';
import { MeshscopeError } from '../../util/errors.ts';
import { field } from '../../util/json.ts';
import { loadJson } from '../../util/load-json.ts';

/** Finds what istiod says of a proxy; `undefined` where it was not asked or does not know it. */
export type RowFinder = (proxyId: string) => ProxyRow | undefined;

/** What istiods say of all proxies. With `only` some namespaces (`-n`) no istiod is asked. */
export async function proxyRows(
  context: CommandContext,
  only: readonly string[] | undefined,
): Promise<RowFinder> {
  if (only !== undefined) return () => undefined;
  context.terminal.progress('asking istiod what proxies lack');
  const sync = await collectSync(context);
  const { rows } = proxyStatus({ ...sync, now: context.now() });
  const byId = new Map(rows.map((row) => [row.proxy, row]));
  return (id) => byId.get(id);
}

/** What the pod's own Envoy says. A pod without one is not asked; a failure is noted as a gap. */
export async function envoyFacts(context: CommandContext, ref: PodRef, pod: KubeObject): Promise<EnvoyFacts> {
  if (!hasProxyContainer(pod) || proxyPod(pod)?.type === 'ztunnel') return { kind: 'none' };
  const source = await context.source();
  context.terminal.progress(`reading config_dump of ${proxyId(ref)}`);
  const answer = await source.envoy(ref, 'config_dump');
  const failed = (reason: string, next: string | undefined): EnvoyFacts => {
    const why = `${reason}; what it enforces is judged from objects alone`;
    context.gap({ what: `config_dump of ${proxyId(ref)}`, why, next });
    return { kind: 'failed', reason };
  };
  if (!answer.ok) return failed(answer.error.reason, answer.error.next);
  // What istiod intends for it may stand in the place of what it has.
  notePartial(context, `config_dump of ${proxyId(ref)}`, answer);
  try {
    return { kind: 'read', dump: await openDumpBytes(answer.value, proxyId(ref)) };
  } catch (error) {
    if (error instanceof MeshscopeError) return failed(error.message, error.hint);
    throw error;
  }
}

/** What the ztunnel on the pod's node says, for a pod that has no proxy of its own. */
export async function ztunnelFacts(
  context: CommandContext,
  ref: PodRef,
  pod: KubeObject,
  objects: MeshObjects,
  rowOf: RowFinder,
): Promise<ZtunnelFacts> {
  const isCaptured = pod.metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled';
  if (hasProxyContainer(pod) || !isCaptured) return { kind: 'none' };
  const node = field(pod, 'spec', 'nodeName');
  const found = objects.all('pods').find((one) => {
    const proxy = proxyPod(one);
    return proxy?.type === 'ztunnel' && proxy.node === node;
  });
  if (found === undefined) return { kind: 'none' };
  const ztunnel = { ...podRef(found), cluster: ref.cluster };
  const source = await context.source();
  const answer = await source.ztunnel(ztunnel, 'config_dump');
  const row = rowOf(proxyId(ztunnel));
  const failed = (reason: string, next: string | undefined): ZtunnelFacts => {
    context.gap({ what: `config_dump of ztunnel ${proxyId(ztunnel)}`, why: reason, next });
    return { kind: 'failed', ref: ztunnel, reason, row };
  };
  if (!answer.ok) return failed(answer.error.reason, answer.error.next);
  try {
    return {
      kind: 'read',
      ref: ztunnel,
      dump: loadJson(answer.value, `config_dump of ${proxyId(ztunnel)}`),
      row,
    };
  } catch (error) {
    if (error instanceof MeshscopeError) return failed(error.message, error.hint);
    throw error;
  }
}

/** What the Envoys of the waypoints say that these objects ask for, by `<namespace>/<gateway>`. */
export async function waypointProxies(
  context: CommandContext,
  asking: readonly KubeObject[],
  objects: MeshObjects,
  rowOf: RowFinder,
): Promise<(gateway: string) => WaypointProxy | undefined> {
  const wishes = asking.flatMap((one) => {
    const wish = waypointWish(one, objects.namespace(one.metadata.namespace ?? ''));
    return wish === undefined || wish === 'none' ? [] : [wish];
  });
  const byGateway = new Map<string, WaypointProxy>();
  for (const { namespace, name } of wishes) {
    const id = `${namespace}/${name}`;
    const isKnown = objects.knows('pods', namespace) && objects.find('kubeGateways', namespace, name);
    if (byGateway.has(id) || !isKnown) continue;
    byGateway.set(id, await waypointProxy(context, namespace, name, objects, rowOf));
  }
  return (gateway) => byGateway.get(gateway);
}

async function waypointProxy(
  context: CommandContext,
  namespace: string,
  name: string,
  objects: MeshObjects,
  rowOf: RowFinder,
): Promise<WaypointProxy> {
  const pod = objects.within('pods', namespace).find((one) => {
    const isOfGateway = one.metadata.labels?.['gateway.networking.k8s.io/gateway-name'] === name;
    return isOfGateway && proxyPod(one)?.phase === 'Running';
  });
  if (pod === undefined) return { pod: undefined, refused: undefined, isDead: false };
  const ref = podRef(pod);
  const facts = await envoyFacts(context, ref, pod);
  const isDead = facts.kind === 'failed' && rowOf(proxyId(ref))?.state === 'never-connected';
  if (facts.kind !== 'read') return { pod: proxyId(ref), refused: undefined, isDead };
  const entries = facts.dump.has('Listeners') ? listenerEntries(facts.dump) : [];
  const refused = entries.filter(({ state }) => state === 'rejected');
  const texts = refused.map(({ rejection }) =>
    (rejection?.details ?? 'no reason given').replace(/\s+/g, ' '),
  );
  return { pod: proxyId(ref), refused: [...new Set(texts)], isDead };
}
