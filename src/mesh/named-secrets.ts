import type { KubeObject } from '../kube/object.ts';
import { equalitySelector, matchesSelector } from '../kube/selector.ts';
import { asObjects, asString, field } from '../util/json.ts';

/** Label of the Secrets that hold the way to another cluster of the mesh. */
export const REMOTE_LABEL = 'istio/multiCluster';

/** A Secret that something names. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** istiod reads the keys of a server's certificate authority from a Secret of this name, too. */
const CA_SUFFIX = '-cacert';

/**
 * The Secrets that gateways name: those of Istio look in the namespaces of their pods, those of the Gateway API in their
 * own or the one that is written. `gateways` are of both kinds.
 */
export function namedSecrets(
  gateways: readonly KubeObject[],
  pods: readonly KubeObject[],
): readonly SecretName[] {
  const found = new Map<string, SecretName>();
  const add = (namespace: string | undefined, name: string | undefined): void => {
    if (namespace && name) found.set(`${namespace}/${name}`, { namespace, name });
  };
  const namespacesOf = podNamespaces(pods);
  for (const gateway of gateways) {
    const own = gateway.metadata.namespace ?? '';
    for (const server of asObjects(field(gateway, 'spec', 'servers'))) {
      const written = asString(field(server, 'tls', 'credentialName'))?.replace(/^kubernetes:\/\//, '');
      if (!written) continue;
      const [, elsewhere, name = written] =
        /^(?:kubernetes-gateway:\/\/)?([^/]+)\/([^/]+)$/.exec(written) ?? [];
      const places = elsewhere === undefined ? namespacesOf(field(gateway, 'spec', 'selector')) : [elsewhere];
      for (const namespace of places) {
        add(namespace, name);
        add(namespace, `${name}${CA_SUFFIX}`);
      }
    }
    for (const listener of asObjects(field(gateway, 'spec', 'listeners')))
      for (const reference of asObjects(field(listener, 'tls', 'certificateRefs')))
        add(asString(reference['namespace']) ?? own, asString(reference['name']));
  }
  return [...found.values()];
}

/** The namespaces of the pods that a selector of labels selects; each selector is looked for once. */
function podNamespaces(pods: readonly KubeObject[]): (labels: unknown) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (labels) => {
    const key = JSON.stringify(labels ?? {});
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    const selector = equalitySelector(labels);
    const selected =
      selector.length === 0 ? [] : pods.filter((pod) => matchesSelector(selector, pod.metadata.labels));
    const namespaces = [...new Set(selected.map(({ metadata }) => metadata.namespace ?? ''))];
    known.set(key, namespaces);
    return namespaces;
  };
}
