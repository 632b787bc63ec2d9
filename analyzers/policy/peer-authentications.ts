import { defineAnalyzer, equalitySelector, field, type KubeObject } from '#analysis';
import { messages } from './messages.ts';

/** Several PeerAuthentications for the same workloads. */
export const analyzer = defineAnalyzer({
  name: 'policy.PeerAuthenticationsAnalyzer',
  description: 'Checks that one PeerAuthentication is for a workload or namespace.',
  inputs: ['PeerAuthentication', 'Pod'],
  messages,
  codes: ['MSH0023'],
  scope: 'mesh',
  analyze: (context) => {
    const scopes = new Map<string, Set<KubeObject>>();
    const add = (scope: string, resource: KubeObject): void => {
      scopes.set(scope, (scopes.get(scope) ?? new Set()).add(resource));
    };
    for (const resource of context.all('PeerAuthentication')) {
      const { namespace = '' } = resource.metadata;
      const selector = equalitySelector(field(resource, 'spec', 'selector', 'matchLabels'));
      if (selector.length === 0) add(`the namespace ${namespace}`, resource);
      else
        for (const pod of context.select('Pod', selector, namespace))
          add(`the pod ${pod.metadata.name}`, resource);
    }
    const reported = new Set<KubeObject>();
    for (const [scope, resources] of scopes) {
      if (resources.size < 2) continue;
      const names = [...resources].map(({ metadata }) => metadata.name).join(', ');
      for (const resource of resources) {
        if (reported.has(resource)) continue;
        reported.add(resource);
        const related = [...resources].filter((other) => other !== resource);
        context.report('MSH0023', { scope, names }, { resource, path: ['metadata', 'name'], related });
      }
    }
  },
});
