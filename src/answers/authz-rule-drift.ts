import type { RbacChain, RbacLayer, RbacPolicy } from '../envoy/rbac.ts';
import { type Condition, neverMatches } from '../envoy/rbac-condition.ts';
import { parseRbacPolicyName } from '../envoy/rbac-policy-name.ts';
import { conditionText, ruleConditions } from '../envoy/rbac-text.ts';
import type { KubeObject } from '../kube/object.ts';
import type { AppliedPolicy } from '../security/authz.ts';
import { type IntendedRule, intendedRule, isLeftOut } from '../security/authz-rule.ts';
import { meansTheSame, withoutTests } from '../security/same-condition.ts';
import { asArray, asObject, field } from '../util/json.ts';
import { isInForce } from './authz-occurrences.ts';

/** How the rules of one policy stand in a proxy: where they differ from the object, and what could not be told. */
export interface RuleDrift {
  readonly differences: readonly string[];
  /** `rule 0 requestPrincipals`: what was left out of the comparison. */
  readonly notCompared: readonly string[];
}

/** Compares the content of every rule of a policy that working listeners hold with the object's rules. */
export function ruleDrift(
  applied: AppliedPolicy,
  object: KubeObject,
  chains: readonly RbacChain[],
): RuleDrift {
  const differences = new Set<string>();
  const notCompared = new Set<string>();
  const rules = asArray(field(object, 'spec', 'rules'));
  for (const { policy, index, layer } of heldRules(applied, chains)) {
    const verdict = compareRule(policy, rules[index], index, layer, applied);
    for (const one of verdict.differences) differences.add(one);
    for (const one of verdict.notCompared) notCompared.add(one);
  }
  return { differences: [...differences], notCompared: [...notCompared] };
}

interface HeldRule {
  readonly policy: RbacPolicy;
  readonly index: number;
  readonly layer: RbacLayer;
}

function heldRules(applied: AppliedPolicy, chains: readonly RbacChain[]): HeldRule[] {
  return chains.filter(isInForce).flatMap(({ filters }) =>
    filters.flatMap(({ layer, enforced, shadow }) =>
      [...(enforced?.policies ?? []), ...(shadow?.policies ?? [])].flatMap((policy) => {
        const parsed = parseRbacPolicyName(policy.name);
        if (parsed?.namespace !== applied.namespace || parsed.policy !== applied.name) return [];
        return [{ policy, index: Number(parsed.rule), layer }];
      }),
    ),
  );
}

function compareRule(
  policy: RbacPolicy,
  rule: unknown,
  index: number,
  layer: RbacLayer,
  applied: AppliedPolicy,
): RuleDrift {
  const held = ruleConditions(policy);
  const isNothing = neverMatches(held.from) || neverMatches(held.to);
  const object = asObject(rule);
  const says = (differences: string[], notCompared: string[] = []): RuleDrift => ({
    differences,
    notCompared,
  });
  if (applied.rules === 0) return says(isNothing ? [] : [`rule ${index}, which the cluster does not have`]);
  if (object === undefined) return says([`rule ${index}, which the cluster does not have`]);
  if (isNothing) return says([`rule ${index} matches nothing there`]);
  const intended = intendedRule(object, applied.namespace, layer);
  if (isLeftOut(intended, applied.action, layer)) {
    return says([`rule ${index} also on TCP, where it now has fields that only HTTP knows`]);
  }
  // What a CUSTOM policy becomes on TCP is not known for certain.
  if (applied.action === 'CUSTOM' && layer === 'TCP') return says([], [`rule ${index} on TCP`]);
  const sides = (['from', 'to'] as const).flatMap((side) => {
    const actual = comparable(held[side], intended);
    if (meansTheSame(actual, intended[side])) return [];
    const [has, wants] = [sideText(side, actual), sideText(side, intended[side])];
    return [`rule ${index} on ${layer} is "${has}" instead of "${wants}"`];
  });
  return says(
    sides,
    intended.opaque.map((name) => `rule ${index} ${name}`),
  );
}

/** Tests of what the intended rule could not translate are left out on the proxy's side too. */
function comparable(held: Condition, { opaque }: IntendedRule): Condition {
  if (opaque.length === 0) return held;
  return withoutTests(held, (attribute) => opaque.some((name) => mayBecome(name, attribute)));
}

function mayBecome(name: string, attribute: string): boolean {
  if (/paths$/i.test(name)) return attribute === 'path';
  if (/^(?:not)?ipBlocks$|^source\.ip$/i.test(name)) return attribute === 'ip';
  if (/^(?:not)?remoteIpBlocks$|^remote\.ip$/i.test(name)) return attribute === 'remote ip';
  if (name === 'destination.ip') return attribute === 'destination ip';
  return /^(?:claim|metadata|condition|filter state)\b/.test(attribute);
}

function sideText(side: 'from' | 'to', condition: Condition): string {
  if (condition.op === 'any') return side === 'from' ? 'from anyone' : 'to anything';
  return `${side} ${conditionText(condition)}`;
}
