import type { KubeObject } from '../kube/object.ts';
import { isStandIn } from '../mesh/default-gateway.ts';
import type { Kind } from '../mesh/kinds.ts';
import { rootNamespaceOf } from '../mesh/mesh-config.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import { GraphCollector, type GraphGaps } from './collector.ts';
import type { DependencyGraph } from './graph.ts';
import {
  injectionReferences,
  isIstioWebhook,
  meshNetworkReferences,
  remoteSecretReferences,
  webhookReferences,
} from './references/control-plane.ts';
import { gatewayReferences } from './references/gateway.ts';
import {
  backendTlsReferences,
  kubernetesGatewayReferences,
  routeReferences,
} from './references/gateway-api.ts';
import { grantReferences } from './references/grants.ts';
import { ingressReferences } from './references/ingress.ts';
import {
  destinationRuleReferences,
  serviceEntryReferences,
  sidecarReferences,
} from './references/networking.ts';
import {
  authorizationReferences,
  networkPolicyReferences,
  policyReferences,
  requestAuthenticationReferences,
} from './references/policies.ts';
import { providerServices, telemetryReferences } from './references/providers.ts';
import { serviceReferences, waypointReferences } from './references/services.ts';
import { subsetIndex, virtualServiceReferences } from './references/virtual-service.ts';
import { podReferences, workloadEntryReferences, workloadGroupReferences } from './references/workloads.ts';

/** Kinds whose objects are all in the graph; those of the second list only where something names them. */
const SHOWN = [
  'AuthorizationPolicy',
  'BackendTLSPolicy',
  'DestinationRule',
  'EnvoyFilter',
  'Gateway',
  'GatewayApiGateway',
  'GRPCRoute',
  'HTTPRoute',
  'Ingress',
  'Namespace',
  'NetworkPolicy',
  'PeerAuthentication',
  'ProxyConfig',
  'ReferenceGrant',
  'RequestAuthentication',
  'Service',
  'ServiceEntry',
  'Sidecar',
  'TCPRoute',
  'Telemetry',
  'TLSRoute',
  'TrafficExtension',
  'VirtualService',
  'WasmPlugin',
  'WorkloadEntry',
  'WorkloadGroup',
] as const satisfies readonly Kind[];
const NAMED = [
  'ConfigMap',
  'GatewayClass',
  'MeshConfig',
  'MeshNetworks',
  'MutatingWebhookConfiguration',
  'Pod',
  'Secret',
  'ServiceAccount',
  'ValidatingWebhookConfiguration',
] as const satisfies readonly Kind[];

/** The kinds that a graph is made from. */
export const GRAPH_KINDS: readonly Kind[] = [...SHOWN, ...NAMED];

type References = (collector: GraphCollector, from: KubeObject) => void;

/**
 * The graph of a mesh: its resources, the workloads that they select, and every reference with the field that it stands
 * in (dependency graph, sections 2 to 5). What is named and does not exist is a node without an object.
 */
export function buildGraph(resources: ResourceSet, gaps: GraphGaps = {}): DependencyGraph {
  const collector = new GraphCollector(resources, gaps);
  const all = (kind: Kind): readonly KubeObject[] =>
    resources.all(kind).filter((object) => !isStandIn(object));
  for (const kind of SHOWN) for (const object of all(kind)) collector.node(object);
  const each = (kinds: readonly Kind[], ...readers: readonly References[]): void => {
    for (const kind of kinds)
      for (const object of all(kind)) for (const read of readers) read(collector, object);
  };
  const subsets = subsetIndex(resources.all('DestinationRule'));
  each(['VirtualService'], (to, from) => virtualServiceReferences(to, from, subsets));
  each(['DestinationRule'], destinationRuleReferences);
  each(['Gateway'], gatewayReferences);
  each(['Sidecar'], sidecarReferences);
  each(['ServiceEntry'], serviceEntryReferences, waypointReferences);
  each(['Service'], serviceReferences, waypointReferences);
  each(['Namespace'], waypointReferences);
  each(['WorkloadEntry'], workloadEntryReferences, waypointReferences);
  each(['WorkloadGroup'], workloadGroupReferences);
  policies(each, rootNamespaceOf(resources.all('MeshConfig')[0]));
  each(['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'], routeReferences);
  each(['GatewayApiGateway'], kubernetesGatewayReferences);
  each(['BackendTLSPolicy'], backendTlsReferences);
  each(['ReferenceGrant'], grantReferences);
  each(['Ingress'], ingressReferences);
  each(['MeshConfig'], (to, from) => providerServices(to, from, (name) => to.has('ExtensionProvider', name)));
  each(['MeshNetworks'], meshNetworkReferences);
  each(['Secret'], remoteSecretReferences);
  podReferences(
    collector,
    resources.select('Pod', []).filter((pod) => !isStandIn(pod)),
  );
  const webhooks = resources.all('MutatingWebhookConfiguration').filter(isIstioWebhook);
  const validating = resources.all('ValidatingWebhookConfiguration').filter(isIstioWebhook);
  for (const webhook of [...webhooks, ...validating]) webhookReferences(collector, webhook);
  injectionReferences(collector, resources.all('Namespace'), webhooks);
  return collector.graph();
}

function policies(each: (kinds: readonly Kind[], ...readers: References[]) => void, root: string): void {
  each(
    [
      'AuthorizationPolicy',
      'EnvoyFilter',
      'PeerAuthentication',
      'ProxyConfig',
      'RequestAuthentication',
      'Telemetry',
      'TrafficExtension',
      'WasmPlugin',
    ],
    (to, from) => policyReferences(to, from, root),
  );
  each(['AuthorizationPolicy'], authorizationReferences);
  each(['RequestAuthentication'], requestAuthenticationReferences);
  each(['Telemetry'], telemetryReferences);
  each(['NetworkPolicy'], networkPolicyReferences);
}
