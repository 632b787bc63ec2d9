import { notFoundError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import type { CommandContext } from './context.ts';
import { lacks } from './missing.ts';

/** The namespace that `-n` narrows an answer to; `undefined` for all (`-A`, an empty name, or none given). */
export function wantedNamespace(context: CommandContext): string | undefined {
  const { allNamespaces, namespace } = context.globals;
  return allNamespaces || namespace === '' ? undefined : namespace;
}

/**
 * Throws not-found, with the nearest names, when the mesh's namespaces are known and `name` is none of them. For
 * answers that found nothing in it.
 */
export async function requireNamespace(context: CommandContext, name: string): Promise<void> {
  const source = await context.source();
  if (source.kind === 'cluster') {
    // Whether it is there is the business of those who may read it alone; near names are for who may list all.
    const own = await source.resources({ group: '', plural: 'namespaces', name });
    if (!own.ok || own.value.length > 0) return;
  }
  const answer = await source.resources({ group: '', plural: 'namespaces', metadataOnly: true });
  if (!answer.ok || lacks(answer).length > 0) return;
  const names = answer.value.map(({ metadata }) => metadata.name);
  if (names.length === 0 || names.includes(name)) return;
  const near = nearest(name, names);
  throw notFoundError(`there is no namespace "${name}"`, {
    lines: near.length === 0 ? [] : [['near', near.join(', ')]],
  });
}
