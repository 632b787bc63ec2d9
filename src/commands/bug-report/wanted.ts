import { podRef } from '../../kube/pod.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { Answer } from '../../sources/source.ts';
import { loadJson } from '../../util/load-json.ts';
import type { CollectFacts } from './facts.ts';
import { focusPods, focusProxies } from './focus.ts';
import { type Selector, selectsPod } from './selection.ts';

/** Whose pages and logs are wanted. The control plane always is. */
export interface Wanted {
  readonly includes: readonly Selector[];
  readonly excludes: readonly Selector[];
  /** `-n`: proxies of this namespace. */
  readonly namespace: string | undefined;
  /** `--for`: a workload and what it depends on. */
  readonly focus: string | undefined;
}

/** Tells by its ID whether a proxy is wanted. `clusters` is asked of the Envoys of `--for`. Throws exit 66. */
export async function wantedProxies(
  { includes, excludes, namespace, focus }: Wanted,
  facts: Pick<CollectFacts, 'pods' | 'proxies'>,
  clusters: (pod: PodRef) => Promise<Answer<Uint8Array>> | undefined,
): Promise<(id: string) => boolean> {
  if (focus !== undefined) {
    const own = focusPods(focus, facts.pods, namespace);
    const known = new Map(facts.proxies.map(({ pod, kind }) => [proxyId(pod), { pod, kind }]));
    const pages: unknown[] = [];
    for (const pod of own) {
      const proxy = known.get(proxyId(podRef(pod)));
      const answer = proxy?.kind === 'envoy' ? await clusters(proxy.pod) : undefined;
      if (answer?.ok) pages.push(parsed(answer.value));
    }
    const ids = focusProxies(own, facts.pods, pages);
    return (id) => ids.has(id);
  }
  const pods = new Map(facts.pods.map((pod) => [proxyId(podRef(pod)), pod]));
  return (id) => {
    const pod = pods.get(id);
    if (namespace !== undefined && !id.endsWith(`.${namespace}`)) return false;
    // A recording may hold pages of a pod that was gone when pods were listed.
    return pod === undefined ? includes.length === 0 : selectsPod(pod, 'istio-proxy', includes, excludes);
  };
}

function parsed(page: Uint8Array): unknown {
  try {
    return loadJson(page, 'clusters');
  } catch {
    return undefined;
  }
}
