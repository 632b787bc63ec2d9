import type { KubeObject } from '../kube/object.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import type { IstiodReply } from '../sources/source.ts';
import { notFoundError } from '../util/errors.ts';
import { compareText, nearest } from '../util/text.ts';
import type { CommandContext } from './context.ts';

/**
 * The replies of the istiods in the namespace that `-i` names. A live source asks no others; a recording may hold
 * istiods of several namespaces. Throws not-found when it has some, but none in that namespace. `--compat` takes all.
 */
export async function inIstioNamespace(
  context: CommandContext,
  replies: readonly IstiodReply[],
): Promise<readonly IstiodReply[]> {
  const { istioNamespace: wanted, compat } = context.globals;
  if (!wanted || compat || (await context.source()).kind === 'cluster') return replies;
  const chosen = replies.filter(({ istiod }) => istiod.namespace === wanted);
  if (chosen.length > 0 || replies.length === 0) return chosen;
  const others = [...new Set(replies.map(({ istiod }) => istiod.namespace))].sort(compareText);
  const near = nearest(wanted, others);
  throw notFoundError(`no istiod in namespace ${wanted}`, {
    lines: [near.length > 0 ? ['near', near.join(', ')] : ['here', others.join(', ')]],
    hint: `-i ${near[0] ?? others[0] ?? ''} names it`,
  });
}

const ISTIOD_LABELS: readonly string[] = ['istiod', 'istio-pilot'];

/** Why nobody could be asked: there is no istiod, or none of the revision `-r`; then those that are here are named. */
export function noIstiodText(
  context: CommandContext,
  pods: readonly KubeObject[],
  known: readonly PodRef[],
): string {
  const { revision } = context.globals;
  if (revision === undefined) return 'no istiod is in this source';
  const names = new Set(known.map(({ name, namespace }) => `${namespace}/${name}`));
  const istiods = pods.filter(
    ({ metadata }) =>
      names.has(`${metadata.namespace}/${metadata.name}`) ||
      ISTIOD_LABELS.includes(String(metadata.labels?.['app'])),
  );
  const revisions = new Set(istiods.map(({ metadata }) => metadata.labels?.['istio.io/rev'] ?? 'default'));
  const here = revisions.size === 0 ? '' : `; here: ${[...revisions].sort(compareText).join(', ')}`;
  return `no istiod of revision ${revision}${here}`;
}
