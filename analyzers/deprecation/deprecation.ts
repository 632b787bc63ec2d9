import { asArray, asNumber, asString, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

const RETIRED_RBAC: ReadonlySet<string> = new Set([
  'ClusterRbacConfig',
  'RbacConfig',
  'ServiceRole',
  'ServiceRoleBinding',
]);

/** Fields and kinds of Istio that are out of date. */
export const analyzer = defineAnalyzer({
  name: 'deprecation.DeprecationAnalyzer',
  description: 'Checks for deprecated fields and custom resource definitions.',
  inputs: ['VirtualService', 'Sidecar', 'CustomResourceDefinition'],
  messages,
  codes: ['IST0002'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('VirtualService')) {
      asArray(field(resource, 'spec', 'http')).forEach((route, index) => {
        if ((asNumber(field(route, 'fault', 'delay', 'percent')) ?? 0) <= 0) return;
        const path = ['spec', 'http', index, 'fault', 'delay', 'percent'];
        context.report(
          'IST0002',
          { what: 'the field fault.delay.percent', instead: 'use fault.delay.percentage' },
          { resource, path },
        );
      });
    }
    for (const resource of context.all('Sidecar')) {
      if (field(resource, 'spec', 'outboundTrafficPolicy', 'egressProxy') === undefined) continue;
      const path = ['spec', 'outboundTrafficPolicy', 'egressProxy'];
      context.report(
        'IST0002',
        { what: 'the field outboundTrafficPolicy.egressProxy', instead: 'it is ignored' },
        { resource, path },
      );
    }
    for (const resource of context.all('CustomResourceDefinition')) {
      const kind = asString(field(resource, 'spec', 'names', 'kind')) ?? '';
      if (field(resource, 'spec', 'group') !== 'rbac.istio.io' || !RETIRED_RBAC.has(kind)) continue;
      const args = { what: `the kind ${kind}`, instead: 'use AuthorizationPolicy' };
      context.report('IST0002', args, { resource, path: ['metadata', 'name'] });
    }
  },
});
