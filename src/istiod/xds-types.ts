import { compareText } from '../util/text.ts';

/** Type URLs of the four resource types that every Envoy of a mesh subscribes to, and of extension configs. */
export const TYPE_URL = {
  cluster: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  listener: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  endpoint: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  route: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  extension: 'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig',
} as const;

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  [TYPE_URL.cluster, 'CDS'],
  [TYPE_URL.listener, 'LDS'],
  [TYPE_URL.endpoint, 'EDS'],
  [TYPE_URL.route, 'RDS'],
  [TYPE_URL.extension, 'ECDS'],
  ['type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret', 'SDS'],
  ['type.googleapis.com/istio.networking.nds.v1.NameTable', 'NDS'],
  ['type.googleapis.com/istio.mesh.v1alpha1.ProxyConfig', 'PCDS'],
  ['type.googleapis.com/istio.workload.Address', 'WDS'],
  ['type.googleapis.com/istio.workload.Workload', 'WDS'],
  ['type.googleapis.com/istio.security.Authorization', 'WADS'],
]);

const COMMON: readonly string[] = [TYPE_URL.cluster, TYPE_URL.listener, TYPE_URL.endpoint, TYPE_URL.route];

/** Short name of an xDS type (`CDS`, `WADS` …); an unknown type URL stays as it is. Source: spec of proxy-status §3.1. */
export function shortTypeName(typeUrl: string): string {
  return SHORT_NAMES.get(typeUrl) ?? typeUrl;
}

/** Type URLs in reading order: CDS, LDS, EDS, RDS, then the rest by full type URL, without repeats. */
export function subscriptionOrder(typeUrls: Iterable<string>): string[] {
  const all = new Set(typeUrls);
  const rest = [...all].filter((url) => !COMMON.includes(url)).sort(compareText);
  return [...COMMON.filter((url) => all.has(url)), ...rest];
}

const COMMON_SHORT: readonly string[] = COMMON.map(shortTypeName);

/** Short type names in reading order: CDS, LDS, EDS, RDS, then the rest by name, without repeats. */
export function shortTypeOrder(names: Iterable<string>): string[] {
  const all = new Set(names);
  const rest = [...all].filter((name) => !COMMON_SHORT.includes(name)).sort(compareText);
  return [...COMMON_SHORT.filter((name) => all.has(name)), ...rest];
}
