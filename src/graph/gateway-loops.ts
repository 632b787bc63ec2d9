import type { KubeObject } from '../kube/object.ts';
import { equalitySelector, type LabelSelector, matchesSelector, selectorKey } from '../kube/selector.ts';
import { fullHost, hostsOverlap } from '../mesh/host.ts';
import type { ResourceLookup } from '../mesh/resource-set.ts';
import { type ServiceRegistry, serviceRegistry } from '../mesh/service-registry.ts';
import { asArray, asNumber, asObjects, asString, asStrings, field } from '../util/json.ts';
import { type CycleEdge, shortestCycles } from './cycles.ts';

/** One hop of traffic that comes back: the route that a gateway takes, and where it leads. */
export interface TrafficStep {
  /** The virtual service that has the route. */
  readonly resource: KubeObject;
  readonly path: readonly (string | number)[];
  /** `gateway edge/public, host shop.example` */
  readonly from: string;
  readonly to: string;
}

/** What loops between gateways are found in. */
export type GatewayResources = ResourceLookup<
  'Gateway' | 'Pod' | 'Service' | 'ServiceEntry' | 'VirtualService'
>;

/** Everything that finding loops asks again and again. */
interface Facts {
  readonly resources: GatewayResources;
  readonly registry: ServiceRegistry;
  readonly gateways: ReadonlyMap<string, KubeObject>;
  /** Gateways of one and the same selector, of which there are many. */
  readonly bySelector: readonly SelectorGroup[];
  /** Gateways whose workload is behind a Service; each Service is the target of many routes. */
  readonly behind: Map<KubeObject, readonly string[]>;
}

interface SelectorGroup {
  readonly selector: LabelSelector;
  readonly names: readonly string[];
}

/**
 * Requests that go round in circles between gateways: each gateway routes by the host anew, and its route leads to the
 * service of a gateway that routes the same host back (dependency graph, section 7). One shortest loop each.
 */
export function gatewayLoops(resources: GatewayResources): readonly (readonly TrafficStep[])[] {
  const gateways = new Map(resources.all('Gateway').map((gateway) => [nameOf(gateway), gateway]));
  const registry = serviceRegistry(resources.all('Service'), resources.all('ServiceEntry'));
  const facts: Facts = {
    resources,
    registry,
    gateways,
    bySelector: groupBySelector(gateways),
    behind: new Map(),
  };
  const edges = resources.all('VirtualService').flatMap((service) => hops(facts, service));
  return shortestCycles(edges).map((cycle) => cycle.map(({ value }) => value));
}

function hops(facts: Facts, service: KubeObject): CycleEdge<TrafficStep>[] {
  const { namespace = '' } = service.metadata;
  const bound = asStrings(field(service, 'spec', 'gateways')).map((text) => gatewayName(text, namespace));
  const hosts = asStrings(field(service, 'spec', 'hosts'));
  return asArray(field(service, 'spec', 'http')).flatMap((route, index) => {
    const rewritten = asString(field(route, 'rewrite', 'authority'));
    const via = bound.filter(
      (gateway) => facts.gateways.has(gateway) && appliesAt(route, gateway, namespace),
    );
    return asObjects(field(route, 'route')).flatMap((entry, at) => {
      const next = gatewaysBehind(facts, service, field(entry, 'destination'));
      const path = ['spec', 'http', index, 'route', at, 'destination', 'host'];
      return via.flatMap((gateway) =>
        hosts.flatMap((host) =>
          next
            .filter((other) => serves(facts, other, rewritten ?? host))
            .map((other) => {
              const from = nodeName(gateway, host);
              const to = nodeName(other, rewritten ?? host);
              return { from, to, value: { resource: service, path, from, to } };
            }),
        ),
      );
    });
  });
}

function appliesAt(route: unknown, gateway: string, namespace: string): boolean {
  const matches = asArray(field(route, 'match'));
  if (matches.length === 0) return true;
  return matches.some((match) => {
    const names = asStrings(field(match, 'gateways'));
    return names.length === 0 || names.some((text) => gatewayName(text, namespace) === gateway);
  });
}

/** Gateways whose workload is behind a destination, on a port that they listen on. */
function gatewaysBehind(facts: Facts, service: KubeObject, destination: unknown): string[] {
  const { registry, gateways } = facts;
  const { namespace = '' } = service.metadata;
  const host = asString(field(destination, 'host')) ?? '';
  const port = asNumber(field(destination, 'port', 'number'));
  const known = registry.find(
    fullHost(host, namespace),
    namespace,
    asStrings(field(service, 'spec', 'exportTo')),
  );
  return (known?.objects ?? []).flatMap((target) => {
    const names = gatewaysOf(facts, target);
    if (names.length === 0) return [];
    const open = openPorts(target, port);
    return names.filter((name) =>
      asObjects(field(gateways.get(name), 'spec', 'servers')).some((server) =>
        open.has(asNumber(field(server, 'port', 'number')) ?? Number.NaN),
      ),
    );
  });
}

function gatewaysOf({ resources, bySelector, behind }: Facts, target: KubeObject): readonly string[] {
  const known = behind.get(target);
  if (known !== undefined) return known;
  const selector = equalitySelector(field(target, 'spec', 'selector'));
  const pods =
    target.kind === 'Service' && selector.length > 0
      ? resources.select('Pod', selector, target.metadata.namespace)
      : [];
  const names = bySelector.flatMap((group) =>
    pods.some((pod) => matchesSelector(group.selector, pod.metadata.labels)) ? group.names : [],
  );
  behind.set(target, names);
  return names;
}

function groupBySelector(gateways: ReadonlyMap<string, KubeObject>): readonly SelectorGroup[] {
  const groups = new Map<string, { selector: LabelSelector; names: string[] }>();
  for (const [name, gateway] of gateways) {
    const selector = equalitySelector(field(gateway, 'spec', 'selector'));
    const key = selectorKey(selector);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { selector, names: [name] });
    else group.names.push(name);
  }
  return [...groups.values()];
}

function openPorts(service: KubeObject, port: number | undefined): ReadonlySet<number> {
  const ports = asObjects(field(service, 'spec', 'ports')).filter(
    (one) => port === undefined || asNumber(one['port']) === port,
  );
  const numbers = ports.flatMap((one) => [asNumber(one['port']), asNumber(one['targetPort'])]);
  return new Set(numbers.filter((number) => number !== undefined));
}

function serves({ gateways }: Facts, name: string, host: string): boolean {
  return asObjects(field(gateways.get(name), 'spec', 'servers'))
    .flatMap((server) => asStrings(server['hosts']))
    .some((written) => hostsOverlap(written.split('/').at(-1) ?? '', host));
}

function gatewayName(text: string, namespace: string): string {
  const [name = '', at = namespace] = text.split('/').reverse();
  return `${at === '.' ? namespace : at}/${name}`;
}

function nameOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`;
}

function nodeName(gateway: string, host: string): string {
  return `gateway ${gateway}, host ${host}`;
}
