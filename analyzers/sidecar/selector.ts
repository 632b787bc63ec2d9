import { type AnalysisContext, defineAnalyzer, equalitySelector, field, type KubeObject } from '#analysis';
import { isAmbientNamespace, isRedirected, podShape } from '#mesh/membership';
import { messages } from './messages.ts';

type Context = AnalysisContext<
  'Sidecar' | 'Pod' | 'Namespace',
  typeof messages,
  'IST0101' | 'IST0110' | 'IST0111' | 'IST0167'
>;

/** Sidecars that select nothing, the same pods as others, or workloads without a sidecar. */
export const analyzer = defineAnalyzer({
  name: 'sidecar.SelectorAnalyzer',
  description: 'Checks which workloads Sidecar resources select.',
  inputs: ['Sidecar', 'Pod', 'Namespace'],
  messages,
  codes: ['IST0101', 'IST0110', 'IST0111', 'IST0167'],
  scope: 'mesh',
  analyze: (context) => {
    checkSelected(context);
    const general = context.all('Sidecar').filter((sidecar) => selectorOf(sidecar).length === 0);
    for (const sidecar of general) {
      const { namespace = '' } = sidecar.metadata;
      const resource = { resource: sidecar, path: ['metadata', 'name'] };
      if (isAmbientNamespace(context.get('Namespace', undefined, namespace))) {
        context.report('IST0167', { what: `the workloads of ${namespace}` }, resource);
        continue;
      }
      const same = general.filter((other) => other.metadata.namespace === sidecar.metadata.namespace);
      if (same.length > 1)
        context.report(
          'IST0111',
          { sidecars: namesOf(same) },
          { ...resource, related: without(same, sidecar) },
        );
    }
  },
});

function checkSelected(context: Context): void {
  const byPod = new Map<KubeObject, KubeObject[]>();
  for (const sidecar of context.all('Sidecar')) {
    const selector = selectorOf(sidecar);
    const first = selector.map(({ key }) => key).sort()[0];
    if (first === undefined) continue;
    const pods = context.select('Pod', selector, sidecar.metadata.namespace ?? '');
    const path = ['spec', 'workloadSelector', 'labels', first];
    if (pods.length === 0) {
      const name = selector.map(({ key, values }) => `${key}=${values[0]}`).join(',');
      context.report(
        'IST0101',
        { what: 'workload with the labels', name, near: '' },
        { resource: sidecar, path },
      );
    }
    const redirected = pods.find((pod) => isRedirected(podShape(pod)));
    if (redirected !== undefined)
      context.report('IST0167', { what: `the pod ${redirected.metadata.name}` }, { resource: sidecar, path });
    for (const pod of pods)
      if (!isRedirected(podShape(pod))) byPod.set(pod, [...(byPod.get(pod) ?? []), sidecar]);
  }
  for (const [pod, sidecars] of byPod) {
    if (sidecars.length < 2) continue;
    for (const sidecar of sidecars) {
      const at = { resource: sidecar, path: ['metadata', 'name'], related: without(sidecars, sidecar) };
      context.report('IST0110', { pod: pod.metadata.name, sidecars: namesOf(sidecars) }, at);
    }
  }
}

function selectorOf(sidecar: KubeObject) {
  return equalitySelector(field(sidecar, 'spec', 'workloadSelector', 'labels'));
}

function namesOf(sidecars: readonly KubeObject[]): string {
  return sidecars.map(({ metadata }) => metadata.name).join(', ');
}

function without(sidecars: readonly KubeObject[], one: KubeObject): readonly KubeObject[] {
  return sidecars.filter((sidecar) => sidecar !== one);
}
