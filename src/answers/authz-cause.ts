import type { FieldChange } from '../envoy/diff.ts';
import { parseRbacPolicyName } from '../envoy/rbac-policy-name.ts';
import { asObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';

const RBAC_FILTER = /\[envoy\.filters\.(?:http|network)\.rbac[^\]]*\]/;
const POLICY_IN_PATH = /ns\[[^[\]]*\]-policy\[[^[\]]*\]-rule\[[^[\]]*\]/g;
/** A filter's own messages are far less deep. */
const MAX_DEPTH = 20;

/**
 * The AuthorizationPolicies that a change inside an RBAC filter comes from, in words: istiod writes them into the names
 * of the filter's policies. `undefined` for other changes, and where no name tells.
 */
export function authzCause({ path, left, right }: FieldChange): string | undefined {
  if (!RBAC_FILTER.test(path)) return undefined;
  const names = new Set<string>();
  const add = (policyName: string): void => {
    const parsed = parseRbacPolicyName(policyName);
    if (parsed !== undefined) names.add(`${parsed.namespace}/${parsed.policy}`);
  };
  for (const [policyName] of path.matchAll(POLICY_IN_PATH)) add(policyName);
  // The path of a change inside one policy names it; else what was added or removed does.
  if (names.size === 0) for (const value of [left, right]) visitPolicies(value, add, 0);
  if (names.size === 0) return undefined;
  const sorted = [...names].sort(compareText);
  return `${names.size === 1 ? 'AuthorizationPolicy' : 'AuthorizationPolicies'} ${sorted.join(', ')}`;
}

function visitPolicies(value: unknown, add: (policyName: string) => void, depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value) visitPolicies(item, add, depth + 1);
    return;
  }
  for (const [key, member] of Object.entries(asObject(value) ?? {})) {
    if (parseRbacPolicyName(key) !== undefined) add(key);
    else visitPolicies(member, add, depth + 1);
  }
}
