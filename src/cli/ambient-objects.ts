import { policyVerdicts } from '../answers/policy-verdicts.ts';
import { unboundServices } from '../answers/unbound-services.ts';
import type { PolicyVerdict } from '../answers/ztunnel-policies.ts';
import type { KubeObject } from '../kube/object.ts';
import { podsLeftOutside } from '../mesh/ambient.ts';
import { isWaypoint } from '../mesh/waypoint-binding.ts';
import type { CommandContext } from './context.ts';
import { noteMissing } from './missing.ts';

const GATEWAY_API = 'gateway.networking.k8s.io';

/** Why pods that should be served by a ztunnel are not; empty where pods and namespaces can't be read (a gap). */
export async function outsidePods(context: CommandContext): Promise<ReadonlyMap<string, string>> {
  const consequence = 'pods that should be served by ztunnel and are not stay unnamed';
  const [pods, namespaces] = await Promise.all([
    objects(context, '', 'pods', consequence),
    objects(context, '', 'namespaces', consequence),
  ]);
  return pods && namespaces ? podsLeftOutside(pods, namespaces) : new Map();
}

/** Why Services do not get the waypoint that they name; empty where that can't be read (a gap). */
export async function servicesWithoutWaypoint(context: CommandContext): Promise<ReadonlyMap<string, string>> {
  const consequence = 'services that do not get the waypoint they name stay unnamed';
  const [services, namespaces, gateways] = await Promise.all([
    objects(context, '', 'services', consequence),
    objects(context, '', 'namespaces', consequence),
    objects(context, GATEWAY_API, 'gateways', consequence),
  ]);
  if (services === undefined || namespaces === undefined || gateways === undefined) return new Map();
  return unboundServices(services, { namespaces, gateways: gateways.filter(isWaypoint) });
}

/** What istiod says of the AuthorizationPolicies that ztunnels should enforce; none where they can't be read (a gap). */
export async function ztunnelPolicyVerdicts(context: CommandContext): Promise<readonly PolicyVerdict[]> {
  const consequence = 'rules that were left out on the way to ztunnel stay unnamed';
  const policies = await objects(context, 'security.istio.io', 'authorizationpolicies', consequence);
  return policyVerdicts(policies ?? []);
}

async function objects(
  context: CommandContext,
  group: string,
  plural: string,
  consequence: string,
): Promise<readonly KubeObject[] | undefined> {
  const source = await context.source();
  if (!source.capabilities.has('kubernetes')) return undefined;
  const answer = await source.resources({ group, plural });
  // A cluster that does not know the kind has none of them.
  if (!answer.ok && answer.error.code === 'NotFound' && source.kind === 'cluster') return [];
  noteMissing(context, plural, answer, consequence);
  return answer.ok ? answer.value : undefined;
}
