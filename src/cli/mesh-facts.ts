import type { MeshFacts } from '../answers/server-stance.ts';
import type { KubeObject } from '../kube/object.ts';
import type { Answer, ResourceQuery } from '../sources/source.ts';
import type { CommandContext } from './context.ts';
import { meshResources, resourcesIn } from './mesh-resources.ts';
import { lacks, noteMissing } from './missing.ts';
import { rootNamespace } from './root-namespace.ts';

/**
 * Pods, Services and PeerAuthentications of one cluster (of a live one under `-n`: in `namespaces` and that one); `undefined` when the source has no pods or Services. A list
 * of PeerAuthentications with parts missing counts as none: one that is not there could decide.
 */
export async function meshFacts(
  context: CommandContext,
  cluster: string | undefined,
  namespaces: readonly string[] = [],
): Promise<MeshFacts | undefined> {
  const root = await rootNamespace(context);
  const list = (group: string, plural: string, where: readonly string[]): ReturnType<typeof meshResources> =>
    asFarAsAllowed(context, { group, plural, cluster }, where);
  const [pods, services, peers] = await Promise.all([
    list('', 'pods', namespaces),
    list('', 'services', namespaces),
    list('security.istio.io', 'peerauthentications', [...namespaces, root]),
  ]);
  noteForbidden(context, 'pods', pods, 'what stands at an address may stay unknown');
  noteForbidden(context, 'services', services, 'what stands behind a service may stay unknown');
  noteForbidden(context, 'peerauthentications', peers, 'whether servers insist on mTLS may stay unknown');
  if (!pods.ok || !services.ok) return undefined;
  const arePeersWhole = peers.ok && lacks(peers).length === 0;
  return {
    pods: pods.value,
    services: services.value,
    peerAuthentications: arePeersWhole ? peers.value : undefined,
    rootNamespace: root,
  };
}

/** Only a live mesh forbids; what was not recorded, or has no CRD, is nothing to ask for. */
function noteForbidden(
  context: CommandContext,
  what: string,
  answer: Answer<readonly KubeObject[]>,
  consequence: string,
): void {
  if (lacks(answer).some(({ code }) => code === 'Forbidden')) noteMissing(context, what, answer, consequence);
}

/** The whole mesh; for users who may not list that, the namespaces that matter most. */
async function asFarAsAllowed(
  context: CommandContext,
  query: Omit<ResourceQuery, 'namespace'>,
  namespaces: readonly string[],
): Promise<Answer<readonly KubeObject[]>> {
  const all = await meshResources(context, query, namespaces);
  if (all.ok || all.error.code !== 'Forbidden' || namespaces.length === 0) return all;
  return resourcesIn(context, query, namespaces);
}
