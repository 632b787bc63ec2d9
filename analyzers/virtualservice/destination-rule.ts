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
    const defined = definedSubsets(context.all('DestinationRule'));
    for (const service of context.all('VirtualService')) {
      for (const { host, subset, path } of routeDestinations(service)) {
        if (subset === undefined || defined.get(key(service, host))?.has(subset)) continue;
        const others = [...(defined.get(key(service, host)) ?? [])];
        const near = others.length === 0 ? '' : `; ${host} has the subsets ${others.join(', ')}`;
        const args = { what: 'subset of a DestinationRule', name: `${host}+${subset}`, near };
        context.report('IST0101', args, { resource: service, path: [...path, 'subset'] });
      }
    }
  },
});

/** The names of the subsets that rules define, by the host that they are for. */
function definedSubsets(rules: readonly KubeObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const defined = new Map<string, Set<string>>();
  for (const rule of rules) {
    const host = key(rule, asString(field(rule, 'spec', 'host')) ?? '');
    const names = defined.get(host) ?? new Set<string>();
    for (const { name } of asObjects(field(rule, 'spec', 'subsets'))) names.add(asString(name) ?? '');
    defined.set(host, names);
  }
  return defined;
}

/** A host of the cluster is the same for all namespaces; any other one is known in the namespace of its rule. */
function key({ metadata: { namespace = '' } }: KubeObject, host: string): string {
  const fqdn = fullHost(host, namespace);
  return fqdn.includes('.svc.') ? fqdn : `${namespace} ${fqdn}`;
}
