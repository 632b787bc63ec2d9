import { defineAnalyzer, field } from '#analysis';
import { rootNamespaceOf } from '#mesh/mesh-config';
import { podRole } from '#security/pod-server';
import { messages } from './messages.ts';

/** Sidecar resources in namespaces where no proxy reads them. */
export const analyzer = defineAnalyzer({
  name: 'sidecar.UnusedAnalyzer',
  description: 'Checks that a pod of the namespace has a sidecar where a Sidecar resource is for all of it.',
  inputs: ['MeshConfig', 'Namespace', 'Pod', 'Sidecar'],
  messages,
  codes: ['MSH0051'],
  scope: 'mesh',
  analyze: (context) => {
    const root = rootNamespaceOf(context.all('MeshConfig')[0]);
    for (const resource of context.all('Sidecar')) {
      const { namespace = '' } = resource.metadata;
      if (namespace === root || field(resource, 'spec', 'workloadSelector') !== undefined) continue;
      const own = context.get('Namespace', undefined, namespace);
      const pods = context.select('Pod', [], namespace);
      // Without any pod at hand, it may well be that its workloads are elsewhere.
      if (pods.length === 0 || pods.some((pod) => ['sidecar', 'unknown'].includes(podRole(pod, own))))
        continue;
      context.report(
        'MSH0051',
        { namespace },
        { resource, path: ['metadata', 'name'], confidence: 'likely' },
      );
    }
  },
});
