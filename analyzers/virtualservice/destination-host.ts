import { type AnalysisContext, asStrings, defineAnalyzer, field, type KubeObject } from '#analysis';
import { fullHost } from '#mesh/host';
import { nearHost } from '#mesh/near-name';
import { type RouteDestination, routeDestinations } from '#mesh/route-destinations';
import { type ServiceRegistry, serviceRegistry } from '#mesh/service-registry';
import { messages } from './messages.ts';

type Context = AnalysisContext<
  'ServiceEntry' | 'VirtualService' | 'Service',
  typeof messages,
  'IST0101' | 'IST0112' | 'IST0140'
>;

/** Routes to hosts and ports that do not exist. */
export const analyzer = defineAnalyzer({
  name: 'virtualservice.DestinationHostAnalyzer',
  description: 'Checks that the hosts and ports that routes lead to exist.',
  inputs: ['ServiceEntry', 'VirtualService', 'Service'],
  messages,
  codes: ['IST0101', 'IST0112', 'IST0140'],
  scope: 'mesh',
  analyze: (context) => {
    const registry = serviceRegistry(context.all('Service'), context.all('ServiceEntry'));
    const ruled = subsetRules(context.all('VirtualService'));
    for (const service of context.all('VirtualService')) {
      const destinations = routeDestinations(service);
      for (const destination of destinations) checkDestination(context, registry, service, destination);
      if (asStrings(field(service, 'spec', 'gateways')).length > 0)
        checkSubsetRules(context, service, destinations, ruled);
    }
  },
});

function checkDestination(
  context: Context,
  registry: ServiceRegistry,
  resource: KubeObject,
  { host, port, isMirror, path }: RouteDestination,
): void {
  const { namespace = '' } = resource.metadata;
  const exportTo = asStrings(field(resource, 'spec', 'exportTo'));
  const known = registry.find(fullHost(host, namespace), namespace, exportTo);
  const what = isMirror ? 'host of a mirror' : 'host';
  if (known === undefined) {
    context.report(
      'IST0101',
      { what, name: host, near: nearHost(host, namespace, context) },
      { resource, path: [...path, 'host'] },
    );
  } else if (port === undefined) {
    const ports = known.ports.join(', ');
    if (known.ports.length > 1)
      context.report(
        'IST0112',
        { host, ports },
        { resource, path: [...path, 'host'], related: known.objects },
      );
  } else if (!known.ports.includes(port)) {
    const args = {
      what: `port of the ${what}`,
      name: `${host}:${port}`,
      near: `; its ports are ${known.ports.join(', ')}`,
    };
    context.report('IST0101', args, { resource, path: [...path, 'port', 'number'], related: known.objects });
  }
}

/** Virtual services that have subset rules for a host that they list among their own hosts, by that host. */
function subsetRules(services: readonly KubeObject[]): ReadonlyMap<string, readonly KubeObject[]> {
  const rules = new Map<string, Set<KubeObject>>();
  for (const service of services) {
    const hosts = new Set(asStrings(field(service, 'spec', 'hosts')));
    for (const { host, subset, protocol } of routeDestinations(service)) {
      if (protocol !== 'http' || subset === undefined || !hosts.has(host)) continue;
      rules.set(host, (rules.get(host) ?? new Set()).add(service));
    }
  }
  return new Map([...rules].map(([host, owners]) => [host, [...owners]]));
}

function checkSubsetRules(
  context: Context,
  resource: KubeObject,
  destinations: readonly RouteDestination[],
  ruled: ReadonlyMap<string, readonly KubeObject[]>,
): void {
  const reported = new Set<KubeObject>();
  for (const { protocol, host, subset, isMirror, path } of destinations) {
    if (protocol !== 'http' || subset !== undefined || isMirror) continue;
    for (const other of ruled.get(host) ?? []) {
      // A virtual service that has the rules itself applies them.
      if (other === resource || reported.has(other)) continue;
      reported.add(other);
      const name = `${other.metadata.namespace ?? ''}/${other.metadata.name}`;
      context.report(
        'IST0140',
        { host, other: name },
        { resource, path: [...path, 'host'], related: [other] },
      );
    }
  }
}
