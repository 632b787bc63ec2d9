import { diffProxies, type ProxiesDiff } from '../../answers/mesh-diff/proxies.ts';
import type { ProxyPair, ProxySide } from '../../answers/mesh-diff/proxy-pairs.ts';
import { type ProxyStatus, proxyStatus } from '../../answers/proxy-status.ts';
import { proxyId } from '../../kube/pod-ref.ts';
import { podRunner } from '../../kube/workload.ts';
import { filtersFor } from '../envoy-filters.ts';
import { collectSync } from '../mesh-sync.ts';
import { wantedNamespace } from '../namespaces.ts';
import { ownStates } from '../own-states.ts';
import type { DiffSide, DiffSides } from './sides.ts';

/** The proxies of both sides, their states, and which of them belong together. */
export interface ReadProxies {
  readonly left: ProxyStatus;
  readonly right: ProxyStatus;
  readonly diff: ProxiesDiff;
  readonly pairs: readonly ProxyPair[];
}

/** Finds out the state of all proxies on both sides as `proxy-status` does, and compares them. */
export async function readProxiesDiff({ left, right }: DiffSides): Promise<ReadProxies> {
  const [before, after] = [await stateOf(left), await stateOf(right)];
  const compared = diffProxies(await sideOf(left, before), await sideOf(right, after));
  return { left: before, right: after, ...compared };
}

async function stateOf({ context }: DiffSide): Promise<ProxyStatus> {
  const sync = await collectSync(context);
  const own = await ownStates(context, sync);
  const isRejected = [...own.values()].some(
    (state) => state.ok && state.types.some(({ status }) => status === 'ERROR'),
  );
  return proxyStatus({
    ...sync,
    own,
    ...(isRejected ? await filtersFor(context, true) : {}),
    namespace: wantedNamespace(context),
    now: context.now(),
    revision: context.globals.revision,
  });
}

async function sideOf({ source }: DiffSide, { rows, podsKnown }: ProxyStatus): Promise<ProxySide> {
  const pods = await source.resources({ group: '', plural: 'pods' });
  const workloads = new Map(
    (pods.ok ? pods.value : []).map((pod) => {
      const { name, namespace = '' } = pod.metadata;
      const runner = podRunner(pod);
      return [proxyId({ name, namespace }), `${runner.namespace}/${runner.name}`];
    }),
  );
  return { rows, isWhole: podsKnown, workloadOf: ({ proxy }) => workloads.get(proxy) };
}
