import {
  type AnalysisContext,
  asObject,
  asObjects,
  asString,
  defineAnalyzer,
  equalitySelector,
  field,
  type KubeObject,
  matchesSelector,
} from '#analysis';
import { fullHost, serviceHost } from '#mesh/host';
import { messages } from './messages.ts';

type Context = AnalysisContext<
  'DestinationRule' | 'Gateway' | 'Service',
  typeof messages,
  'MSH0004' | 'MSH0010'
>;

/** Subsets that two rules of a namespace define, and subsets that are everything. */
export const analyzer = defineAnalyzer({
  name: 'destinationrule.DuplicateSubsetAnalyzer',
  description: 'Checks that a subset is defined once, and that it has labels.',
  inputs: ['DestinationRule', 'Gateway', 'Service'],
  messages,
  codes: ['MSH0004', 'MSH0010'],
  scope: 'mesh',
  analyze: (context) => {
    const owners = new Map<string, KubeObject>();
    let gateways: ReadonlySet<string> | undefined;
    const isOfGateway = (host: string): boolean => {
      gateways ??= gatewayHosts(context);
      return gateways.has(host);
    };
    for (const resource of context.all('DestinationRule')) {
      const { namespace = '' } = resource.metadata;
      const written = asString(field(resource, 'spec', 'host')) ?? '';
      const host = fullHost(written, namespace);
      const scope = `${namespace} ${host} ${JSON.stringify(field(resource, 'spec', 'workloadSelector') ?? null)}`;
      asObjects(field(resource, 'spec', 'subsets')).forEach((subset, index) => {
        const name = asString(subset['name']) ?? '';
        const at = { resource, path: ['spec', 'subsets', index, 'name'] };
        const args = { subset: name, host: written };
        if (isEverything(subset) && !isOfGateway(host)) context.report('MSH0010', args, at);
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

/** Whether a subset is all of its host, and has no policy that it is there for. */
function isEverything(subset: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(subset['labels'] ?? {}).length === 0 && subset['trafficPolicy'] === undefined;
}

/** Hosts of the Services of gateways: their subsets stand for where the traffic goes, not for versions. */
function gatewayHosts(context: Context): ReadonlySet<string> {
  const selectors = context
    .all('Gateway')
    .map((gateway) => equalitySelector(field(gateway, 'spec', 'selector')))
    .filter((selector) => selector.length > 0);
  if (selectors.length === 0) return new Set();
  const isOfGateway = (service: KubeObject): boolean => {
    const labels = asObject(field(service, 'spec', 'selector')) as Record<string, string> | undefined;
    return labels !== undefined && selectors.some((selector) => matchesSelector(selector, labels));
  };
  return new Set(
    context
      .all('Service')
      .filter(isOfGateway)
      .map((service) => serviceHost(service)),
  );
}
