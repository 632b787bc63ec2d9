import type { MeshFacts } from '../answers/server-stance.ts';
import type { CommandContext } from './context.ts';
import { meshResources } from './mesh-resources.ts';
import { lacks } from './missing.ts';
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
  const [pods, services, peers] = await Promise.all([
    meshResources(context, { group: '', plural: 'pods', cluster }, namespaces),
    meshResources(context, { group: '', plural: 'services', cluster }, namespaces),
    meshResources(context, { group: 'security.istio.io', plural: 'peerauthentications', cluster }, [
      ...namespaces,
      root,
    ]),
  ]);
  if (!pods.ok || !services.ok) return undefined;
  const arePeersWhole = peers.ok && lacks(peers).length === 0;
  return {
    pods: pods.value,
    services: services.value,
    peerAuthentications: arePeersWhole ? peers.value : undefined,
    rootNamespace: root,
  };
}
