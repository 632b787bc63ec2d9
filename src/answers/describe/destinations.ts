import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { equalitySelector, matchesSelector } from '../../kube/selector.ts';
import { selectsPod } from '../../kube/service-pods.ts';
import { destinationRuleFor, type Subset, subsetsOf } from '../../mesh/destination-rule.ts';
import { CLUSTER_DOMAIN, matchesHost } from '../../mesh/host.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { servicePortsOf } from '../../mesh/service-port.ts';
import type { Destination } from '../../mesh/virtual-service.ts';
import { asNumber, asObjects, asStrings, field } from '../../util/json.ts';
import { ruleIds } from './client-calls.ts';

/** What a destination comes to. `unknown`: the objects that would tell could not be read. */
export type DestinationState =
  | {
      readonly kind: 'ok' | 'unknown';
      readonly service: KubeObject | undefined;
      readonly pods: readonly KubeObject[];
    }
  | { readonly kind: 'no-host'; readonly near: readonly string[] }
  | { readonly kind: 'no-port'; readonly ports: readonly number[]; readonly of: string }
  | { readonly kind: 'no-subset'; readonly rules: string; readonly subsets: readonly string[] }
  | { readonly kind: 'empty-subset'; readonly subset: Subset; readonly service: KubeObject };

/** Follows a destination as clients in `clientNamespace` see it: host, port, subset, pods. */
export function destinationState(
  destination: Destination,
  clientNamespace: string,
  objects: MeshObjects,
): DestinationState {
  const { host, port, subset } = destination;
  const place = servicePlace(host);
  const service = place && objects.find('services', place.namespace, place.name);
  const entry = service ?? serviceEntry(host, objects);
  if (entry === undefined) return missingHost(place, objects);
  const ports = service === undefined ? entryPorts(entry) : servicePortsOf(service).map((one) => one.port);
  if (port !== undefined && ports.length > 0 && !ports.includes(port)) {
    return { kind: 'no-port', ports, of: `${entry.kind || 'Service'} ${objectId(entry)}` };
  }
  const pods = service === undefined ? [] : objects.all('pods').filter((pod) => selectsPod(service, pod));
  if (subset === undefined) return { kind: 'ok', service, pods };
  return subsetState(subset, host, entry, service, pods, clientNamespace, objects);
}

function subsetState(
  name: string,
  host: string,
  entry: KubeObject,
  service: KubeObject | undefined,
  pods: readonly KubeObject[],
  clientNamespace: string,
  objects: MeshObjects,
): DestinationState {
  const serviceNamespace = entry.metadata.namespace ?? '';
  const chosen = destinationRuleFor(objects.all('destinationRules'), {
    clientNamespace,
    host,
    serviceNamespace,
    rootNamespace: objects.rootNamespace,
  });
  const known = subsetsOf(chosen);
  const subset = known.find((one) => one.name === name);
  if (subset === undefined) {
    const isKnown = objects.knows('destinationRules', serviceNamespace);
    if (!isKnown) return { kind: 'unknown', service, pods };
    return { kind: 'no-subset', rules: ruleIds(chosen), subsets: known.map((one) => one.name) };
  }
  const picked = pods.filter((pod) => matchesSelector(equalitySelector(subset.labels), pod.metadata.labels));
  const arePodsKnown = service !== undefined && objects.knows('pods', serviceNamespace);
  if (picked.length === 0 && arePodsKnown) return { kind: 'empty-subset', subset, service };
  return { kind: 'ok', service, pods: picked };
}

/** `cart.shop.svc.cluster.local` is Service `cart` in `shop`. */
function servicePlace(host: string): { name: string; namespace: string } | undefined {
  const suffix = `.svc.${CLUSTER_DOMAIN}`;
  if (!host.endsWith(suffix)) return undefined;
  const [name = '', namespace = '', ...more] = host.slice(0, -suffix.length).split('.');
  return more.length > 0 || namespace === '' ? undefined : { name, namespace };
}

function serviceEntry(host: string, objects: MeshObjects): KubeObject | undefined {
  return objects
    .all('serviceEntries')
    .find((one) => asStrings(field(one, 'spec', 'hosts')).some((pattern) => matchesHost(pattern, host)));
}

function entryPorts(entry: KubeObject): number[] {
  return asObjects(field(entry, 'spec', 'ports')).flatMap((one) => asNumber(one['number']) ?? []);
}

function missingHost(
  place: { name: string; namespace: string } | undefined,
  objects: MeshObjects,
): DestinationState {
  const areServicesKnown = place === undefined || objects.knows('services', place.namespace);
  if (!areServicesKnown || !objects.knows('serviceEntries')) {
    return { kind: 'unknown', service: undefined, pods: [] };
  }
  const near = place === undefined ? [] : objects.within('services', place.namespace);
  return { kind: 'no-host', near: near.map(({ metadata }) => metadata.name) };
}
