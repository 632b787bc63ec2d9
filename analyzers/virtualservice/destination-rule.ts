import { asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { fullHost } from '#mesh/host';
import { routeDestinations } from '#mesh/route-destinations';
import { messages } from './messages.ts';

/** Routes to subsets that no destination rule defines. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.DestinationRuleAnalyzer',
  description: 'Checks that the subsets that routes name are defined by a destination rule.',
  inputs: ['VirtualService', 'DestinationRule'],
  messages,
  codes: ['IST0101'],
  scope: 'mesh',
  analyze: (context) => {
    const defined = new Set(context.all('DestinationRule').flatMap(subsetsOf));
    for (const service of context.all('VirtualService')) {
      for (const { host, subset, path } of routeDestinations(service)) {
        if (subset === undefined || defined.has(key(service, host, subset))) continue;
        const args = { what: 'subset of a DestinationRule', name: `${host}+${subset}` };
        context.report('IST0101', args, { resource: service, path: [...path, 'subset'] });
      }
    }
  },
});

function subsetsOf(rule: KubeObject): string[] {
  const host = asString(field(rule, 'spec', 'host')) ?? '';
  return asObjects(field(rule, 'spec', 'subsets')).map(({ name }) => key(rule, host, asString(name) ?? ''));
}

/** A host of the cluster is the same for all namespaces; any other one is known in the namespace of its rule. */
function key({ metadata: { namespace = '' } }: KubeObject, host: string, subset: string): string {
  const fqdn = fullHost(host, namespace);
  const own = fqdn.includes('.svc.') ? '' : `${namespace} `;
  return `${own}${fqdn} ${subset}`;
}
