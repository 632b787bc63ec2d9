import { rootNamespaceOf } from '../mesh/mesh-config.ts';
import type { ResourceSet } from '../mesh/resource-set.ts';
import { GraphCollector } from './collector.ts';
import type { DependencyGraph } from './graph.ts';
import { kubernetesGatewayReferences, routeReferences } from './references/gateway-api.ts';
import {
  destinationRuleReferences,
  gatewayReferences,
  serviceReferences,
  sidecarReferences,
  waypointReferences,
  workloadSelectorReferences,
} from './references/networking.ts';
import { authorizationReferences, policyReferences } from './references/policies.ts';
import { subsetIndex, virtualServiceReferences } from './references/virtual-service.ts';

const POLICIES = [
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'Telemetry',
  'WasmPlugin',
  'TrafficExtension',
] as const;

/**
 * The graph of a mesh: its resources, the workloads that they select, and every reference with the field that it stands
 * in (dependency graph, sections 2 to 5). What is named and does not exist is a node without an object.
 */
export function buildGraph(resources: ResourceSet): DependencyGraph {
  const collector = new GraphCollector(resources);
  const root = rootNamespaceOf(resources.all('MeshConfig')[0]);
  const subsets = subsetIndex(resources.all('DestinationRule'));
  for (const object of resources.all('VirtualService')) virtualServiceReferences(collector, object, subsets);
  for (const object of resources.all('DestinationRule')) destinationRuleReferences(collector, object);
  for (const object of resources.all('Gateway')) gatewayReferences(collector, object);
  for (const object of resources.all('Sidecar')) sidecarReferences(collector, object);
  for (const kind of ['ServiceEntry', 'EnvoyFilter'] as const)
    for (const object of resources.all(kind)) workloadSelectorReferences(collector, object);
  for (const object of resources.all('Service')) serviceReferences(collector, object);
  for (const kind of ['ServiceEntry', 'Namespace'] as const)
    for (const object of resources.all(kind)) waypointReferences(collector, object);
  for (const kind of POLICIES)
    for (const object of resources.all(kind)) policyReferences(collector, object, root);
  for (const object of resources.all('ProxyConfig')) policyReferences(collector, object, root);
  for (const object of resources.all('AuthorizationPolicy')) authorizationReferences(collector, object);
  for (const kind of ['HTTPRoute', 'GRPCRoute'] as const)
    for (const object of resources.all(kind)) routeReferences(collector, object);
  for (const object of resources.all('GatewayApiGateway')) kubernetesGatewayReferences(collector, object);
  return collector.graph();
}
