import type { KubeObject } from './object.ts';

/**
 * A text that is the same for all pods of one workload: its controller, where the ReplicaSets of one Deployment (a
 * rollout in progress has two) count as the same; `undefined` for a pod without a controller.
 */
export function ownerKey(pod: KubeObject): string | undefined {
  const owners = pod.metadata.ownerReferences;
  if (!Array.isArray(owners)) return undefined;
  const owner = owners.find((reference) => reference?.controller === true) ?? owners[0];
  if (owner === undefined || typeof owner?.name !== 'string') return undefined;
  const hash = pod.metadata.labels?.['pod-template-hash'];
  const suffix = typeof hash === 'string' ? `-${hash}` : '';
  const name =
    suffix !== '' && owner.name.endsWith(suffix) ? owner.name.slice(0, -suffix.length) : owner.name;
  return `${pod.metadata.namespace ?? ''}/${owner.kind}/${name}`;
}
