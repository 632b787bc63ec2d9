import type { RbacPolicy } from './rbac.ts';
import { anyOf, type Condition, httpAttributes, neverMatches, rbacCondition } from './rbac-condition.ts';

/** One RBAC policy in the words of AuthorizationPolicy. */
export interface RuleText {
  /** `from namespace edge to method GET, POST and path /entries, /entries/*`. */
  readonly text: string;
  /** HTTP-only attributes that it tests (`path`, `method`, `header x`); empty for a rule that TCP can tell too. */
  readonly httpFields: readonly string[];
  /** It matches nothing, whatever comes: a policy without rules. */
  readonly matchesNothing: boolean;
}

/** Reads a policy's principals (`from`) and permissions (`to`) back into words. Source: spec of authorization §3.2. */
export function ruleText(policy: RbacPolicy): RuleText {
  const { from, to } = ruleConditions(policy);
  if (neverMatches(from) || neverMatches(to))
    return { text: 'matches nothing', httpFields: [], matchesNothing: true };
  return {
    text: `from ${from.op === 'any' ? 'anyone' : conditionText(from)} to ${to.op === 'any' ? 'anything' : conditionText(to)}`,
    httpFields: [...new Set([...httpAttributes(to), ...httpAttributes(from)])],
    matchesNothing: false,
  };
}

/** Who (`from`) may call what (`to`) for the policy to match; each is any of its alternatives. */
export function ruleConditions(policy: RbacPolicy): { readonly from: Condition; readonly to: Condition } {
  return {
    from: anyOf(policy.principals.map((node) => rbacCondition(node))),
    to: anyOf(policy.permissions.map((node) => rbacCondition(node))),
  };
}

/** A condition as a phrase: values of one attribute are listed together, negation stands before them. */
export function conditionText(condition: Condition): string {
  const listed = sameAttribute(condition);
  if (listed !== undefined) return `${listed.attribute} ${listed.values.join(', ')}`;
  switch (condition.op) {
    case 'any':
      return 'anything';
    case 'not': {
      const inner = sameAttribute(condition.item);
      return inner
        ? `${inner.attribute} not ${inner.values.join(', ')}`
        : `not (${conditionText(condition.item)})`;
    }
    case 'and':
      return condition.items.map((item) => grouped(item)).join(' and ');
    case 'or':
      return condition.items.length === 0
        ? 'nothing'
        : condition.items.map((item) => grouped(item)).join(' or ');
    case 'test':
      return `${condition.attribute} ${condition.value}`;
  }
}

function grouped(item: Condition): string {
  const isList = (item.op === 'and' || item.op === 'or') && sameAttribute(item) === undefined;
  return isList ? `(${conditionText(item)})` : conditionText(item);
}

/** The attribute and values of a test, or of alternatives that all test the same attribute. */
function sameAttribute(condition: Condition): { attribute: string; values: string[] } | undefined {
  if (condition.op === 'test') return { attribute: condition.attribute, values: [condition.value] };
  if (condition.op !== 'or') return undefined;
  const values: string[] = [];
  let attribute: string | undefined;
  for (const item of condition.items) {
    if (item.op !== 'test' || (attribute !== undefined && item.attribute !== attribute)) return undefined;
    attribute = item.attribute;
    values.push(item.value);
  }
  return attribute === undefined ? undefined : { attribute, values };
}
