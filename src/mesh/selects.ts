import type { KubeObject } from '../kube/object.ts';
import { oldestFirst } from '../kube/oldest-first.ts';
import { equalitySelector, matchesSelector } from '../kube/selector.ts';
import { asObject, asObjects, field } from '../util/json.ts';

/** The pod that objects are looked up for. */
export interface SelectedPod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The labels by which an object picks pods: `selector.matchLabels` (policies), `workloadSelector.labels` (Sidecar,
 * EnvoyFilter) or `.matchLabels`; empty for all pods of its namespace.
 */
export function workloadLabels(object: KubeObject): Readonly<Record<string, unknown>> {
  return (
    asObject(field(object, 'spec', 'selector', 'matchLabels')) ??
    asObject(field(object, 'spec', 'workloadSelector', 'labels')) ??
    asObject(field(object, 'spec', 'workloadSelector', 'matchLabels')) ??
    {}
  );
}

/** Whether an object names what it applies to instead of selecting pods: then it applies to no sidecar. */
export function hasTargetRefs(object: KubeObject): boolean {
  return (
    asObject(field(object, 'spec', 'targetRef')) !== undefined ||
    asObjects(field(object, 'spec', 'targetRefs')).length > 0
  );
}

/**
 * The objects that apply to a pod with a sidecar by namespace and labels: those of its own namespace, and those of the
 * root namespace. Source: spec of dependencies §2 and §3.
 */
export function objectsSelecting(
  objects: readonly KubeObject[],
  pod: SelectedPod,
  rootNamespace: string,
): readonly KubeObject[] {
  return objects.filter((object) => {
    const namespace = object.metadata.namespace ?? '';
    if (namespace !== pod.namespace && namespace !== rootNamespace) return false;
    return !hasTargetRefs(object) && matchesSelector(equalitySelector(workloadLabels(object)), pod.labels);
  });
}

/**
 * The Sidecar in force for a pod: one that selects it, else the oldest without selector of its namespace, else that of
 * the root namespace. Source: spec of dependencies §2.
 */
export function sidecarFor(
  sidecars: readonly KubeObject[],
  pod: SelectedPod,
  rootNamespace: string,
): KubeObject | undefined {
  const within = (namespace: string) =>
    oldestFirst(sidecars.filter((one) => (one.metadata.namespace ?? '') === namespace));
  const own = within(pod.namespace);
  const isGeneral = (one: KubeObject) => Object.keys(workloadLabels(one)).length === 0;
  const selecting = own.find(
    (one) => !isGeneral(one) && matchesSelector(equalitySelector(workloadLabels(one)), pod.labels),
  );
  return selecting ?? own.find(isGeneral) ?? within(rootNamespace).find(isGeneral);
}

/** Whether an AuthorizationPolicy is tried out alone: it is counted, and never decides. */
export function isDryRun(policy: KubeObject): boolean {
  return policy.metadata.annotations?.['istio.io/dry-run'] === 'true';
}
