import type { KubeObject } from '../kube/object.ts';
import { type Analyzer, defineAnalyzer } from './analyzer.ts';
import { FIELD_MESSAGES } from './field-messages.ts';

/** An analyzer of resources that no other one knows the kind of: their CRD, where it is at hand, judges them alone. */
export function crdAnalyzer(resources: readonly KubeObject[]): Analyzer {
  return defineAnalyzer({
    name: 'schema.CrdAnalyzer',
    description: 'Checks resources of any kind by the CRD that was read with them.',
    inputs: [],
    messages: FIELD_MESSAGES,
    codes: ['MSH0060', 'MSH0066'],
    scope: 'object',
    analyze: (context) => {
      for (const resource of resources)
        for (const { text, path, isPruned } of context.refused(resource))
          context.report(isPruned === true ? 'MSH0060' : 'MSH0066', { problem: text }, { resource, path });
    },
  });
}
