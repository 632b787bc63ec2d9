import type { MeshFacts } from '../answers/server-stance.ts';
import type { CommandContext } from './context.ts';
import { lacks } from './missing.ts';
import { rootNamespace } from './root-namespace.ts';

/**
 * Pods, Services and PeerAuthentications of one cluster; `undefined` when the source has no pods or Services. A list
 * of PeerAuthentications with parts missing counts as none: one that is not there could decide.
 */
export async function meshFacts(
  context: CommandContext,
  cluster: string | undefined,
): Promise<MeshFacts | undefined> {
  const source = await context.source();
  const [pods, services, peers] = await Promise.all([
    source.resources({ group: '', plural: 'pods', cluster }),
    source.resources({ group: '', plural: 'services', cluster }),
    source.resources({ group: 'security.istio.io', plural: 'peerauthentications', cluster }),
  ]);
  if (!pods.ok || !services.ok) return undefined;
  const arePeersWhole = peers.ok && lacks(peers).length === 0;
  return {
    pods: pods.value,
    services: services.value,
    peerAuthentications: arePeersWhole ? peers.value : undefined,
    rootNamespace: await rootNamespace(context),
  };
}
