import type { Candidate } from '../../answers/distribution/selects.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { MeshSync } from '../../cli/mesh-sync.ts';
import { wantedNamespace } from '../../cli/namespaces.ts';
import { mergeSync, type ProxySync } from '../../istiod/sync.ts';
import { matchesSelector, parseSelector } from '../../kube/selector.ts';
import { notFoundError, usageError } from '../../util/errors.ts';

/** A proxy that the question is about. */
export interface ChosenProxy extends Candidate {
  /** `<pod>.<namespace>`. */
  readonly id: string;
  readonly cluster: string | undefined;
  readonly sync: ProxySync | undefined;
}

/**
 * The proxies that istiods know or that pods should hold: of namespace `-n`, and with the labels of `selector`. Throws
 * not-found when there are none.
 */
export async function chosenProxies(
  context: CommandContext,
  sync: MeshSync,
  selector: string | undefined,
): Promise<readonly ChosenProxy[]> {
  const labels = selector === undefined ? [] : parseSelector(selector);
  if (labels === undefined) {
    throw usageError(`"${selector}" is not a label selector`, { hint: 'write it as app=cart' });
  }
  const namespace = wantedNamespace(context);
  const all = allProxies(sync).filter((proxy) => namespace === undefined || proxy.namespace === namespace);
  const chosen = all.filter((proxy) => selector === undefined || matchesSelector(labels, proxy.labels ?? {}));
  if (chosen.length > 0) return chosen;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  const which = selector === undefined ? '' : ` with the labels ${selector}`;
  throw notFoundError(`no proxy${which}${where} is known`, {
    hint: 'meshscope proxy-status --all lists them',
  });
}

function allProxies(sync: MeshSync): ChosenProxy[] {
  const connected = mergeSync(sync.istiods.flatMap((istiod) => istiod.sync ?? []));
  const pods = new Map((sync.pods ?? []).map(({ cluster, pod }) => [`${cluster}/${pod.proxyId}`, pod]));
  const proxies = connected.map((proxy): ChosenProxy => {
    const pod = pods.get(`${proxy.cluster}/${proxy.proxyId}`);
    pods.delete(`${proxy.cluster}/${proxy.proxyId}`);
    const { proxyId: id, cluster, namespace } = proxy;
    return { id, cluster, namespace, labels: pod?.labels, type: pod?.type ?? proxy.type, sync: proxy };
  });
  for (const [key, { proxyId: id, namespace, labels, type, phase }] of pods) {
    // A pod that does not run yet has nothing to be waited for.
    if (phase !== 'Running') continue;
    const cluster = key.slice(0, key.indexOf('/')) || undefined;
    proxies.push({ id, cluster, namespace, labels, type, sync: undefined });
  }
  return proxies;
}
