import type { AuthzObjects } from '../answers/authz-drift.ts';
import type { KubeObject } from '../kube/object.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import { proxyPod } from '../kube/proxy-pod.ts';
import type { Answer } from '../sources/source.ts';
import type { CommandContext } from './context.ts';
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
  const list = (group: string, plural: string, cluster: string | undefined) => {
    const key = `${plural} ${cluster ?? ''}`;
    const known = lists.get(key) ?? readList(context, group, plural, cluster);
    lists.set(key, known);
    return known;
  };
  let root: Promise<string> | undefined;
  return async (pod) => {
    if (pod === undefined) return { ok: false, reason: 'a dump from a file says nothing of the cluster' };
    const [policies, pods] = await Promise.all([
      list('security.istio.io', 'authorizationpolicies', pod.cluster),
      list('', 'pods', pod.cluster),
    ]);
    // A policy that an incomplete list lacks must not be called gone.
    const [lack] = [...lacks(policies), ...(pods.ok ? [] : lacks(pods))];
    if (!policies.ok || !pods.ok || lack !== undefined) return { ok: false, reason: lack?.reason ?? '' };
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
    root ??= rootNamespace(context);
    return {
      ok: true,
      policies: policies.value,
      pod: { namespace: pod.namespace, labels: proxy.labels, revision: proxy.revision },
      rootNamespace: await root,
    };
  };
}

async function readList(
  context: CommandContext,
  group: string,
  plural: string,
  cluster: string | undefined,
): Promise<Answer<readonly KubeObject[]>> {
  const source = await context.source();
  const answer = await source.resources({ group, plural, cluster });
  noteMissing(context, plural, answer, 'what the proxy holds is not compared with the cluster');
  return answer;
}
