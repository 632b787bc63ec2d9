import type { ProxyRow } from '../answers/proxy-row.ts';
import { proxyStatus } from '../answers/proxy-status.ts';
import { type Listening, type WaypointPod, waypointPod } from '../answers/waypoint-pod.ts';
import { keyOf, type WaypointObjects } from '../answers/waypoint-users.ts';
import { listeningPorts } from '../envoy/listeners-page.ts';
import type { KubeObject } from '../kube/object.ts';
import { type ProxyPod, proxyPod } from '../kube/proxy-pod.ts';
import { isWaypoint, type ObjectName } from '../mesh/waypoint-binding.ts';
import { hbonePort } from '../mesh/waypoint-gateway.ts';
import { MeshscopeError } from '../util/errors.ts';
import { loadJson } from '../util/load-json.ts';
import type { CommandContext } from './context.ts';
import { collectSync } from './mesh-sync.ts';
import { noteMissing } from './missing.ts';

const GATEWAY_API = 'gateway.networking.k8s.io';
const ISTIO_NETWORKING = 'networking.istio.io';
const ISTIO_SECURITY = 'security.istio.io';

/** Everything in which a waypoint may be named; kinds that can't be read are noted as gaps. */
export async function waypointObjects(
  context: CommandContext,
  namespace: string | undefined,
): Promise<WaypointObjects & { readonly podsKnown: boolean }> {
  const all = (
    group: string,
    ...plurals: readonly string[]
  ): Promise<(readonly KubeObject[] | undefined)[]> =>
    Promise.all(plurals.map((plural) => known(context, group, plural, namespace)));
  const [[services, pods], entries, [namespaces, gateways], routes, policies] = await Promise.all([
    all('', 'services', 'pods'),
    all(ISTIO_NETWORKING, 'serviceentries', 'workloadentries'),
    // A waypoint of another namespace may be named, and namespaces lie in none.
    Promise.all([known(context, '', 'namespaces'), known(context, GATEWAY_API, 'gateways')]),
    all(GATEWAY_API, 'httproutes', 'grpcroutes', 'tcproutes', 'tlsroutes'),
    all(ISTIO_SECURITY, 'authorizationpolicies', 'requestauthentications'),
  ]);
  return {
    services: services ?? [],
    pods: pods ?? [],
    podsKnown: pods !== undefined,
    namespaces: namespaces ?? [],
    gateways: (gateways ?? []).filter(isWaypoint),
    entries: entries.flatMap((list) => list ?? []),
    routes: routes.flatMap((list) => list ?? []),
    policies: policies.flatMap((list) => list ?? []),
    complete: [services, pods, namespaces, ...entries].every((list) => list !== undefined),
  };
}

/** The objects of a kind; none of a kind that the mesh does not have, and `undefined` where they can't be read. */
async function known(
  context: CommandContext,
  group: string,
  plural: string,
  namespace?: string,
): Promise<readonly KubeObject[] | undefined> {
  const source = await context.source();
  // Who may see one namespace alone is not asked for more; a recording holds all anyway.
  const asked = source.kind === 'cluster' ? namespace : undefined;
  const answer = await source.resources({ group, plural, namespace: asked });
  if (answer.ok) return answer.value;
  const isAbsent = answer.error.code === 'NotFound' && source.kind === 'cluster';
  if (isAbsent) return [];
  noteMissing(context, plural, answer, 'what names a waypoint there stays unknown');
  return undefined;
}

/** The pods of waypoints by `namespace/name` of the waypoint, as Kubernetes, istiod and their Envoys see them. */
export async function waypointPods(
  context: CommandContext,
  waypoints: readonly KubeObject[],
  pods: readonly KubeObject[],
): Promise<ReadonlyMap<string, readonly WaypointPod[]>> {
  const sync = await collectSync(context);
  const rows = proxyStatus({ ...sync, now: context.now() }).rows;
  const found = new Map<string, readonly WaypointPod[]>();
  for (const gateway of waypoints) {
    const { namespace = '', name } = gateway.metadata;
    context.terminal.progress(`asking the pods of waypoint ${name}.${namespace}`);
    const own = pods.filter((pod) => isPodOf(pod, { namespace, name })).flatMap((pod) => proxyPod(pod) ?? []);
    const port = hbonePort(gateway);
    const judged = own.map(async (pod) =>
      waypointPod(pod, rowOf(pod, rows), await listening(context, pod), port),
    );
    found.set(keyOf({ namespace, name }), await Promise.all(judged));
  }
  return found;
}

function isPodOf({ metadata }: KubeObject, { namespace, name }: ObjectName): boolean {
  return (
    metadata.namespace === namespace && metadata.labels?.['gateway.networking.k8s.io/gateway-name'] === name
  );
}

function rowOf({ proxyId }: ProxyPod, rows: readonly ProxyRow[]): ProxyRow | undefined {
  return rows.find((row) => row.proxy === proxyId);
}

async function listening(context: CommandContext, pod: ProxyPod): Promise<Listening> {
  const source = await context.source();
  const page = await source.envoy({ name: pod.name, namespace: pod.namespace }, 'listeners');
  if (!page.ok) return { unknown: page.error.reason };
  try {
    return { ports: listeningPorts(loadJson(page.value, `listeners of ${pod.proxyId}`)) };
  } catch (error) {
    if (error instanceof MeshscopeError) return { unknown: error.message };
    throw error;
  }
}
