import type { ChainScope, RbacChain, RbacLayer, RbacPolicy, RbacRules } from '../envoy/rbac.ts';
import { parseRbacPolicyName } from '../envoy/rbac-policy-name.ts';
import { type RuleText, ruleText } from '../envoy/rbac-text.ts';
import type { AuthzAction } from '../security/authz.ts';

/**
 * How a policy is held by a proxy: `enforced`, `dry-run` (counted, never decides), or `misconfigured` (a CUSTOM
 * action that istiod could not set up: what its rules match is denied).
 */
export type PolicyMode = 'enforced' | 'dry-run' | 'misconfigured';

/** One rule of one policy in one filter. */
export interface Occurrence {
  readonly action: AuthzAction;
  readonly mode: PolicyMode;
  /** Empty for a policy that istiod did not write (an EnvoyFilter's, say). */
  readonly namespace: string;
  readonly name: string;
  readonly provider: string | undefined;
  readonly rule: string;
  readonly text: RuleText;
  readonly layer: RbacLayer;
  readonly place: string;
  readonly scope: ChainScope['kind'];
  /** The listener works: it is active or static. */
  readonly inForce: boolean;
}

/** Every rule of every RBAC filter, in the order of the chains. */
export function occurrencesIn(chains: readonly RbacChain[]): Occurrence[] {
  return chains.flatMap((chain) =>
    chain.filters.flatMap((filter) => [
      ...rulesIn(filter.enforced, false).map((rule) => ({ ...rule, ...whereIs(chain), layer: filter.layer })),
      ...rulesIn(filter.shadow, true).map((rule) => ({ ...rule, ...whereIs(chain), layer: filter.layer })),
    ]),
  );
}

/** Whether the chain's listener is in use, so that its filters decide anything. */
export function isInForce(chain: RbacChain): boolean {
  return chain.state === 'active' || chain.state === 'static';
}

function whereIs(chain: RbacChain): Pick<Occurrence, 'place' | 'scope' | 'inForce'> {
  return { place: placeText(chain.scope), scope: chain.scope.kind, inForce: isInForce(chain) };
}

/** Which traffic, in few words: `9080`, `other ports`, `records.clinic.svc.cluster.local:8000`, `8443 (SNI …)`. */
export function placeText(scope: ChainScope): string {
  switch (scope.kind) {
    case 'port':
      return String(scope.port);
    case 'other-ports':
      return 'other ports';
    case 'service':
      return `${scope.host}:${scope.port}`;
    case 'workload':
      return 'workload addresses';
    case 'listener':
      return scope.serverNames.length === 0
        ? String(scope.port)
        : `${scope.port} (SNI ${scope.serverNames.join(', ')})`;
  }
}

type Rule = Omit<Occurrence, 'place' | 'scope' | 'inForce' | 'layer'>;

function rulesIn(rules: RbacRules | undefined, isShadow: boolean): Rule[] {
  return (rules?.policies ?? []).map((policy) => toRule(policy, rules?.action ?? 'ALLOW', isShadow));
}

/**
 * A CUSTOM policy that works stands in the shadow rules (its match only triggers the external authorizer), so there
 * shadow means enforced; under `rules` it is a dry run or, with istiod's suffix, a denial.
 */
function toRule(policy: RbacPolicy, action: RbacRules['action'], isShadow: boolean): Rule {
  const parsed = parseRbacPolicyName(policy.name);
  const text = ruleText(policy);
  const plain = action === 'LOG' ? 'AUDIT' : action;
  if (parsed === undefined) {
    const mode = isShadow ? 'dry-run' : 'enforced';
    return { action: plain, mode, namespace: '', name: policy.name, provider: undefined, rule: '0', text };
  }
  const { namespace, policy: name, rule, provider } = parsed;
  if (!parsed.isCustom) {
    return { action: plain, mode: isShadow ? 'dry-run' : 'enforced', namespace, name, provider, rule, text };
  }
  const mode = parsed.isBadCustom ? 'misconfigured' : isShadow ? 'enforced' : 'dry-run';
  return { action: 'CUSTOM', mode, namespace, name, provider, rule, text };
}
