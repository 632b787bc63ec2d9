import { compareText, nearest } from '../util/text.ts';
import type { CommandContext } from './context.ts';
import { requireNamespace } from './namespaces.ts';

/**
 * For an empty answer to a question about one namespace: throws not-found where the mesh has no such namespace, and
 * notes the nearest names where only a dump is known, which has none. `--compat` says nothing.
 */
export async function explainEmpty(
  context: CommandContext,
  namespace: string | undefined,
  known: readonly { readonly namespace: string }[],
  fromFile: boolean,
): Promise<void> {
  if (namespace === undefined || context.globals.compat) return;
  const names = [...new Set(known.map((one) => one.namespace))].sort(compareText);
  if (names.some((name) => name.toLowerCase() === namespace.toLowerCase())) return;
  if (!fromFile) return requireNamespace(context, namespace);
  const near = nearest(namespace, names);
  const here = near.length > 0 ? `near: ${near.join(', ')}` : `here: ${names.slice(0, 8).join(', ')}`;
  await context.terminal.note(`the dump holds nothing of namespace ${namespace}; ${here}`);
}
