import { defineAnalyzer, equalitySelector, field, type KubeObject } from '#analysis';
import { onePodPerWorkload, workloadName } from '#mesh/pod-groups';
import { messages } from './messages.ts';

/** Several ProxyConfigs for the same workloads. */
export const analyzer = defineAnalyzer({
  name: 'policy.ProxyConfigsAnalyzer',
  description: 'Checks that one ProxyConfig is for a workload or namespace.',
  inputs: ['Pod', 'ProxyConfig'],
  messages,
  codes: ['MSH0036'],
  scope: 'mesh',
  analyze: (context) => {
    const scopes = new Map<string, Set<KubeObject>>();
    const add = (scope: string, resource: KubeObject): void => {
      scopes.set(scope, (scopes.get(scope) ?? new Set()).add(resource));
    };
    for (const resource of context.all('ProxyConfig')) {
      const { namespace = '' } = resource.metadata;
      const selector = equalitySelector(field(resource, 'spec', 'selector', 'matchLabels'));
      if (selector.length === 0) add(`the namespace ${namespace}`, resource);
      else
        for (const pod of onePodPerWorkload(context.select('Pod', selector, namespace)))
          add(`the workload ${namespace}/${workloadName(pod)}`, resource);
    }
    const reported = new Set<KubeObject>();
    for (const [scope, resources] of scopes) {
      if (resources.size < 2) continue;
      const names = [...resources].map(({ metadata }) => metadata.name).join(', ');
      for (const resource of resources) {
        if (reported.has(resource)) continue;
        reported.add(resource);
        const related = [...resources].filter((other) => other !== resource);
        context.report('MSH0036', { scope, names }, { resource, path: ['metadata', 'name'], related });
      }
    }
  },
});
