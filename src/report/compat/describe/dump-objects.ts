import type { ConfigDump } from '../../../envoy/dump.ts';
import { clusterEntries, listenerEntries, routeConfigEntries } from '../../../envoy/entry.ts';
import { filterChainsOf, listenerAddresses, networkFilters } from '../../../envoy/listener.ts';
import { ownerPath } from '../../../envoy/owner.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { serviceHost } from '../../../mesh/host.ts';
import {
  asArray,
  asObject,
  asObjects,
  asString,
  asStrings,
  field,
  type JsonObject,
} from '../../../util/json.ts';

/** Namespace and name of an object that a dump refers to. */
export interface Reference {
  readonly namespace: string;
  readonly name: string;
}

/** The object that a metadata path names, as the reference reads it: v1 and v1alpha3 of networking alone. */
function referenceIn(path: string | undefined, kind: string): Reference | undefined {
  const pattern = /\/apis\/networking(?:\.istio\.io)?\/v1(?:alpha3)?\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)/;
  const match = pattern.exec(path ?? '');
  if (match === null || match[2] !== kind) return undefined;
  return { namespace: match[1] ?? '', name: match[3] ?? '' };
}

/** The DestinationRule that the first outbound cluster of the service's port with metadata names. */
export function ruleInDump(dump: ConfigDump, service: KubeObject, port: number): Reference | undefined {
  if (!dump.has('Clusters')) return undefined;
  const host = serviceHost(service);
  const cluster = clusterEntries(dump).find(
    ({ name, state, message }) =>
      state === 'active' &&
      name.includes(host) &&
      name.includes(`|${port}|`) &&
      name.includes('outbound') &&
      asObject(message['metadata']) !== undefined,
  );
  return cluster && referenceIn(ownerPath(cluster.message), 'destination-rule');
}

/** The VirtualService that the first route towards the service names. */
export function virtualServiceInDump(
  dump: ConfigDump,
  service: KubeObject,
  port: number,
): Reference | undefined {
  if (!dump.has('Routes')) return undefined;
  for (const { name, state, message } of routeConfigEntries(dump)) {
    const isRead = name === String(port) || name.startsWith('http.') || name.startsWith('https.');
    if (state !== 'active' || !isRead) continue;
    for (const host of asObjects(message['virtual_hosts'])) {
      const found = asObjects(host['routes']).find((route) => leadsTo(route, host, service, port));
      if (found !== undefined) return referenceIn(ownerPath(found), 'virtual-service');
    }
  }
  return undefined;
}

function leadsTo(route: JsonObject, host: JsonObject, service: KubeObject, port: number): boolean {
  const { name, namespace = '' } = service.metadata;
  const isService = (text: string): boolean => {
    const match = /([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(text);
    return match !== null && match[1] === name && match[2] === namespace;
  };
  if (asStrings(host['domains']).some(isService)) return true;
  const weighted = asObjects(field(route, 'route', 'weighted_clusters', 'clusters'))[0];
  const cluster = asString(field(route, 'route', 'cluster')) ?? asString(weighted?.['name']) ?? '';
  const target = /outbound\|(\d+)\|[^|]*\|(.+)$/.exec(cluster);
  return target !== null && target[1] === String(port) && isService(target[2] ?? '');
}

/** Names of the policies in the first HTTP RBAC filter for inbound traffic, whatever the port. */
export function rbacPoliciesInDump(dump: ConfigDump, port: number): readonly string[] {
  const manager = inboundManager(dump, port);
  const filter = asObjects(manager?.['http_filters']).find(({ name }) => name === 'envoy.filters.http.rbac');
  return Object.keys(asObject(field(filter, 'typed_config', 'rules', 'policies')) ?? {});
}

/** The first HTTP connection manager of the inbound listener, or of one at an address of its own on the port. */
function inboundManager(dump: ConfigDump, port: number): JsonObject | undefined {
  if (!dump.has('Listeners')) return undefined;
  for (const { name, state, message } of listenerEntries(dump)) {
    if (state !== 'active') continue;
    const addresses = listenerAddresses(message);
    const isOwn = addresses.some((one) => one.port === port) && addresses[0]?.host !== '0.0.0.0';
    if (name !== 'virtualInbound' && !isOwn) continue;
    const found = filterChainsOf(message)
      .filter(({ isDefault }) => !isDefault)
      .flatMap(({ raw }) => networkFilters(raw))
      .find(({ role }) => role === 'http');
    if (found !== undefined) return found.config;
  }
  return undefined;
}

/** The subsets of a DestinationRule that take in any of the pods, and the others. */
export function subsetNames(
  rule: KubeObject,
  podLabels: readonly Readonly<Record<string, string>>[],
): { readonly matching: readonly string[]; readonly others: readonly string[] } {
  const matching: string[] = [];
  const others: string[] = [];
  for (const subset of asArray(field(rule, 'spec', 'subsets'))) {
    const labels = Object.entries(asObject(field(subset, 'labels')) ?? {});
    const isIn = podLabels.some((pod) => labels.every(([key, value]) => pod[key] === value));
    (isIn ? matching : others).push(asString(field(subset, 'name')) ?? '');
  }
  return { matching, others };
}
