import { asString, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

/** Every namespace has it without anybody writing it. */
const DEFAULT = 'default';

/** Groups of machines whose identity does not exist. */
export const analyzer = defineAnalyzer({
  name: 'workloadgroup.ServiceAccountAnalyzer',
  description: 'Checks that the service accounts of workload groups exist.',
  inputs: ['ServiceAccount', 'WorkloadGroup'],
  messages,
  codes: ['MSH0047'],
  scope: 'mesh',
  analyze: (context) => {
    // Files that hold no service accounts say nothing about which there are.
    if (context.all('ServiceAccount').length === 0) return;
    for (const resource of context.all('WorkloadGroup')) {
      const name = asString(field(resource, 'spec', 'template', 'serviceAccount')) || DEFAULT;
      const { namespace = '' } = resource.metadata;
      if (name === DEFAULT || context.get('ServiceAccount', namespace, name) !== undefined) continue;
      const path = ['spec', 'template', 'serviceAccount'];
      context.report('MSH0047', { account: `${namespace}/${name}` }, { resource, path });
    }
  },
});
