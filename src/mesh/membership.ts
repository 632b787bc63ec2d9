import type { KubeObject } from '../kube/object.ts';
import { asArray, asObject, asString, field } from '../util/json.ts';

const INJECT = 'sidecar.istio.io/inject';
const REDIRECTION = 'ambient.istio.io/redirection';

/** What tells whether a pod carries a sidecar: a Pod, or the template of a workload. */
export interface PodShape {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly spec: unknown;
}

/** The shape of a Pod. */
export function podShape(pod: KubeObject): PodShape {
  return { labels: pod.metadata.labels, annotations: pod.metadata.annotations, spec: pod['spec'] };
}

/** The shape of the pods that a Deployment (or another workload with `spec.template`) makes. */
export function templateShape(workload: KubeObject): PodShape {
  const metadata = field(workload, 'spec', 'template', 'metadata');
  return {
    labels: texts(field(metadata, 'labels')),
    annotations: texts(field(metadata, 'annotations')),
    spec: field(workload, 'spec', 'template', 'spec'),
  };
}

/** Whether a container (or init container) of the pod is the sidecar. */
export function hasSidecar({ spec }: PodShape): boolean {
  return [...asArray(field(spec, 'containers')), ...asArray(field(spec, 'initContainers'))].some(
    (container) =>
      field(container, 'name') === 'istio-proxy' && (asString(field(container, 'image')) ?? '') !== '',
  );
}

/**
 * Whether a pod takes part in the mesh by a sidecar: it has one, or it will be given one. The pod's own label decides,
 * then its annotation, then the namespace.
 */
export function isInjected(shape: PodShape, namespace: KubeObject | undefined): boolean {
  if (hasSidecar(shape)) return true;
  const own = shape.labels?.[INJECT] ?? shape.annotations?.[INJECT];
  if (own !== undefined) return own === 'true';
  return namespace?.metadata.labels?.['istio-injection'] === 'enabled';
}

/** Whether a pod's traffic is redirected to the ztunnel of its node. */
export function isRedirected({ annotations }: PodShape): boolean {
  return annotations?.[REDIRECTION] === 'enabled';
}

/** Whether a pod takes part in the mesh, by a sidecar or in ambient mode. */
export function isInMesh(shape: PodShape, namespace: KubeObject | undefined): boolean {
  return isInjected(shape, namespace) || isRedirected(shape);
}

/** Whether a namespace is in ambient mode: labelled so, and not for sidecars as well. */
export function isAmbientNamespace(namespace: KubeObject | undefined): boolean {
  const labels = namespace?.metadata.labels ?? {};
  return (
    labels['istio.io/dataplane-mode'] === 'ambient' &&
    labels['istio-injection'] !== 'enabled' &&
    !labels['istio.io/rev']
  );
}

function texts(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value) ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
