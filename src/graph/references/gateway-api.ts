import type { KubeObject } from '../../kube/object.ts';
import { equalitySelector } from '../../kube/selector.ts';
import { fullHost } from '../../mesh/host.ts';
import type { Kind } from '../../mesh/kinds.ts';
import { asArray, asObjects, asString, field } from '../../util/json.ts';
import type { GraphCollector, Written } from '../collector.ts';
import { grantedReference } from './grants.ts';

type Path = readonly (string | number)[];

const PARENTS: Readonly<Record<string, Kind>> = {
  'gateway.networking.k8s.io/Gateway': 'GatewayApiGateway',
  '/Service': 'Service',
  'core/Service': 'Service',
  'networking.istio.io/ServiceEntry': 'ServiceEntry',
};
/** Classes that istiod itself makes: they need not be written anywhere. */
const OWN_CLASSES: ReadonlySet<string> = new Set([
  'istio',
  'istio-waypoint',
  'istio-remote',
  'istio-east-west',
]);

/** Parents and backends of a route of the Gateway API (dependency graph, section 4). */
export function routeReferences(collector: GraphCollector, from: KubeObject): void {
  const own = from.metadata.namespace;
  const parents = asObjects(field(from, 'spec', 'parentRefs'));
  parents.forEach((parent, index) => {
    const kind = parentKind(parent);
    const text = asString(parent['name']) ?? '';
    const path = ['spec', 'parentRefs', index, 'name'];
    const namespace = asString(parent['namespace']) ?? own;
    if (kind !== undefined)
      collector.toResource({ from, relation: 'is bound to', path, text }, kind, namespace, text);
  });
  // Routes for clients in the mesh alone need no grant.
  const needsGrant = parents.some((parent) => parentKind(parent) === 'GatewayApiGateway');
  asArray(field(from, 'spec', 'rules')).forEach((rule, ruleIndex) => {
    const base = ['spec', 'rules', ruleIndex];
    asObjects(field(rule, 'backendRefs')).forEach((backend, index) => {
      const path = [...base, 'backendRefs', index, 'name'];
      backendReference(collector, { from, relation: 'routes to', path }, backend, needsGrant);
    });
    asObjects(field(rule, 'filters')).forEach((filter, index) => {
      const mirror = field(filter, 'requestMirror', 'backendRef');
      const path = [...base, 'filters', index, 'requestMirror', 'backendRef', 'name'];
      if (mirror !== undefined)
        backendReference(collector, { from, relation: 'mirrors to', path }, mirror, needsGrant);
    });
  });
}

function parentKind(parent: unknown): Kind | undefined {
  const group = asString(field(parent, 'group')) ?? 'gateway.networking.k8s.io';
  return PARENTS[`${group}/${asString(field(parent, 'kind')) ?? 'Gateway'}`];
}

function backendReference(
  collector: GraphCollector,
  reference: Omit<Written, 'text'>,
  backend: unknown,
  needsGrant: boolean,
): void {
  const kind = asString(field(backend, 'kind')) ?? 'Service';
  const text = asString(field(backend, 'name')) ?? '';
  const written: Written = { ...reference, text };
  if (kind === 'Hostname') collector.toHost(written, text, []);
  if (kind !== 'Service') return;
  const namespace = asString(field(backend, 'namespace')) ?? reference.from.metadata.namespace;
  if (needsGrant) grantedReference(collector, written, 'Service', namespace, text);
  else collector.toResource(written, 'Service', namespace, text);
}

/** Class, certificates, address and workloads of a Gateway API gateway. */
export function kubernetesGatewayReferences(collector: GraphCollector, from: KubeObject): void {
  const { name, namespace } = from.metadata;
  const text = asString(field(from, 'spec', 'gatewayClassName')) ?? '';
  const path = ['spec', 'gatewayClassName'];
  const isOptional = OWN_CLASSES.has(text) || collector.gaps.filesOnly === true;
  collector.toResource(
    { from, relation: 'is of class', path, text },
    'GatewayClass',
    undefined,
    text,
    isOptional,
  );
  const pods = equalitySelector({ 'gateway.networking.k8s.io/gateway-name': name });
  const workloads: Written = { from, relation: 'runs on', path: ['metadata', 'name'], text: name };
  collector.toWorkloads(workloads, pods, namespace, true);
  asObjects(field(from, 'spec', 'addresses')).forEach((address, index) => {
    const host = asString(address['value']);
    if (address['type'] !== 'Hostname' || host === undefined) return;
    const at = ['spec', 'addresses', index, 'value'];
    collector.toHost(
      { from, relation: 'runs on', path: at, text: host },
      fullHost(host, namespace ?? ''),
      [],
    );
  });
  asObjects(field(from, 'spec', 'listeners')).forEach((listener, index) => {
    certificateReferences(collector, from, listener, ['spec', 'listeners', index]);
  });
}

function certificateReferences(
  collector: GraphCollector,
  from: KubeObject,
  listener: unknown,
  base: Path,
): void {
  asObjects(field(listener, 'tls', 'certificateRefs')).forEach((reference, at) => {
    if ((asString(reference['kind']) ?? 'Secret') !== 'Secret') return;
    const text = asString(reference['name']) ?? '';
    const namespace = asString(reference['namespace']) ?? from.metadata.namespace;
    const path = [...base, 'tls', 'certificateRefs', at, 'name'];
    grantedReference(collector, { from, relation: 'reads', path, text }, 'Secret', namespace, text);
  });
}

/** Targets and certificates of a BackendTLSPolicy. */
export function backendTlsReferences(collector: GraphCollector, from: KubeObject): void {
  const { namespace } = from.metadata;
  asObjects(field(from, 'spec', 'targetRefs')).forEach((target, index) => {
    const text = asString(target['name']) ?? '';
    const path = ['spec', 'targetRefs', index, 'name'];
    if (target['kind'] === 'Service')
      collector.toResource({ from, relation: 'targets', path, text }, 'Service', namespace, text);
  });
  asObjects(field(from, 'spec', 'validation', 'caCertificateRefs')).forEach((reference, index) => {
    const kind = asString(reference['kind']);
    const text = asString(reference['name']) ?? '';
    const path = ['spec', 'validation', 'caCertificateRefs', index, 'name'];
    if (kind === 'ConfigMap' || kind === 'Secret')
      collector.toResource({ from, relation: 'reads', path, text }, kind, namespace, text);
  });
}
