import type { RbacChain } from '../envoy/rbac.ts';
import { parseRbacPolicyName } from '../envoy/rbac-policy-name.ts';
import type { KubeObject } from '../kube/object.ts';
import { type AppliedPolicy, authorizationPoliciesFor, type PolicyTarget } from '../security/authz.ts';
import { field } from '../util/json.ts';
import { isInForce, type PolicyMode } from './authz-occurrences.ts';
import { type AuthzProblem, policyId } from './authz-problems.ts';
import { ruleDrift } from './authz-rule-drift.ts';

/** The AuthorizationPolicies of the cluster and the proxy's pod, or why they are not at hand. */
export type AuthzObjects =
  | {
      readonly ok: true;
      readonly policies: readonly KubeObject[];
      readonly pod: Omit<PolicyTarget, 'services'>;
      readonly rootNamespace: string;
      /** Namespaces whose policies could not be read: nothing can be said of those that the proxy holds. */
      readonly unread?: readonly string[] | undefined;
    }
  | { readonly ok: false; readonly reason: string };

/** A policy as the proxy holds it, as far as it is compared. */
interface HeldPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly action: string;
  readonly mode: PolicyMode;
  readonly rules: readonly unknown[];
  readonly inForce: boolean;
}

/**
 * Where a proxy and the cluster disagree: policies that should apply to the pod and that no working listener holds,
 * policies that the proxy holds in another form, and policies that it holds although they are gone or no longer
 * select the pod. A proxy without any listener for incoming traffic lacks nothing.
 */
export function policyDrift(
  objects: Extract<AuthzObjects, { ok: true }>,
  chains: readonly RbacChain[],
  held: readonly HeldPolicy[],
): AuthzProblem[] {
  const target: PolicyTarget = { ...objects.pod, services: servicesOf(chains) };
  const applied = authorizationPoliciesFor(objects.policies, target, objects.rootNamespace);
  const expected = new Map(applied.map((policy) => [policyId(policy), policy]));
  const found = held.filter(({ inForce, namespace }) => inForce && namespace !== '');
  const names = new Set(found.map(policyId));
  const takesTraffic = chains.length > 0;
  return [
    ...(takesTraffic
      ? applied.filter((policy) => !names.has(policyId(policy))).flatMap((policy) => missing(policy, chains))
      : []),
    ...found.flatMap((policy) => {
      const applied = expected.get(policyId(policy));
      return applied === undefined ? [] : outdated(policy, applied, objects.policies, chains);
    }),
    ...found
      .filter((policy) => !expected.has(policyId(policy)) && !objects.unread?.includes(policy.namespace))
      .flatMap((policy) => leftOver(policy, objects.policies) ?? []),
  ];
}

/** Services that a waypoint has chains for: `records.clinic.svc.cluster.local` is `records` in `clinic`. */
function servicesOf(chains: readonly RbacChain[]): { name: string; namespace: string }[] {
  return chains.flatMap(({ scope }) => {
    if (scope.kind !== 'service') return [];
    const [name = '', namespace = ''] = scope.host.split('.');
    return [{ name, namespace }];
  });
}

const SYNC_HINT = 'meshscope proxy-status shows whether the proxy is behind';

/** Nothing for a policy whose listener was refused: that is a problem of its own, told once. */
function missing(policy: AppliedPolicy, chains: readonly RbacChain[]): AuthzProblem[] {
  const idle = chains.find((chain) => !isInForce(chain) && holds(chain, policy));
  if (idle?.state === 'rejected') return [];
  const id = policyId(policy);
  const why =
    idle === undefined
      ? 'the proxy has no rule of it: not distributed yet, or refused'
      : `only listener ${idle.listener} holds it, which is ${idle.state}`;
  const effect = policy.isDryRun ? 'its dry run counts nothing' : `its ${policy.action} is not in force`;
  const text = `${id} applies to this pod, but ${effect}: ${why}`;
  return [{ level: 'bad', kind: 'missing', policy: id, text, next: SYNC_HINT }];
}

function holds(chain: RbacChain, policy: AppliedPolicy): boolean {
  const names = chain.filters.flatMap(({ enforced, shadow }) => [
    ...(enforced?.policies ?? []),
    ...(shadow?.policies ?? []),
  ]);
  return names.some(({ name }) => {
    const parsed = parseRbacPolicyName(name);
    return parsed !== undefined && parsed.namespace === policy.namespace && parsed.policy === policy.name;
  });
}

/** istiod writes one rule for a policy without any, so 0 and 1 look alike. */
function outdated(
  held: HeldPolicy,
  expected: AppliedPolicy,
  policies: readonly KubeObject[],
  chains: readonly RbacChain[],
): AuthzProblem[] {
  const differences: string[] = [];
  if (held.action !== expected.action)
    differences.push(`action ${held.action} instead of ${expected.action}`);
  const isDryRun = held.mode === 'dry-run';
  if (isDryRun !== expected.isDryRun && held.action !== 'CUSTOM') {
    differences.push(isDryRun ? 'still as a dry run' : 'enforced, though it is marked as a dry run now');
  }
  if (held.rules.length !== Math.max(1, expected.rules)) {
    differences.push(`${held.rules.length} of ${expected.rules} rules`);
  }
  const object = policies.find((one) => isNamed(one, held));
  const rules = object && ruleDrift(expected, object, chains);
  // With another action the rules on TCP are of another form, too: saying so once is enough.
  if (held.action === expected.action) differences.push(...(rules?.differences ?? []));
  const policy = policyId(held);
  if (differences.length > 0) {
    const text = `the proxy holds ${policy} in another form than the cluster: ${differences.join('; ')}`;
    return [{ level: 'warn', kind: 'outdated', policy, text, next: SYNC_HINT }];
  }
  return notCompared(policy, rules?.notCompared ?? []);
}

function notCompared(policy: string, parts: readonly string[]): AuthzProblem[] {
  if (parts.length === 0) return [];
  const text = `${policy} was not compared in full with the cluster: ${parts.join(', ')}`;
  const next = 'compare it by hand: meshscope authz check --rules shows what the proxy holds';
  return [{ level: 'warn', kind: 'not-compared', policy, text, next }];
}

function isNamed({ metadata }: KubeObject, { namespace, name }: HeldPolicy): boolean {
  return metadata.name === name && (metadata.namespace ?? '') === namespace;
}

function leftOver(held: HeldPolicy, policies: readonly KubeObject[]): AuthzProblem[] | undefined {
  const policy = policyId(held);
  const object = policies.find((one) => isNamed(one, held));
  if (object !== undefined && hasTargetRefs(object)) return undefined;
  const why =
    object === undefined ? 'no such AuthorizationPolicy exists any more' : 'it does not select this pod';
  const text = `the proxy still holds ${held.action} ${policy}, but ${why}`;
  return [{ level: 'warn', kind: 'left-over', policy, text, next: SYNC_HINT }];
}

/** A policy with targets may belong to a ServiceEntry or class whose chain can't be told from its name. */
function hasTargetRefs(object: KubeObject): boolean {
  return (
    field(object, 'spec', 'targetRefs') !== undefined || field(object, 'spec', 'targetRef') !== undefined
  );
}
