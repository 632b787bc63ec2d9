import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { ownerKey } from '../kube/replicas.ts';
import type { CommandContext } from './context.ts';
import type { EnvoyInput } from './envoy-input.ts';
import { noteMissing } from './missing.ts';
import { proxiesBySelector, resolveProxies, resolveProxy } from './proxy-argument.ts';

/** The pods that the arguments name: by selector, by name, or all replicas of a workload; never empty. */
export async function targetPods(input: EnvoyInput, context: CommandContext): Promise<readonly PodRef[]> {
  const { selector, allReplicas } = input.options;
  if (selector !== undefined) return proxiesBySelector(context, selector);
  const argument = input.args[0] ?? '';
  if (!allReplicas) return [await resolveProxy(context, argument)];
  const pods = await resolveProxies(context, argument);
  const [only] = pods;
  return pods.length === 1 && only ? replicasOf(only, context) : pods;
}

/** The pods of the same workload as `pod`; only itself where the source has no pods to look at. */
async function replicasOf(pod: PodRef, context: CommandContext): Promise<readonly PodRef[]> {
  const source = await context.source();
  const answer = await source.resources({ group: '', plural: 'pods', namespace: pod.namespace });
  noteMissing(context, `replicas of ${proxyId(pod)}`, answer);
  if (!answer.ok) return [pod];
  const self = answer.value.find((object) => object.metadata.name === pod.name);
  const owner = self && ownerKey(self);
  if (owner === undefined) return [pod];
  return answer.value
    .filter((object) => ownerKey(object) === owner)
    .map((object) => ({ ...pod, name: object.metadata.name }));
}
