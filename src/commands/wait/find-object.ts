import type { CommandContext } from '../../cli/context.ts';
import { lacks } from '../../cli/missing.ts';
import type { KubeObject } from '../../kube/object.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import { type MeshscopeError, notFoundError, usageError } from '../../util/errors.ts';
import { nearest } from '../../util/text.ts';
import type { NamedObject } from './arguments.ts';

/** The object, or why there is none; `namespace` is where it is looked for. */
export type FoundObject =
  | { readonly object: KubeObject; readonly namespace: string }
  | { readonly object: undefined; readonly namespace: string; readonly error: MeshscopeError };

/** Looks the object up; where its name has no namespace in that of `-n`, of the kubeconfig, or the only one. */
export async function findObject(context: CommandContext, wanted: NamedObject): Promise<FoundObject> {
  const source = await context.source();
  const { kind, name } = wanted;
  const fixed = wanted.namespace ?? (context.globals.namespace || source.defaultNamespace);
  const query = { group: kind.group, plural: kind.plural };
  const answer = await source.resources(
    source.kind === 'cluster' && fixed !== undefined ? { ...query, namespace: fixed } : query,
  );
  if (!answer.ok) throw toMeshscopeError(answer.error);
  const named = answer.value.filter(({ metadata }) => metadata.name === name);
  const found = fixed === undefined ? named : named.filter(({ metadata }) => metadata.namespace === fixed);
  const preferred = found.find(({ metadata }) => metadata.namespace === 'default') ?? found[0];
  if (preferred !== undefined && (found.length === 1 || preferred.metadata.namespace === 'default')) {
    return { object: preferred, namespace: preferred.metadata.namespace ?? '' };
  }
  const qualified = (one: KubeObject): string => `${one.metadata.name}.${one.metadata.namespace ?? ''}`;
  if (preferred !== undefined) {
    throw usageError(`"${name}" names ${found.length} objects`, {
      lines: [['which', found.map(qualified).join(', ')]],
    });
  }
  const near =
    named.length > 0
      ? named
      : answer.value.filter(({ metadata }) => nearest(name, [metadata.name]).length > 0);
  const where = fixed === undefined ? '' : ` in namespace ${fixed}`;
  const error = notFoundError(`no ${kind.kind} "${name}"${where}`, {
    lines: [
      ...lacks(answer).map(({ reason }) => ['but', `not all of them are known: ${reason}`] as const),
      ...(near.length > 0 ? [['near', near.slice(0, 3).map(qualified).join(', ')] as const] : []),
    ],
  });
  return { object: undefined, namespace: fixed ?? 'default', error };
}
