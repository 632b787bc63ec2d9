import type { KubeObject } from '../../kube/object.ts';
import { fullHost } from '../../mesh/host.ts';
import { routeDestinations } from '../../mesh/route-destinations.ts';
import { asArray, asObjects, asString, asStrings, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';

/** Index of destination rules by the host and subset that they define. */
export type SubsetIndex = ReadonlyMap<string, readonly KubeObject[]>;

/** Which destination rules define which subset; hosts outside the cluster count in the namespace of their rule. */
export function subsetIndex(rules: readonly KubeObject[]): SubsetIndex {
  const index = new Map<string, KubeObject[]>();
  for (const rule of rules) {
    const host = fullHost(asString(field(rule, 'spec', 'host')) ?? '', rule.metadata.namespace ?? '');
    for (const subset of asObjects(field(rule, 'spec', 'subsets'))) {
      const key = `${host} ${asString(subset['name']) ?? ''}`;
      index.set(key, [...(index.get(key) ?? []), rule]);
    }
  }
  return index;
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
    collector.toHost(written, fullHost(text, namespace), exportTo, true);
  });
  gatewayReferences(collector, from, ['spec', 'gateways'], field(from, 'spec', 'gateways'));
  for (const { host, subset, isMirror, path } of routeDestinations(from)) {
    const fqdn = fullHost(host, namespace);
    const relation = isMirror ? 'mirrors to' : 'routes to';
    collector.toHost({ from, relation, path: [...path, 'host'], text: host }, fqdn, exportTo);
    if (subset === undefined) continue;
    const written: Written = { from, relation: 'uses subset of', path: [...path, 'subset'], text: subset };
    const rules = subsets.get(`${fqdn} ${subset}`) ?? [];
    for (const { metadata } of rules)
      collector.toResource(written, 'DestinationRule', metadata.namespace, metadata.name);
    if (rules.length === 0)
      collector.toResource(written, 'DestinationRule', namespace, `${host} (subset ${subset})`);
  }
  httpReferences(collector, from);
}

function httpReferences(collector: GraphCollector, from: KubeObject): void {
  const { namespace = '' } = from.metadata;
  asArray(field(from, 'spec', 'http')).forEach((route, index) => {
    const base = ['spec', 'http', index];
    asArray(field(route, 'match')).forEach((match, at) => {
      gatewayReferences(collector, from, [...base, 'match', at, 'gateways'], field(match, 'gateways'));
    });
    const name = asString(field(route, 'delegate', 'name'));
    if (name !== undefined) {
      const written: Written = {
        from,
        relation: 'delegates to',
        path: [...base, 'delegate', 'name'],
        text: name,
      };
      const at = asString(field(route, 'delegate', 'namespace')) || namespace;
      collector.toResource(written, 'VirtualService', at, name);
    }
    const authority = asString(field(route, 'redirect', 'authority'));
    if (authority !== undefined) {
      const path = [...base, 'redirect', 'authority'];
      collector.toHost({ from, relation: 'redirects to', path, text: authority }, authority, [], true);
    }
  });
}

function gatewayReferences(
  collector: GraphCollector,
  from: KubeObject,
  path: readonly (string | number)[],
  gateways: unknown,
): void {
  asStrings(gateways).forEach((text, index) => {
    if (text === 'mesh') return;
    const [name = '', written = from.metadata.namespace ?? ''] = text.split('/').reverse();
    const namespace = written === '.' ? (from.metadata.namespace ?? '') : written;
    const reference: Written = { from, relation: 'is bound to', path: [...path, index], text };
    const isKubernetes = collector.resources.get('GatewayApiGateway', namespace, name) !== undefined;
    const isIstio = collector.resources.get('Gateway', namespace, name) !== undefined;
    collector.toResource(
      reference,
      isKubernetes && !isIstio ? 'GatewayApiGateway' : 'Gateway',
      namespace,
      name,
    );
  });
}
