/** A kind that configuration is made of: where the API server serves it, and under which versions. */
export interface ServedKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  /** Every version that a current release serves, the preferred one first: all of them mean the same object. */
  readonly versions: readonly string[];
  readonly namespaced: boolean;
}

const ISTIO = ['v1', 'v1beta1', 'v1alpha3'] as const;
const SECURITY = ['v1', 'v1beta1'] as const;
const V1 = ['v1'] as const;

type Row = readonly [kind: string, plural: string, versions: readonly string[], scope?: 'cluster'];

/** From the CRDs of Istio 1.32 and of the Gateway API it comes with, and the built-in kinds of Kubernetes. */
const BY_GROUP: Readonly<Record<string, readonly Row[]>> = {
  'networking.istio.io': [
    ['DestinationRule', 'destinationrules', ISTIO],
    ['EnvoyFilter', 'envoyfilters', ['v1alpha3']],
    ['Gateway', 'gateways', ISTIO],
    ['ProxyConfig', 'proxyconfigs', ['v1beta1']],
    ['ServiceEntry', 'serviceentries', ISTIO],
    ['Sidecar', 'sidecars', ISTIO],
    ['VirtualService', 'virtualservices', ISTIO],
    ['WorkloadEntry', 'workloadentries', ISTIO],
    ['WorkloadGroup', 'workloadgroups', ISTIO],
  ],
  'security.istio.io': [
    ['AuthorizationPolicy', 'authorizationpolicies', SECURITY],
    ['PeerAuthentication', 'peerauthentications', SECURITY],
    ['RequestAuthentication', 'requestauthentications', SECURITY],
  ],
  'telemetry.istio.io': [['Telemetry', 'telemetries', ['v1', 'v1alpha1']]],
  'extensions.istio.io': [
    ['TrafficExtension', 'trafficextensions', ['v1alpha1']],
    ['WasmPlugin', 'wasmplugins', ['v1alpha1']],
  ],
  'install.istio.io': [['IstioOperator', 'istiooperators', ['v1alpha1']]],
  'gateway.networking.k8s.io': [
    ['BackendTLSPolicy', 'backendtlspolicies', ['v1', 'v1alpha3']],
    ['Gateway', 'gateways', SECURITY],
    ['GatewayClass', 'gatewayclasses', SECURITY, 'cluster'],
    ['GRPCRoute', 'grpcroutes', ['v1', 'v1alpha2']],
    ['HTTPRoute', 'httproutes', SECURITY],
    ['ListenerSet', 'listenersets', V1],
    ['ReferenceGrant', 'referencegrants', ['v1', 'v1beta1', 'v1alpha2']],
    ['TCPRoute', 'tcproutes', ['v1', 'v1alpha2']],
    ['TLSRoute', 'tlsroutes', ['v1', 'v1alpha3', 'v1alpha2']],
    ['UDPRoute', 'udproutes', ['v1', 'v1alpha2']],
  ],
  'gateway.networking.x-k8s.io': [
    ['XBackend', 'xbackends', ['v1alpha1']],
    ['XBackendTrafficPolicy', 'xbackendtrafficpolicies', ['v1alpha1']],
    ['XListenerSet', 'xlistenersets', ['v1alpha1']],
    ['XMesh', 'xmeshes', ['v1alpha1'], 'cluster'],
  ],
  '': [
    ['ConfigMap', 'configmaps', V1],
    ['Endpoints', 'endpoints', V1],
    ['Namespace', 'namespaces', V1, 'cluster'],
    ['Node', 'nodes', V1, 'cluster'],
    ['Pod', 'pods', V1],
    ['Secret', 'secrets', V1],
    ['Service', 'services', V1],
    ['ServiceAccount', 'serviceaccounts', V1],
  ],
  apps: [
    ['DaemonSet', 'daemonsets', V1],
    ['Deployment', 'deployments', V1],
    ['ReplicaSet', 'replicasets', V1],
    ['StatefulSet', 'statefulsets', V1],
  ],
  batch: [
    ['CronJob', 'cronjobs', V1],
    ['Job', 'jobs', V1],
  ],
  'discovery.k8s.io': [['EndpointSlice', 'endpointslices', V1]],
  'networking.k8s.io': [
    ['Ingress', 'ingresses', V1],
    ['NetworkPolicy', 'networkpolicies', V1],
  ],
  'admissionregistration.k8s.io': [
    ['MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', V1, 'cluster'],
    ['ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', V1, 'cluster'],
  ],
  'apiextensions.k8s.io': [['CustomResourceDefinition', 'customresourcedefinitions', V1, 'cluster']],
};

const KINDS: ReadonlyMap<string, ServedKind> = new Map(
  Object.entries(BY_GROUP).flatMap(([group, rows]) =>
    rows.map(([kind, plural, versions, scope]) => [
      `${group}/${kind}`,
      { group, kind, plural, versions, namespaced: scope !== 'cluster' },
    ]),
  ),
);

/** A kind by its `apiVersion` and `kind`, in whatever version it is written. */
export interface FoundKind {
  readonly served: ServedKind;
  readonly version: string;
  /** Whether that version is one under which the kind is served. */
  readonly isServed: boolean;
}

/** Group and version of an `apiVersion`; the core group is `''`. */
export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The kind that an object is of; `undefined` for kinds that have nothing to do with a mesh. */
export function findKind(apiVersion: string, kind: string): FoundKind | undefined {
  const { group, version } = groupVersion(apiVersion);
  const served = KINDS.get(`${group}/${kind}`);
  return served && { served, version, isServed: served.versions.includes(version) };
}

/** All kinds that are known, for suggestions. */
export function servedKinds(): readonly ServedKind[] {
  return [...KINDS.values()];
}
