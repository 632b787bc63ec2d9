import { defineAnalyzer, equalitySelector, field } from '#analysis';
import { messages } from './messages.ts';

/** Services that select nothing. */
export const analyzer = defineAnalyzer({
  name: 'service.WithoutPodsAnalyzer',
  description: 'Checks that a pod has the labels that a service selects by.',
  inputs: ['Pod', 'Service'],
  messages,
  codes: ['MSH0049'],
  scope: 'mesh',
  analyze: (context) => {
    for (const resource of context.all('Service')) {
      const { namespace = '' } = resource.metadata;
      const selector = equalitySelector(field(resource, 'spec', 'selector'));
      const [first] = selector;
      if (first === undefined || field(resource, 'spec', 'type') === 'ExternalName') continue;
      if (context.select('Pod', selector, namespace).length > 0) continue;
      // Where no pod of the namespace is at hand, workloads are kept elsewhere.
      if (context.select('Pod', [], namespace).length === 0) continue;
      const labels = selector.map(({ key, values }) => `${key}=${values[0] ?? ''}`).join(',');
      const at = { resource, path: ['spec', 'selector', first.key], confidence: 'likely' } as const;
      context.report('MSH0049', { labels, namespace }, at);
    }
  },
});
