import { asObjects, asString, defineAnalyzer, field, type KubeObject } from '#analysis';
import { fullHost } from '#mesh/host';
import { messages } from './messages.ts';

/** Subsets that two rules of a namespace define, and subsets that are everything. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.DuplicateSubsetAnalyzer',
  description: 'Checks that a subset is defined once, and that it has labels.',
  inputs: ['DestinationRule'],
  messages,
  codes: ['MSH0004', 'MSH0010'],
  scope: 'mesh',
  analyze: (context) => {
    const owners = new Map<string, KubeObject>();
    for (const resource of context.all('DestinationRule')) {
      const { namespace = '' } = resource.metadata;
      const written = asString(field(resource, 'spec', 'host')) ?? '';
      const scope = `${namespace} ${fullHost(written, namespace)} ${JSON.stringify(field(resource, 'spec', 'workloadSelector') ?? null)}`;
      asObjects(field(resource, 'spec', 'subsets')).forEach((subset, index) => {
        const name = asString(subset['name']) ?? '';
        const at = { resource, path: ['spec', 'subsets', index, 'name'] };
        const args = { subset: name, host: written };
        if (Object.keys(subset['labels'] ?? {}).length === 0) context.report('MSH0010', args, at);
        const owner = owners.get(`${scope} ${name}`);
        if (owner === undefined) owners.set(`${scope} ${name}`, resource);
        else if (owner !== resource) {
          const other = `${owner.metadata.namespace ?? ''}/${owner.metadata.name}`;
          context.report('MSH0004', { ...args, other }, { ...at, related: [owner] });
        }
      });
    }
  },
});
