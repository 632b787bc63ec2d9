import type { KubeObject } from '../../kube/object.ts';
import { objectId } from '../../kube/oldest-first.ts';
import { serviceAddress } from '../../mesh/gateway.ts';
import type { MeshObjects } from '../../mesh/objects.ts';
import { asNumber, asObjects, asString, asStrings, field, type JsonObject } from '../../util/json.ts';
import type { Exposure } from './exposure.ts';

/** Ways from outside that HTTPRoutes and GRPCRoutes make by a Gateway of the Gateway API. */
export function kubeRouteExposures(service: KubeObject, objects: MeshObjects): readonly Exposure[] {
  return kubeRoutesTo(service, objects).flatMap((route) =>
    asObjects(field(route, 'spec', 'parentRefs'))
      .filter((parent) => (asString(parent['kind']) ?? 'Gateway') === 'Gateway')
      .flatMap((parent) => throughParent(service, route, parent, objects)),
  );
}

/** The HTTPRoutes and GRPCRoutes with a backend that is the service. */
export function kubeRoutesTo(service: KubeObject, objects: MeshObjects): readonly KubeObject[] {
  return [...objects.all('httpRoutes'), ...objects.all('grpcRoutes')].filter((route) =>
    asObjects(field(route, 'spec', 'rules')).some((rule) =>
      asObjects(rule['backendRefs']).some((backend) => refersTo(backend, route, service)),
    ),
  );
}

/** The HTTPRoutes and GRPCRoutes that have the service as their parent: rules for its callers inside the mesh. */
export function meshRoutesOf(service: KubeObject, objects: MeshObjects): readonly KubeObject[] {
  return [...objects.all('httpRoutes'), ...objects.all('grpcRoutes')].filter((route) =>
    asObjects(field(route, 'spec', 'parentRefs')).some(
      (parent) => parent['kind'] === 'Service' && refersTo(parent, route, service),
    ),
  );
}

function refersTo(reference: JsonObject, route: KubeObject, service: KubeObject): boolean {
  const kind = asString(reference['kind']) ?? 'Service';
  const namespace = asString(reference['namespace']) ?? route.metadata.namespace;
  return (
    kind === 'Service' &&
    reference['name'] === service.metadata.name &&
    namespace === service.metadata.namespace
  );
}

function throughParent(
  service: KubeObject,
  route: KubeObject,
  parent: JsonObject,
  objects: MeshObjects,
): Exposure[] {
  const namespace = asString(parent['namespace']) ?? route.metadata.namespace ?? '';
  const gateway = objects.find('kubeGateways', namespace, asString(parent['name']) ?? '');
  if (gateway === undefined) return [];
  const front = objects
    .within('services', namespace)
    .find(
      ({ metadata }) => metadata.labels?.['gateway.networking.k8s.io/gateway-name'] === gateway.metadata.name,
    );
  const section = asString(parent['sectionName']);
  return asObjects(field(gateway, 'spec', 'listeners'))
    .filter((listener) => section === undefined || listener['name'] === section)
    .flatMap((listener) => {
      const hosts = asStrings(field(route, 'spec', 'hostnames'));
      const own = asString(listener['hostname']) ?? '*';
      return (hosts.length > 0 ? hosts : [own]).map((host) => ({
        url: urlOf(listener, host),
        matches: kubeMatches(route, service),
        gateway: `Gateway API Gateway ${objectId(gateway)}`,
        route: `${route.kind} ${objectId(route)}`,
        address: front && serviceAddress(front),
        entrance: front && objectId(front),
      }));
    });
}

function urlOf(listener: JsonObject, host: string): string {
  const protocol = (asString(listener['protocol']) ?? 'HTTP').toLowerCase();
  const port = asNumber(listener['port']);
  const usual = protocol === 'https' ? 443 : 80;
  return `${protocol}://${host}${port === undefined || port === usual ? '' : `:${port}`}`;
}

/** What requests must have to be led to the service, in words; empty when some rule takes all. */
export function kubeMatches(route: KubeObject, service: KubeObject): readonly string[] {
  const rules = asObjects(field(route, 'spec', 'rules')).filter((rule) =>
    asObjects(rule['backendRefs']).some((backend) => refersTo(backend, route, service)),
  );
  const texts = rules.flatMap((rule) => {
    const matches = asObjects(rule['matches']);
    return matches.length === 0 ? [''] : matches.map(matchText);
  });
  return texts.includes('') ? [] : [...new Set(texts)];
}

function matchText(match: JsonObject): string {
  const path = asString(field(match, 'path', 'value'));
  const isPrefix = (asString(field(match, 'path', 'type')) ?? 'PathPrefix') === 'PathPrefix';
  const shown =
    path === undefined || (isPrefix && path === '/') ? undefined : `path ${path}${isPrefix ? '*' : ''}`;
  const method = asString(match['method']);
  const headers = asObjects(match['headers']).map(
    (one) => `header ${String(one['name'])}=${String(one['value'])}`,
  );
  return [shown, method && `method ${method}`, ...headers]
    .filter((part) => part !== undefined && part !== '')
    .join(' and ');
}
