import type { KubeObject } from '../kube/object.ts';
import { isWaypoint } from '../mesh/waypoint-binding.ts';
import { toMeshscopeError } from '../sources/source-error.ts';
import type { CommandContext } from './context.ts';
import { notePartial } from './missing.ts';
import { requireNamespace, wantedNamespace } from './namespaces.ts';

/** The Gateways of the mesh that are waypoints, and whether there are other Gateways beside them. */
export interface WaypointGateways {
  readonly waypoints: readonly KubeObject[];
  readonly hasGateways: boolean;
  /** The only namespace that was asked about; all of them when absent. */
  readonly namespace: string | undefined;
}

/**
 * The waypoints in namespace `-n`, or in all of them; `--compat` takes the default namespace instead, as the reference
 * does. A cluster without the Gateway API has none. Throws where Gateways can't be read.
 */
export async function waypointGateways(context: CommandContext): Promise<WaypointGateways> {
  const source = await context.source();
  const { compat, allNamespaces } = context.globals;
  const own = compat && !allNamespaces ? (source.defaultNamespace ?? 'default') : undefined;
  const namespace = wantedNamespace(context) ?? own;
  const answer = await source.resources({
    group: 'gateway.networking.k8s.io',
    plural: 'gateways',
    namespace,
  });
  if (!answer.ok && (answer.error.code !== 'NotFound' || source.kind !== 'cluster'))
    throw toMeshscopeError(answer.error);
  notePartial(context, 'gateways', answer);
  const all = answer.ok ? answer.value : [];
  const gateways = all.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  if (gateways.length === 0 && namespace !== undefined && !compat) await requireNamespace(context, namespace);
  return { waypoints: gateways.filter(isWaypoint), hasGateways: gateways.length > 0, namespace };
}
