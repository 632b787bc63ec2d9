import type { KubeObject } from '../kube/object.ts';
import { workloadOf } from '../kube/workload.ts';

/** One pod for each workload: the others are made of the same template, and what is true of one is true of all. */
export function onePodPerWorkload(pods: readonly KubeObject[]): readonly KubeObject[] {
  const seen = new Map<string, KubeObject>();
  for (const pod of pods) {
    const key = `${pod.metadata.namespace ?? ''}/${workloadName(pod)}`;
    if (!seen.has(key)) seen.set(key, pod);
  }
  return [...seen.values()];
}

/** The name of the workload that a pod belongs to; its own for a pod that belongs to none. */
export function workloadName(pod: KubeObject): string {
  return workloadOf(pod)?.name ?? pod.metadata.name;
}
