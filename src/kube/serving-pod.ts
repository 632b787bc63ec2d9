import { asObjects, asString, field } from '../util/json.ts';
import type { KubeObject } from './object.ts';
import { comparePodsForPicking, podPhase, readySince } from './pod.ts';

/** How far a pod can be asked something: it is `ready`, it runs at least, or it does not (or is going away). */
export type Serving = 'ready' | 'running' | 'down';

/** Whether a server in the pod can be asked. */
export function servingState(pod: KubeObject): Serving {
  if (podPhase(pod) !== 'Running' || pod.metadata['deletionTimestamp'] !== undefined) return 'down';
  return readySince(pod) === undefined ? 'running' : 'ready';
}

/** The pods that run, those that are ready first. */
export function runningPods(pods: readonly KubeObject[]): KubeObject[] {
  return pods.filter((pod) => servingState(pod) !== 'down').sort(comparePodsForPicking);
}

/** Why a pod does not run, in a few words: `Terminating`, `CrashLoopBackOff`, `Pending` … */
export function downReason(pod: KubeObject): string {
  if (pod.metadata['deletionTimestamp'] !== undefined) return 'Terminating';
  const waiting = ['initContainerStatuses', 'containerStatuses']
    .flatMap((key) => asObjects(field(pod, 'status', key)))
    .map((status) => asString(field(status, 'state', 'waiting', 'reason')))
    .find((reason) => reason !== undefined && reason !== 'PodInitializing' && reason !== 'ContainerCreating');
  return waiting ?? asString(field(pod, 'status', 'reason')) ?? podPhase(pod);
}
