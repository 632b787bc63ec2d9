import { defineAnalyzer, type KubeObject } from '#analysis';
import { IGNORED_ANNOTATIONS, ISTIO_ANNOTATIONS, isIstioAnnotation } from '#mesh/istio-annotations';
import { messages } from './messages.ts';

const INJECT = 'sidecar.istio.io/inject';

/** Annotations in Istio's domain that are unknown, on the wrong kind, out of date, or have a wrong value. */
export const analyzer = defineAnalyzer({
  name: 'annotations.K8sAnalyzer',
  description: 'Checks Istio annotations of namespaces, services, pods and deployments.',
  inputs: ['Namespace', 'Service', 'Pod', 'Deployment'],
  messages,
  codes: ['IST0107', 'IST0108', 'IST0125', 'IST0135'],
  scope: 'object',
  analyze: (context) => {
    const check = (resource: KubeObject, annotation: string, value: string): void => {
      const at = { resource, path: ['metadata', 'annotations', annotation] };
      const known = Object.hasOwn(ISTIO_ANNOTATIONS, annotation) ? ISTIO_ANNOTATIONS[annotation] : undefined;
      if (known === undefined) {
        context.report('IST0108', { annotation }, at);
        return;
      }
      if (known.deprecated !== undefined && !hasItsLabelToo(resource, annotation))
        context.report('IST0135', { annotation, instead: known.deprecated }, at);
      if (known.kinds.includes('Any')) return;
      if (!known.kinds.includes(resource.kind)) {
        context.report('IST0107', { annotation, kinds: known.kinds.join(', ') || 'no kind' }, at);
        return;
      }
      const problem = known.check?.(value);
      if (problem !== undefined) context.report('IST0125', { annotation, problem }, at);
    };
    for (const kind of ['Namespace', 'Service', 'Pod', 'Deployment'] as const) {
      for (const resource of context.all(kind)) {
        for (const [annotation, value] of Object.entries(resource.metadata.annotations ?? {}))
          if (isIstioAnnotation(annotation) && !IGNORED_ANNOTATIONS.has(annotation))
            check(resource, annotation, String(value));
      }
    }
  },
});

/** The annotation for injection is kept beside its label for old versions: then nobody needs to be told. */
function hasItsLabelToo({ metadata: { labels } }: KubeObject, annotation: string): boolean {
  return annotation === INJECT && labels !== undefined && Object.hasOwn(labels, INJECT);
}
