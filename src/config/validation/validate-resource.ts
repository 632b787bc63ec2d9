import type { KubeObject } from '../../kube/object.ts';
import { checkAuthorizationPolicy } from './kinds/authorization-policy.ts';
import { checkDestinationRule } from './kinds/destination-rule.ts';
import { checkEnvoyFilter } from './kinds/envoy-filter.ts';
import { checkGateway } from './kinds/gateway.ts';
import { checkPeerAuthentication } from './kinds/peer-authentication.ts';
import { checkRequestAuthentication } from './kinds/request-authentication.ts';
import { checkServiceEntry } from './kinds/service-entry.ts';
import { checkSidecar } from './kinds/sidecar.ts';
import { checkTelemetry } from './kinds/telemetry.ts';
import { checkVirtualService } from './kinds/virtual-service.ts';
import { checkTrafficExtension, checkWasmPlugin } from './kinds/wasm-plugin.ts';
import { checkProxyConfig, checkWorkloadEntry, checkWorkloadGroup } from './kinds/workloads.ts';
import { isNameLabel } from './parts/names.ts';
import { type Problem, Spot } from './spot.ts';

/** The rules of each kind of Istio, over its `spec`. */
const CHECKS = {
  AuthorizationPolicy: checkAuthorizationPolicy,
  DestinationRule: checkDestinationRule,
  EnvoyFilter: checkEnvoyFilter,
  Gateway: checkGateway,
  PeerAuthentication: checkPeerAuthentication,
  ProxyConfig: checkProxyConfig,
  RequestAuthentication: checkRequestAuthentication,
  ServiceEntry: checkServiceEntry,
  Sidecar: checkSidecar,
  Telemetry: checkTelemetry,
  TrafficExtension: checkTrafficExtension,
  VirtualService: checkVirtualService,
  WasmPlugin: checkWasmPlugin,
  WorkloadEntry: checkWorkloadEntry,
  WorkloadGroup: checkWorkloadGroup,
} as const satisfies Record<string, (spec: Spot, namespace: string) => void>;

/** A kind of Istio that has rules of its own. */
export type ValidatedKind = keyof typeof CHECKS;

/**
 * What is wrong with a resource of Istio by itself, by the rules that istiod has beyond the schema (analyzers, section
 * 4), in the order in which the rules stand. The kind must be one of Istio's groups.
 */
export function validateResource(kind: ValidatedKind, object: KubeObject): readonly Problem[] {
  const problems: Problem[] = [];
  const { name, namespace = '' } = object.metadata;
  if (kind === 'Gateway' && !isNameLabel(name))
    problems.push({
      level: 'error',
      text: `the name "${name}" has characters that a gateway can not have`,
      path: ['metadata', 'name'],
    });
  CHECKS[kind](new Spot(object['spec'] ?? {}, ['spec'], problems), namespace);
  return problems;
}
