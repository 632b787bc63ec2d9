import type { KubeObject } from '../kube/object.ts';
import type { CommandContext } from './context.ts';
import { meshResources } from './mesh-resources.ts';
import { noteMissing } from './missing.ts';
import { wantedNamespace } from './namespaces.ts';
import { rootNamespace } from './root-namespace.ts';

/** What the cause of a rejected push is looked for in. */
export interface FilterFacts {
  /** Empty unless some push was rejected: only then are they needed. */
  readonly envoyFilters: readonly KubeObject[];
  /** That of the mesh configuration where `envoyFilters` are judged by it; otherwise the control plane's namespace. */
  readonly rootNamespace: string;
}

/** The EnvoyFilters that may be why a push was rejected; none are read when none was. */
export async function filtersFor(
  context: CommandContext,
  isRejected: boolean,
  namespace: string | undefined = wantedNamespace(context),
): Promise<FilterFacts> {
  if (!isRejected) return { envoyFilters: [], rootNamespace: await context.istioNamespace() };
  const root = await rootNamespace(context);
  // Filters of a proxy's own namespace and of the root namespace reach it.
  const query = { group: 'networking.istio.io', plural: 'envoyfilters' };
  const answer = await meshResources(context, query, [root], namespace);
  noteMissing(context, 'envoyfilters', answer, 'which one a rejection comes from may stay unknown');
  return { envoyFilters: answer.ok ? answer.value : [], rootNamespace: root };
}
