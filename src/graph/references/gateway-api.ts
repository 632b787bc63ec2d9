import type { KubeObject } from '../../kube/object.ts';
import type { Kind } from '../../mesh/kinds.ts';
import { asArray, asObjects, asString, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';

const PARENTS: Readonly<Record<string, Kind>> = {
  'gateway.networking.k8s.io/Gateway': 'GatewayApiGateway',
  '/Service': 'Service',
  'core/Service': 'Service',
  'networking.istio.io/ServiceEntry': 'ServiceEntry',
};

/** Parents and backends of an HTTPRoute or GRPCRoute (dependency graph, section 4). */
export function routeReferences(collector: GraphCollector, from: KubeObject): void {
  const own = from.metadata.namespace;
  asObjects(field(from, 'spec', 'parentRefs')).forEach((parent, index) => {
    const group = asString(parent['group']) ?? 'gateway.networking.k8s.io';
    const kind = PARENTS[`${group}/${asString(parent['kind']) ?? 'Gateway'}`];
    const name = asString(parent['name']) ?? '';
    const written: Written = {
      from,
      relation: 'is bound to',
      path: ['spec', 'parentRefs', index, 'name'],
      text: name,
    };
    if (kind !== undefined) collector.toResource(written, kind, asString(parent['namespace']) ?? own, name);
  });
  asArray(field(from, 'spec', 'rules')).forEach((rule, ruleIndex) => {
    asObjects(field(rule, 'backendRefs')).forEach((backend, index) => {
      backendReference(collector, from, backend, ['spec', 'rules', ruleIndex, 'backendRefs', index]);
    });
    asObjects(field(rule, 'filters')).forEach((filter, index) => {
      const mirror = field(filter, 'requestMirror', 'backendRef');
      const path = ['spec', 'rules', ruleIndex, 'filters', index, 'requestMirror', 'backendRef'];
      if (mirror !== undefined) backendReference(collector, from, mirror, path, 'mirrors to');
    });
  });
}

function backendReference(
  collector: GraphCollector,
  from: KubeObject,
  backend: unknown,
  path: readonly (string | number)[],
  relation: 'routes to' | 'mirrors to' = 'routes to',
): void {
  const kind = asString(field(backend, 'kind')) ?? 'Service';
  const name = asString(field(backend, 'name')) ?? '';
  const written: Written = { from, relation, path: [...path, 'name'], text: name };
  if (kind === 'Hostname') collector.toHost(written, name, []);
  else if (kind === 'Service') {
    const namespace = asString(field(backend, 'namespace')) ?? from.metadata.namespace;
    collector.toResource(written, 'Service', namespace, name);
  }
}

/** Certificates of the listeners of a Gateway API gateway. */
export function kubernetesGatewayReferences(collector: GraphCollector, from: KubeObject): void {
  asObjects(field(from, 'spec', 'listeners')).forEach((listener, index) => {
    asObjects(field(listener, 'tls', 'certificateRefs')).forEach((reference, at) => {
      if ((asString(reference['kind']) ?? 'Secret') !== 'Secret') return;
      const name = asString(reference['name']) ?? '';
      const namespace = asString(reference['namespace']) ?? from.metadata.namespace;
      const path = ['spec', 'listeners', index, 'tls', 'certificateRefs', at, 'name'];
      collector.toResource({ from, relation: 'reads', path, text: name }, 'Secret', namespace, name);
    });
  });
}
