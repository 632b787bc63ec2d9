import { asObjects, asString, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** Grants for namespaces that do not exist. */
export const analyzer = defineAnalyzer({
  name: 'k8sgateway.ReferenceGrantAnalyzer',
  description: 'Checks that the namespaces that reference grants are for exist.',
  inputs: ['Namespace', 'ReferenceGrant'],
  messages,
  codes: ['MSH0046'],
  scope: 'mesh',
  analyze: (context) => {
    // Files that hold no namespaces at all say nothing about which there are.
    if (context.all('Namespace').length === 0) return;
    for (const resource of context.all('ReferenceGrant')) {
      asObjects(field(resource, 'spec', 'from')).forEach((from, index) => {
        const namespace = asString(from['namespace']) ?? '';
        if (namespace === '' || context.get('Namespace', undefined, namespace) !== undefined) return;
        const path = ['spec', 'from', index, 'namespace'];
        context.report('MSH0046', { namespace }, { resource, path, confidence: 'likely' });
      });
    }
  },
});
