import type { ProxyType } from '../../istiod/sync.ts';
import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector, matchesSelector } from '../../kube/selector.ts';
import { asObjects, asString, asStrings, field } from '../../util/json.ts';
import type { WaitKind } from './kinds.ts';

/** What decides whether an object is for a proxy. */
export interface Candidate {
  readonly namespace: string;
  /** Absent when the pod is not known: then no selector rules it out. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly type: ProxyType;
}

/**
 * Why an object is certainly not for a proxy; `undefined` when it may be. What only the rest of the mesh decides
 * (Sidecar resources, whether a host exists) is left to what the proxy received.
 */
export function notForProxy(
  object: KubeObject,
  kind: WaitKind,
  proxy: Candidate,
  rootNamespace: string,
): string | undefined {
  if (proxy.type === 'ztunnel')
    return kind.ztunnelTypes.length === 0 ? `ztunnels get no ${kind.kind}` : undefined;
  const namespace = object.metadata.namespace ?? '';
  if (kind.isWorkloadScoped) {
    if (namespace !== proxy.namespace && namespace !== rootNamespace) return 'another namespace';
    return notSelected(object, proxy);
  }
  if (kind.kind === 'Gateway') {
    if (proxy.type === 'sidecar') return 'a Gateway is not for sidecars';
    return labelsFit(field(object, 'spec', 'selector'), proxy) ? undefined : 'its labels are not selected';
  }
  if (kind.kind === 'VirtualService') {
    const { mesh, gateways } = goalsOf(object);
    if (proxy.type === 'sidecar' && !mesh) return 'it is for gateways only';
    if (proxy.type === 'router' && !gateways) return 'it names no Gateway';
  }
  return isExported(object, proxy) ? undefined : `exportTo keeps it from namespace ${proxy.namespace}`;
}

const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

function notSelected(object: KubeObject, proxy: Candidate): string | undefined {
  const one = field(object, 'spec', 'targetRef');
  const targets = [...asObjects(field(object, 'spec', 'targetRefs')), ...asObjects([one])];
  if (targets.length > 0) {
    if (proxy.type === 'sidecar') return 'its targetRefs name no sidecars';
    const isTarget = targets.some(
      (target) =>
        target['kind'] !== 'Gateway' ||
        proxy.labels === undefined ||
        asString(target['name']) === proxy.labels[GATEWAY_NAME],
    );
    return isTarget ? undefined : 'its targetRefs name another Gateway';
  }
  const labels =
    field(object, 'spec', 'selector', 'matchLabels') ?? field(object, 'spec', 'workloadSelector', 'labels');
  return labelsFit(labels, proxy) ? undefined : 'its labels are not selected';
}

function labelsFit(labels: unknown, proxy: Candidate): boolean {
  return proxy.labels === undefined || matchesSelector(equalitySelector(labels), proxy.labels);
}

/** Without `gateways` a VirtualService is for the mesh alone. */
function goalsOf(object: KubeObject): { readonly mesh: boolean; readonly gateways: boolean } {
  const names = asStrings(field(object, 'spec', 'gateways'));
  return {
    mesh: names.length === 0 || names.includes('mesh'),
    gateways: names.some((name) => name !== 'mesh'),
  };
}

function isExported(object: KubeObject, proxy: Candidate): boolean {
  const exportTo = asStrings(field(object, 'spec', 'exportTo'));
  const own = object.metadata.namespace ?? '';
  return (
    exportTo.length === 0 ||
    exportTo.some((to) => to === '*' || to === proxy.namespace || (to === '.' && own === proxy.namespace))
  );
}
