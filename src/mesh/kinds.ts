import { groupVersion } from '../config/served-kinds.ts';
import type { KubeObject } from '../kube/object.ts';

/** Group and plural of a kind, as in its REST path. */
export interface KindInfo {
  readonly group: string;
  readonly plural: string;
}

/**
 * The kinds that analyzers may read, by the name that an analyzer declares. Where two groups have a kind of the same
 * name, the Gateway API's one is written with its group's short name in front. MeshConfig and MeshNetworks are no
 * kinds of the API server: whoever runs analyzers makes them from the ConfigMap or the file that holds them.
 */
export const KINDS = {
  AuthorizationPolicy: { group: 'security.istio.io', plural: 'authorizationpolicies' },
  BackendTLSPolicy: { group: 'gateway.networking.k8s.io', plural: 'backendtlspolicies' },
  ConfigMap: { group: '', plural: 'configmaps' },
  CustomResourceDefinition: { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' },
  Deployment: { group: 'apps', plural: 'deployments' },
  DestinationRule: { group: 'networking.istio.io', plural: 'destinationrules' },
  EnvoyFilter: { group: 'networking.istio.io', plural: 'envoyfilters' },
  Gateway: { group: 'networking.istio.io', plural: 'gateways' },
  GatewayApiGateway: { group: 'gateway.networking.k8s.io', plural: 'gateways' },
  GatewayClass: { group: 'gateway.networking.k8s.io', plural: 'gatewayclasses' },
  GRPCRoute: { group: 'gateway.networking.k8s.io', plural: 'grpcroutes' },
  HTTPRoute: { group: 'gateway.networking.k8s.io', plural: 'httproutes' },
  Ingress: { group: 'networking.k8s.io', plural: 'ingresses' },
  MeshConfig: { group: 'mesh.istio.io', plural: 'meshconfigs' },
  MeshNetworks: { group: 'mesh.istio.io', plural: 'meshnetworks' },
  MutatingWebhookConfiguration: {
    group: 'admissionregistration.k8s.io',
    plural: 'mutatingwebhookconfigurations',
  },
  Namespace: { group: '', plural: 'namespaces' },
  NetworkPolicy: { group: 'networking.k8s.io', plural: 'networkpolicies' },
  Node: { group: '', plural: 'nodes' },
  PeerAuthentication: { group: 'security.istio.io', plural: 'peerauthentications' },
  Pod: { group: '', plural: 'pods' },
  ProxyConfig: { group: 'networking.istio.io', plural: 'proxyconfigs' },
  ReferenceGrant: { group: 'gateway.networking.k8s.io', plural: 'referencegrants' },
  RequestAuthentication: { group: 'security.istio.io', plural: 'requestauthentications' },
  Secret: { group: '', plural: 'secrets' },
  Service: { group: '', plural: 'services' },
  ServiceAccount: { group: '', plural: 'serviceaccounts' },
  ServiceEntry: { group: 'networking.istio.io', plural: 'serviceentries' },
  Sidecar: { group: 'networking.istio.io', plural: 'sidecars' },
  TCPRoute: { group: 'gateway.networking.k8s.io', plural: 'tcproutes' },
  Telemetry: { group: 'telemetry.istio.io', plural: 'telemetries' },
  TLSRoute: { group: 'gateway.networking.k8s.io', plural: 'tlsroutes' },
  TrafficExtension: { group: 'extensions.istio.io', plural: 'trafficextensions' },
  ValidatingWebhookConfiguration: {
    group: 'admissionregistration.k8s.io',
    plural: 'validatingwebhookconfigurations',
  },
  VirtualService: { group: 'networking.istio.io', plural: 'virtualservices' },
  WasmPlugin: { group: 'extensions.istio.io', plural: 'wasmplugins' },
  WorkloadEntry: { group: 'networking.istio.io', plural: 'workloadentries' },
  WorkloadGroup: { group: 'networking.istio.io', plural: 'workloadgroups' },
} as const satisfies Record<string, KindInfo>;

/** A kind that an analyzer may declare as its input. */
export type Kind = keyof typeof KINDS;

const BY_GROUP_KIND: ReadonlyMap<string, Kind> = new Map(
  (Object.keys(KINDS) as Kind[]).map((kind) => [
    `${KINDS[kind].group}/${kind === 'GatewayApiGateway' ? 'Gateway' : kind}`,
    kind,
  ]),
);

/** The kind of an object, whatever version of its group it is written in; `undefined` when no analyzer reads such. */
export function kindOf(object: KubeObject): Kind | undefined {
  const { group } = groupVersion(object.apiVersion);
  return BY_GROUP_KIND.get(`${group}/${object.kind}`);
}
