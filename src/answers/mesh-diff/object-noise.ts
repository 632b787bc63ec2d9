// Data table: what changes in an object although nobody changed it.

/** Fields of `metadata` that the API server keeps for itself, or that only say that an object is another one. */
const METADATA: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
]);

/** Annotations that say how an object was written, or who of several may write it. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'control-plane.alpha.kubernetes.io/leader',
  'endpoints.kubernetes.io/last-change-trigger-time',
  'deployment.kubernetes.io/revision',
]);

/** Fields anywhere below `status` that are times, or that go with a restart that is told of beside them. */
const STATUS: ReadonlySet<string> = new Set([
  'lastHeartbeatTime',
  'lastTransitionTime',
  'lastProbeTime',
  'lastUpdateTime',
  'lastScheduleTime',
  'lastSuccessfulTime',
  'observedGeneration',
  'startedAt',
  'finishedAt',
  'startTime',
  'containerID',
]);

/** What a node says of images and volumes that happen to be on it. */
const NODE_STATUS: ReadonlySet<string> = new Set(['images', 'volumesInUse', 'volumesAttached']);

/** Kinds that are heartbeats or notes of what happened: they differ at any two moments. */
const KINDS: ReadonlySet<string> = new Set([
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'leasecandidates.coordination.k8s.io',
]);

/** Whether a kind (`plural` or `plural.group`) is left out of comparisons. */
export function isNoiseKind(name: string): boolean {
  return KINDS.has(name);
}

/** Whether a field is no difference; `parents` are the names of the fields above it, from the top. */
export function isNoise(parents: readonly (string | number)[], name: string): boolean {
  const [top, second] = parents;
  if (top === undefined) return name === 'apiVersion';
  if (top === 'status') return STATUS.has(name) || (parents.length === 1 && NODE_STATUS.has(name));
  if (top !== 'metadata') return false;
  if (second === undefined) return METADATA.has(name);
  return second === 'annotations' ? ANNOTATIONS.has(name) : second === 'ownerReferences' && name === 'uid';
}
