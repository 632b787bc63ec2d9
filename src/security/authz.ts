import type { KubeObject } from '../kube/object.ts';
import { equalitySelector, matchesSelector } from '../kube/selector.ts';
import { asArray, asObject, asObjects, asString, field } from '../util/json.ts';

/** Actions of an AuthorizationPolicy. Only CUSTOM, DENY and ALLOW decide; AUDIT only marks requests. */
export type AuthzAction = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

/** Why a policy applies: by the mesh's root namespace, by namespace, by pod labels, or by naming the target. */
export type PolicyScope = 'mesh' | 'namespace' | 'selector' | 'targetRef';

/** An AuthorizationPolicy that applies to a proxy, with what matters for finding it there. */
export interface AppliedPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly action: AuthzAction;
  readonly isDryRun: boolean;
  /** Of a CUSTOM policy. */
  readonly provider: string | undefined;
  /** Number of `spec.rules`; 0 for a policy that matches nothing. */
  readonly rules: number;
  readonly scope: PolicyScope;
}

/** The proxy that policies are looked up for. */
export interface PolicyTarget {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Revision of its control plane, when known. */
  readonly revision?: string | undefined;
  /** Services that a waypoint has chains for. */
  readonly services?: readonly { readonly name: string; readonly namespace: string }[];
}

const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
const GATEWAY_CLASS = 'gateway.networking.k8s.io/gateway-class-name';
const MANAGED = 'gateway.istio.io/managed';
const WAYPOINT_CLASS = 'istio-waypoint';

/** Whether the labels are those of a waypoint's pod. */
export function isWaypoint(labels: Readonly<Record<string, string>>): boolean {
  return labels[GATEWAY_CLASS] === WAYPOINT_CLASS || labels[MANAGED] === 'istio.io-mesh-controller';
}

/**
 * The AuthorizationPolicies that istiod puts into the Envoy of `target`. Only the root namespace and the target's
 * own (for waypoints also the services') are looked at; a policy with targetRefs never applies to a sidecar, one
 * without them never to a waypoint's services. Source: spec of authorization §2.
 */
export function authorizationPoliciesFor(
  policies: readonly KubeObject[],
  target: PolicyTarget,
  rootNamespace: string,
): AppliedPolicy[] {
  return policies.flatMap((policy) => {
    if (!isReadByRevision(policy, target.revision)) return [];
    const scope = scopeFor(policy, target, rootNamespace);
    return scope === undefined ? [] : [toApplied(policy, scope)];
  });
}

/** An object labelled with a revision is read by that control plane only. */
function isReadByRevision(policy: KubeObject, revision: string | undefined): boolean {
  const wanted = policy.metadata.labels?.['istio.io/rev'];
  return wanted === undefined || revision === undefined || wanted === revision;
}

function scopeFor(policy: KubeObject, target: PolicyTarget, root: string): PolicyScope | undefined {
  const refs = targetRefs(policy);
  const gateway = target.labels[GATEWAY_NAME];
  if (refs.length > 0) {
    if (gateway === undefined) return undefined;
    return refs.some((ref) => namesTarget(ref, policy, target, gateway, root)) ? 'targetRef' : undefined;
  }
  if (isWaypoint(target.labels)) return undefined;
  const namespace = policy.metadata.namespace ?? '';
  if (namespace !== root && namespace !== target.namespace) return undefined;
  const selector = asObject(field(policy, 'spec', 'selector', 'matchLabels')) ?? {};
  if (Object.keys(selector).length === 0) return namespace === root ? 'mesh' : 'namespace';
  return matchesSelector(equalitySelector(selector), target.labels) ? 'selector' : undefined;
}

function targetRefs(policy: KubeObject): readonly unknown[] {
  const single = asObject(field(policy, 'spec', 'targetRef'));
  return [...asObjects(field(policy, 'spec', 'targetRefs')), ...(single === undefined ? [] : [single])];
}

function namesTarget(
  ref: unknown,
  policy: KubeObject,
  target: PolicyTarget,
  gateway: string,
  root: string,
): boolean {
  const kind = asString(field(ref, 'kind'));
  const name = asString(field(ref, 'name'));
  const namespace = policy.metadata.namespace ?? '';
  if (kind === 'Gateway') return name === gateway && namespace === target.namespace;
  if (!isWaypoint(target.labels)) return false;
  if (kind === 'GatewayClass') return name === WAYPOINT_CLASS && namespace === root;
  const isService = kind === 'Service' || kind === 'ServiceEntry';
  return isService && (target.services ?? []).some((one) => one.name === name && one.namespace === namespace);
}

function toApplied(policy: KubeObject, scope: PolicyScope): AppliedPolicy {
  return {
    namespace: policy.metadata.namespace ?? '',
    name: policy.metadata.name,
    action: actionOf(field(policy, 'spec', 'action')),
    isDryRun: policy.metadata.annotations?.['istio.io/dry-run'] === 'true',
    provider: asString(field(policy, 'spec', 'provider', 'name')),
    rules: asArray(field(policy, 'spec', 'rules')).length,
    scope,
  };
}

function actionOf(value: unknown): AuthzAction {
  return value === 'DENY' || value === 'AUDIT' || value === 'CUSTOM' ? value : 'ALLOW';
}
