import { asNumber, asObjects, asString, field } from '../util/json.ts';
import type { KubeObject } from './object.ts';
import type { PodRef } from './pod-ref.ts';

/** The pod that an object of kind Pod is. */
export function podRef(pod: KubeObject): PodRef {
  return { name: pod.metadata.name, namespace: pod.metadata.namespace ?? '' };
}

/** `status.phase` of a pod: `Running`, `Pending` …; `Unknown` when it is not there. */
export function podPhase(pod: KubeObject): string {
  return asString(field(pod, 'status', 'phase')) ?? 'Unknown';
}

/** When the pod became ready (ms since the epoch), or `undefined` while it is not. */
export function readySince(pod: KubeObject): number | undefined {
  const ready = asObjects(field(pod, 'status', 'conditions')).find(
    (condition) => condition['type'] === 'Ready',
  );
  if (ready?.['status'] !== 'True') return undefined;
  const since = Date.parse(asString(ready['lastTransitionTime']) ?? '');
  return Number.isNaN(since) ? 0 : since;
}

/**
 * Orders pods so that the first is the one to ask: scheduled, running, ready, ready for longest, fewest restarts,
 * oldest (the order in which kubectl picks a pod for logs).
 */
export function comparePodsForPicking(a: KubeObject, b: KubeObject): number {
  return (
    Number(isScheduled(b)) - Number(isScheduled(a)) ||
    phaseRank(podPhase(a)) - phaseRank(podPhase(b)) ||
    Number(readySince(b) !== undefined) - Number(readySince(a) !== undefined) ||
    (readySince(a) ?? 0) - (readySince(b) ?? 0) ||
    restarts(a) - restarts(b) ||
    created(a) - created(b)
  );
}

function isScheduled(pod: KubeObject): boolean {
  return (asString(field(pod, 'spec', 'nodeName')) ?? '') !== '';
}

function phaseRank(phase: string): number {
  return phase === 'Running' ? 0 : phase === 'Unknown' ? 1 : 2;
}

function restarts(pod: KubeObject): number {
  const counts = asObjects(field(pod, 'status', 'containerStatuses')).map(
    (one) => asNumber(one['restartCount']) ?? 0,
  );
  return Math.max(0, ...counts);
}

function created(pod: KubeObject): number {
  const time = Date.parse(pod.metadata.creationTimestamp ?? '');
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time;
}
