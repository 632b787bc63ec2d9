import type { KubeObject } from '../../kube/object.ts';
import { fullHost } from '../../mesh/host.ts';
import { routeDestinations } from '../../mesh/route-destinations.ts';
import { EVERYWHERE, exportScopes } from '../../mesh/visibility.ts';
import { asArray, asObjects, asString, asStrings, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';
import { exportReferences } from './exports.ts';

/** Index of destination rules by the host and subset that they define. */
export type SubsetIndex = ReadonlyMap<string, readonly KubeObject[]>;

/** Which destination rules define which subset of which host. */
export function subsetIndex(rules: readonly KubeObject[]): SubsetIndex {
  const index = new Map<string, KubeObject[]>();
  for (const rule of rules) {
    const host = fullHost(asString(field(rule, 'spec', 'host')) ?? '', rule.metadata.namespace ?? '');
    for (const subset of asObjects(field(rule, 'spec', 'subsets'))) {
      const key = subsetKey(host, asString(subset['name']) ?? '');
      const list = index.get(key);
      if (list === undefined) index.set(key, [rule]);
      else list.push(rule);
    }
  }
  return index;
}

/** The name of a subset of a host: also that of its node when no rule defines it. */
export function subsetKey(host: string, subset: string): string {
  return `${host} ${subset}`;
}

/** What a VirtualService refers to (dependency graph, section 2). */
export function virtualServiceReferences(
  collector: GraphCollector,
  from: KubeObject,
  subsets: SubsetIndex,
): void {
  const { namespace = '' } = from.metadata;
  const exportTo = asStrings(field(from, 'spec', 'exportTo'));
  asStrings(field(from, 'spec', 'hosts')).forEach((text, index) => {
    const written: Written = { from, relation: 'applies to', path: ['spec', 'hosts', index], text };
    // Hosts of gateways are free names: one that is not seen from here is none of its business.
    const known = collector.registry.find(fullHost(text, namespace), namespace, exportTo);
    if (known !== undefined) collector.toHost(written, known.host, exportTo, 'optional');
  });
  exportReferences(collector, from);
  gatewayReferences(collector, from, ['spec', 'gateways'], field(from, 'spec', 'gateways'));
  for (const { host, subset, isMirror, path } of routeDestinations(from)) {
    const fqdn = fullHost(host, namespace);
    const relation = isMirror ? 'mirrors to' : 'routes to';
    collector.toHost({ from, relation, path: [...path, 'host'], text: host }, fqdn, exportTo);
    // Of a host that is not there no subset is missed.
    if (subset === undefined || !collector.isHost(fqdn)) continue;
    const written: Written = { from, relation: 'uses subset of', path: [...path, 'subset'], text: subset };
    subsetReference(collector, written, subsetKey(fqdn, subset), subsets);
  }
  for (const protocol of ['http', 'tls', 'tcp']) matchReferences(collector, from, protocol);
  httpReferences(collector, from);
}

function subsetReference(
  collector: GraphCollector,
  written: Written,
  key: string,
  subsets: SubsetIndex,
): void {
  const rules = subsets.get(key) ?? [];
  for (const rule of rules) collector.to(written, collector.node(rule), 'found');
  if (rules.length > 0) return;
  const state = collector.isIncomplete('DestinationRule') ? 'unknown' : 'missing';
  collector.to(written, collector.named('Subset', undefined, key, undefined), state);
}

function matchReferences(collector: GraphCollector, from: KubeObject, protocol: string): void {
  asArray(field(from, 'spec', protocol)).forEach((route, index) => {
    asArray(field(route, 'match')).forEach((match, at) => {
      const path = ['spec', protocol, index, 'match', at, 'gateways'];
      gatewayReferences(collector, from, path, field(match, 'gateways'));
    });
  });
}

function httpReferences(collector: GraphCollector, from: KubeObject): void {
  asArray(field(from, 'spec', 'http')).forEach((route, index) => {
    const base = ['spec', 'http', index];
    delegateReference(collector, from, field(route, 'delegate'), [...base, 'delegate', 'name']);
    const authority = asString(field(route, 'redirect', 'authority'));
    if (authority === undefined) return;
    const path = [...base, 'redirect', 'authority'];
    collector.toHost({ from, relation: 'redirects to', path, text: authority }, authority, [], 'optional');
  });
}

function delegateReference(
  collector: GraphCollector,
  from: KubeObject,
  delegate: unknown,
  path: readonly (string | number)[],
): void {
  const text = asString(field(delegate, 'name'));
  if (text === undefined) return;
  const own = from.metadata.namespace ?? '';
  const written: Written = { from, relation: 'delegates to', path, text };
  const namespace = asString(field(delegate, 'namespace')) || own;
  const target = collector.resources.get('VirtualService', namespace, text);
  const problem = target && delegateProblem(target, own);
  if (target === undefined || problem === undefined)
    collector.toResource(written, 'VirtualService', namespace, text);
  else collector.to(written, collector.node(target), 'unusable', problem);
}

/** Why a virtual service can't take the routes of one in `namespace`: only one without hosts, that it can see. */
function delegateProblem(delegate: KubeObject, namespace: string): string | undefined {
  if (asStrings(field(delegate, 'spec', 'hosts')).length > 0) return 'it has hosts of its own';
  const scopes = exportScopes(delegate);
  const isSeen = scopes.includes(EVERYWHERE) || scopes.includes(namespace);
  return isSeen ? undefined : `it is not exported to namespace ${namespace}`;
}

function gatewayReferences(
  collector: GraphCollector,
  from: KubeObject,
  path: readonly (string | number)[],
  gateways: unknown,
): void {
  asStrings(gateways).forEach((text, index) => {
    if (text === 'mesh') return;
    const { namespace, name } = gatewayName(text, from.metadata.namespace ?? '');
    const reference: Written = { from, relation: 'is bound to', path: [...path, index], text };
    const isKubernetes = collector.resources.get('GatewayApiGateway', namespace, name) !== undefined;
    const isIstio = collector.resources.get('Gateway', namespace, name) !== undefined;
    const kind = isKubernetes && !isIstio ? 'GatewayApiGateway' : 'Gateway';
    collector.toResource(reference, kind, namespace, name);
  });
}

/** `name`, `namespace/name`, `./name`, and the old `name.namespace…`. */
function gatewayName(text: string, own: string): { readonly namespace: string; readonly name: string } {
  const slash = text.indexOf('/');
  if (slash >= 0) {
    const namespace = text.slice(0, slash);
    return { namespace: namespace === '.' ? own : namespace, name: text.slice(slash + 1) };
  }
  const [name = '', namespace = own] = text.split('.');
  return { namespace, name };
}
