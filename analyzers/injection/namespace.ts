import { type AnalysisContext, asBoolean, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { hasSidecar, podShape } from '#mesh/membership';
import { messages } from './messages.ts';

type Context = AnalysisContext<
  'Namespace' | 'Pod' | 'ConfigMap',
  typeof messages,
  'IST0102' | 'IST0103' | 'IST0123' | 'IST0148'
>;

const INJECTION = 'istio-injection';
const REVISION = 'istio.io/rev';
const DATAPLANE = 'istio.io/dataplane-mode';
const CONTROL_PLANE = 'istio-system';
const INJECTOR = /^istio-sidecar-injector(-|$)/;

/** Namespaces that do not say clearly whether their pods are in the mesh, and pods that should be and are not. */
export const analyzer = defineAnalyzer({
  name: 'injection.NamespaceAnalyzer',
  referenceName: 'injection.Analyzer',
  description: 'Checks that namespaces say whether their pods get a sidecar, and that the pods have it.',
  inputs: ['Namespace', 'Pod', 'ConfigMap'],
  messages,
  codes: ['IST0102', 'IST0103', 'IST0123', 'IST0148'],
  scope: 'mesh',
  analyze: (context) => {
    const byDefault = context.all('ConfigMap').some(isInjectingByDefault);
    for (const namespace of context.all('Namespace')) {
      if (namespace.metadata.name === CONTROL_PLANE) continue;
      checkLabels(context, namespace, byDefault);
      if (namespace.metadata.labels?.[INJECTION] !== 'enabled') continue;
      for (const pod of context.inNamespace('Pod', namespace.metadata.name))
        if (lacksSidecar(pod))
          context.report('IST0103', {}, { resource: pod, path: ['metadata', 'name'], related: [namespace] });
    }
  },
});

function checkLabels(context: Context, namespace: KubeObject, byDefault: boolean): void {
  const labels = namespace.metadata.labels ?? {};
  const injection = labels[INJECTION];
  const others = injection === undefined || injection === 'enabled' ? [REVISION, DATAPLANE] : [];
  const given = [INJECTION, ...others].filter((label) => labels[label] !== undefined);
  const at = { resource: namespace, path: ['metadata', 'name'] };
  if (given.length > 1) {
    const text = given.map((label) => `${label}=${labels[label]}`).join(', ');
    context.report('IST0123', { labels: text }, { ...at, path: ['metadata', 'labels', given[0] ?? ''] });
    return;
  }
  if (labels[DATAPLANE] === 'ambient' || injection || labels[REVISION] !== undefined) return;
  context.report(byDefault ? 'IST0148' : 'IST0102', {}, at);
}

function isInjectingByDefault(map: KubeObject): boolean {
  if (!INJECTOR.test(map.metadata.name)) return false;
  try {
    const values: unknown = JSON.parse(asString(field(map, 'data', 'values')) ?? '{}');
    return asBoolean(field(values, 'sidecarInjectorWebhook', 'enableNamespacesByDefault')) === true;
  } catch {
    return false;
  }
}

function lacksSidecar(pod: KubeObject): boolean {
  const { labels, annotations } = pod.metadata;
  const own = labels?.['sidecar.istio.io/inject'] ?? annotations?.['sidecar.istio.io/inject'];
  if (own?.toLowerCase() === 'false' || field(pod, 'spec', 'hostNetwork') === true) return false;
  return !hasSidecar(podShape(pod));
}
