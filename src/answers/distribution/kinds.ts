/** How the effect of an object is seen in a proxy. */
export type Effect =
  /** Resources of Envoy carry the name of the object. */
  | 'mark'
  /** The RBAC filters carry the name of the policy. */
  | 'policy'
  /** There are clusters for its hosts. */
  | 'cluster'
  /** Nothing carries its name: a push from after the change was acknowledged. */
  | 'sync';

/** A kind whose distribution can be waited for. */
export interface WaitKind {
  readonly kind: string;
  readonly group: string;
  readonly plural: string;
  /** Words that people write for it, the shortest first. */
  readonly words: readonly string[];
  readonly effect: Effect;
  /** Short names of the xDS types that carry it to an Envoy. */
  readonly types: readonly string[];
  /** Those that carry it to a ztunnel; none when ztunnels do not get it. */
  readonly ztunnelTypes: readonly string[];
  /** Whether it takes effect in its own namespace only, or in all of them from the root namespace. */
  readonly isWorkloadScoped: boolean;
}

const NETWORKING = 'networking.istio.io';
const SECURITY = 'security.istio.io';
const GATEWAY_API = 'gateway.networking.k8s.io';
const ALL = ['CDS', 'LDS', 'EDS', 'RDS'];

function kindOf(
  kind: string,
  group: string,
  plural: string,
  words: readonly string[],
  effect: Effect,
  types: readonly string[],
  more: Partial<Pick<WaitKind, 'ztunnelTypes' | 'isWorkloadScoped'>> = {},
): WaitKind {
  const lower = kind.toLowerCase();
  return {
    kind,
    group,
    plural,
    words: [...words, lower, plural],
    effect,
    types,
    ztunnelTypes: [],
    isWorkloadScoped: false,
    ...more,
  };
}

const SCOPED = { isWorkloadScoped: true };

/** Every kind that can be waited for. */
export const WAIT_KINDS: readonly WaitKind[] = [
  kindOf('VirtualService', NETWORKING, 'virtualservices', ['vs'], 'mark', ['RDS', 'LDS']),
  kindOf('DestinationRule', NETWORKING, 'destinationrules', ['dr'], 'mark', ['CDS', 'EDS']),
  kindOf('HTTPRoute', GATEWAY_API, 'httproutes', [], 'mark', ['RDS', 'LDS']),
  kindOf('GRPCRoute', GATEWAY_API, 'grpcroutes', [], 'mark', ['RDS', 'LDS']),
  kindOf('TCPRoute', GATEWAY_API, 'tcproutes', [], 'mark', ['LDS', 'RDS']),
  kindOf('TLSRoute', GATEWAY_API, 'tlsroutes', [], 'mark', ['LDS', 'RDS']),
  kindOf('ServiceEntry', NETWORKING, 'serviceentries', ['se'], 'cluster', ['CDS', 'EDS'], {
    ztunnelTypes: ['WDS'],
  }),
  kindOf('Service', '', 'services', ['svc'], 'cluster', ['CDS', 'EDS'], { ztunnelTypes: ['WDS'] }),
  kindOf('AuthorizationPolicy', SECURITY, 'authorizationpolicies', ['ap', 'authz'], 'policy', ['LDS'], {
    ...SCOPED,
    ztunnelTypes: ['WADS'],
  }),
  kindOf('PeerAuthentication', SECURITY, 'peerauthentications', ['pa'], 'sync', ['LDS', 'CDS'], {
    ...SCOPED,
    ztunnelTypes: ['WADS'],
  }),
  kindOf('RequestAuthentication', SECURITY, 'requestauthentications', ['ra'], 'sync', ['LDS'], SCOPED),
  kindOf('EnvoyFilter', NETWORKING, 'envoyfilters', ['ef'], 'sync', [...ALL, 'ECDS'], SCOPED),
  kindOf('Sidecar', NETWORKING, 'sidecars', [], 'sync', ALL, SCOPED),
  kindOf('Gateway', NETWORKING, 'gateways', ['gw'], 'sync', ['LDS', 'RDS']),
  kindOf('Telemetry', 'telemetry.istio.io', 'telemetries', [], 'sync', ['LDS'], SCOPED),
  kindOf('WasmPlugin', 'extensions.istio.io', 'wasmplugins', [], 'sync', ['LDS', 'ECDS'], SCOPED),
];

/** The kind that a word names, also with its group behind a dot (`gateway.networking.istio.io`). */
export function waitKind(word: string): WaitKind | undefined {
  const [name = '', ...group] = word.toLowerCase().split('.');
  return WAIT_KINDS.find(
    (one) => one.words.includes(name) && (group.length === 0 || one.group === group.join('.')),
  );
}
