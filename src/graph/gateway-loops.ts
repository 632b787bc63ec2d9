import type { KubeObject } from '../kube/object.ts';
import { equalitySelector } from '../kube/selector.ts';
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
  /** Gateways by the pods that they select, those that select every pod apart, and their ports. */
  readonly byPod: ReadonlyMap<KubeObject, readonly string[]>;
  readonly ofAllPods: readonly string[];
  readonly ports: ReadonlyMap<string, ReadonlySet<number>>;
}

/**
 * Requests that go round in circles between gateways: each gateway routes by the host anew, and its route leads to the
 * service of a gateway that routes the same host back (dependency graph, section 7). One shortest loop each.
 */
export function gatewayLoops(resources: GatewayResources): readonly (readonly TrafficStep[])[] {
  const gateways = new Map(resources.all('Gateway').map((gateway) => [nameOf(gateway), gateway]));
  const registry = serviceRegistry(resources.all('Service'), resources.all('ServiceEntry'));
  const facts: Facts = { resources, registry, gateways, ...gatewayFacts(resources, gateways) };
  const edges = resources.all('VirtualService').flatMap((service) => hops(facts, service));
  return shortestCycles(edges).map((cycle) => cycle.map(({ value }) => value));
}

function gatewayFacts(
  resources: GatewayResources,
  gateways: ReadonlyMap<string, KubeObject>,
): Pick<Facts, 'byPod' | 'ofAllPods' | 'ports'> {
  const byPod = new Map<KubeObject, string[]>();
  const ofAllPods: string[] = [];
  const ports = new Map<string, ReadonlySet<number>>();
  for (const [name, gateway] of gateways) {
    const servers = asObjects(field(gateway, 'spec', 'servers'));
    const numbers = servers.flatMap((server) => asNumber(field(server, 'port', 'number')) ?? []);
    ports.set(name, new Set(numbers));
    const selector = equalitySelector(field(gateway, 'spec', 'selector'));
    if (selector.length === 0) ofAllPods.push(name);
    else
      for (const pod of resources.select('Pod', selector)) {
        const list = byPod.get(pod);
        if (list === undefined) byPod.set(pod, [name]);
        else list.push(name);
      }
  }
  return { byPod, ofAllPods, ports };
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
    if (via.length === 0) return [];
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
function gatewaysBehind(
  { resources, registry, byPod, ofAllPods, ports }: Facts,
  service: KubeObject,
  destination: unknown,
): string[] {
  const { namespace = '' } = service.metadata;
  const host = asString(field(destination, 'host')) ?? '';
  const port = asNumber(field(destination, 'port', 'number'));
  const known = registry.find(
    fullHost(host, namespace),
    namespace,
    asStrings(field(service, 'spec', 'exportTo')),
  );
  return (known?.objects ?? []).flatMap((target) => {
    const selector = equalitySelector(field(target, 'spec', 'selector'));
    if (target.kind !== 'Service' || selector.length === 0) return [];
    const pods = resources.select('Pod', selector, target.metadata.namespace);
    if (pods.length === 0) return [];
    const open = [...openPorts(target, port)];
    const behind = new Set([...ofAllPods, ...pods.flatMap((pod) => byPod.get(pod) ?? [])]);
    return [...behind].filter((name) => open.some((number) => ports.get(name)?.has(number)));
  });
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
