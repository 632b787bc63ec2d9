import { type ProxyStatus, type ProxyStatusInputs, proxyStatus } from '../answers/proxy-status.ts';
import type { CommandContext } from './context.ts';
import { filtersFor } from './envoy-filters.ts';
import { collectSync, type MeshSync } from './mesh-sync.ts';
import { wantedNamespace } from './namespaces.ts';
import { ownStates } from './own-states.ts';

/** The state of every proxy, and what istiods and Kubernetes said of them. */
export interface MeshStatus {
  readonly sync: MeshSync;
  readonly status: ProxyStatus;
}

/** Asks istiods and Kubernetes for every proxy's state as of now; where no istiod could be asked, the Envoys themselves. */
export async function meshStatus(
  context: CommandContext,
  /** Compares what istiod means with what each Envoy holds. */
  compare?: (sync: MeshSync) => Promise<Pick<ProxyStatusInputs, 'differences' | 'notCompared'>>,
): Promise<MeshStatus> {
  const sync = await collectSync(context);
  const own = await ownStates(context, sync);
  const isRejected = [...own.values()].some(
    (state) => state.ok && state.types.some(({ status }) => status === 'ERROR'),
  );
  const status = proxyStatus({
    ...sync,
    own,
    ...(isRejected ? await filtersFor(context, true) : {}),
    namespace: wantedNamespace(context),
    now: context.now(),
    revision: context.globals.revision,
    ...(await compare?.(sync)),
  });
  return { sync, status };
}
