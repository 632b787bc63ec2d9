import type { KubeObject } from '../kube/object.ts';
import type { Answer, ResourceQuery } from '../sources/source.ts';
import type { SourceError } from '../sources/source-error.ts';
import type { CommandContext } from './context.ts';
import { wantedNamespace } from './namespaces.ts';

/**
 * Objects of a kind from the whole mesh. Under `-n` a live cluster is asked about that namespace (and those in `also`)
 * alone, so that a user of one namespace needs no right in any other; a recording is read whole.
 */
export async function meshResources(
  context: CommandContext,
  query: Omit<ResourceQuery, 'namespace'>,
  also: readonly string[] = [],
  namespace: string | undefined = wantedNamespace(context),
): Promise<Answer<readonly KubeObject[]>> {
  if (namespace === undefined) return (await context.source()).resources(query);
  return resourcesIn(context, query, [namespace, ...also]);
}

/**
 * Objects of a kind that may stand in these namespaces only. A live cluster is asked namespace by namespace; what one
 * of them does not give is missing from the answer. A recording is read whole.
 */
export async function resourcesIn(
  context: CommandContext,
  query: Omit<ResourceQuery, 'namespace'>,
  namespaces: readonly string[],
): Promise<Answer<readonly KubeObject[]>> {
  const source = await context.source();
  if (source.kind !== 'cluster') return source.resources(query);
  const answers = await Promise.all(
    [...new Set(namespaces)].map((namespace) => source.resources({ ...query, namespace })),
  );
  const [failed] = answers;
  if (failed !== undefined && answers.every(({ ok }) => !ok)) return failed;
  const missing = answers.flatMap((answer): readonly SourceError[] =>
    answer.ok ? (answer.missing ?? []) : [answer.error],
  );
  const value = answers.flatMap((answer) => (answer.ok ? answer.value : []));
  return missing.length === 0 ? { ok: true, value } : { ok: true, value, missing };
}
