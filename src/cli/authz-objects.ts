import type { AuthzObjects } from '../answers/authz-drift.ts';
import type { KubeObject } from '../kube/object.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import { proxyPod } from '../kube/proxy-pod.ts';
import type { Answer, ResourceQuery } from '../sources/source.ts';
import type { CommandContext } from './context.ts';
import { resourcesIn } from './mesh-resources.ts';
import { lacks, noteMissing } from './missing.ts';
import { rootNamespace } from './root-namespace.ts';

/** Reads what a proxy's policies are compared with; `undefined` as pod stands for a dump read from a file. */
export type AuthzObjectsReader = (pod: PodRef | undefined) => Promise<AuthzObjects>;

/**
 * A reader of the AuthorizationPolicies and pods of the source, each asked for once a cluster. What can't be read is
 * noted as a gap once, and the comparison is left out.
 */
export function authzObjectsReader(context: CommandContext): AuthzObjectsReader {
  const lists = new Map<string, Promise<Answer<readonly KubeObject[]>>>();
  const list = (
    group: string,
    plural: string,
    cluster: string | undefined,
    namespaces: readonly string[],
  ) => {
    const key = `${plural} ${cluster ?? ''} ${namespaces.join(' ')}`;
    const known = lists.get(key) ?? readList(context, { group, plural, cluster }, namespaces);
    lists.set(key, known);
    return known;
  };
  let root: Promise<string> | undefined;
  return async (pod) => {
    if (pod === undefined) return { ok: false, reason: 'a dump from a file says nothing of the cluster' };
    root ??= rootNamespace(context);
    // No other namespace has a say in what a proxy enforces.
    const [own, ofMesh, pods] = await Promise.all([
      list('security.istio.io', 'authorizationpolicies', pod.cluster, [pod.namespace]),
      list('security.istio.io', 'authorizationpolicies', pod.cluster, [await root]),
      list('', 'pods', pod.cluster, [pod.namespace]),
    ]);
    // A policy that an incomplete list lacks must not be called gone.
    const [lack] = [...lacks(own), ...(pods.ok ? [] : lacks(pods))];
    if (!own.ok || !pods.ok || lack !== undefined) return { ok: false, reason: lack?.reason ?? '' };
    const whole = lacks(ofMesh).length === 0;
    const policies = uniqueObjects([...own.value, ...(ofMesh.ok ? ofMesh.value : [])]);
    const object = pods.value.find(
      ({ metadata }) => metadata.name === pod.name && metadata.namespace === pod.namespace,
    );
    const proxy = object && proxyPod(object);
    if (proxy === undefined) {
      return {
        ok: false,
        reason: `no running pod ${pod.name} with a proxy is in namespace ${pod.namespace}`,
      };
    }
    return {
      ok: true,
      policies,
      pod: { namespace: pod.namespace, labels: proxy.labels, revision: proxy.revision },
      rootNamespace: await root,
      unread: whole ? [] : [await root],
    };
  };
}

async function readList(
  context: CommandContext,
  query: Omit<ResourceQuery, 'namespace'>,
  namespaces: readonly string[],
): Promise<Answer<readonly KubeObject[]>> {
  const { kind } = await context.source();
  const answer = await resourcesIn(context, query, namespaces);
  // A recording is one list of all namespaces.
  const where = kind === 'cluster' ? ` in ${namespaces.join(', ')}` : '';
  const consequence = `what the proxy holds is not compared with ${kind === 'cluster' ? 'these' : 'the cluster'}`;
  noteMissing(context, `${query.plural}${where}`, answer, consequence);
  return answer;
}

function uniqueObjects(objects: readonly KubeObject[]): readonly KubeObject[] {
  return [...new Map(objects.map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one])).values()];
}
