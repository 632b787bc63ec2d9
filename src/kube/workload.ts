import type { KubeObject } from './object.ts';

/** The workload that a pod belongs to. */
export interface WorkloadRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The hash that a Deployment puts behind its name for each of its ReplicaSets. */
const REPLICA_SET_HASH = /-[a-z0-9]{5,10}$/;

/** The workload that controls a pod; the Deployment for one of a ReplicaSet, the pod itself for one without owner. */
export function workloadOf(pod: KubeObject): WorkloadRef {
  const { name, namespace = '', ownerReferences = [] } = pod.metadata;
  const owner = ownerReferences.find(({ controller }) => controller === true) ?? ownerReferences[0];
  if (owner === undefined) return { kind: 'Pod', namespace, name };
  if (owner.kind !== 'ReplicaSet') return { kind: owner.kind, namespace, name: owner.name };
  return { kind: 'Deployment', namespace, name: owner.name.replace(REPLICA_SET_HASH, '') };
}
