import { asString, field } from '../../util/json.ts';
import type { KubeObject } from '../object.ts';
import { hasProxyContainer } from '../proxy-pod.ts';
import { labelOf, REVISION_LABEL } from './hook.ts';
import { injectionTemplate } from './injector-policy.ts';

const STATUS_ANNOTATION = 'sidecar.istio.io/status';

/** What a pod has of a proxy, whatever its labels say now: they may have changed since it was created. */
export interface InjectedPod {
  /** `own`: a proxy that the pod's own template holds, as gateways, waypoints and ztunnel have. */
  readonly proxy: 'injected' | 'own' | 'none';
  /** Revision of the injector, where the pod tells it. */
  readonly revision: string | undefined;
}

/** What was injected into a pod: the injector leaves its status on the pod. */
export function injectedPod(pod: KubeObject): InjectedPod {
  const { annotations } = injectionTemplate(pod);
  const revision = annotations[REVISION_LABEL] ?? statusRevision(annotations[STATUS_ANNOTATION]);
  if (!hasProxyContainer(pod)) return { proxy: 'none', revision: undefined };
  return annotations[STATUS_ANNOTATION] === undefined
    ? { proxy: 'own', revision: revision ?? labelOf(pod, REVISION_LABEL) }
    : { proxy: 'injected', revision: revision ?? labelOf(pod, REVISION_LABEL) };
}

/** `revision` in the JSON of the injector's status annotation. */
export function statusRevision(status: string | undefined): string | undefined {
  try {
    return asString(field(JSON.parse(status ?? '{}'), 'revision'));
  } catch {
    return undefined;
  }
}

/** Whether traffic of the pod goes through the ztunnel of its node, as the CNI has noted on it. */
export function isAmbientPod(pod: KubeObject): boolean {
  return injectionTemplate(pod).annotations['ambient.istio.io/redirection'] === 'enabled';
}

/** Whether a namespace's pods are taken into ambient mode: a label for sidecars goes first. */
export function isAmbientNamespace(labels: Readonly<Record<string, string>>): boolean {
  if (labels['istio-injection'] === 'enabled' || (labels[REVISION_LABEL] ?? '') !== '') return false;
  return labels['istio.io/dataplane-mode'] === 'ambient';
}
