/** What istiod wrote into the name of an RBAC policy in Envoy: which rule of which AuthorizationPolicy it is. */
export interface RbacPolicyName {
  readonly namespace: string;
  /** Name of the AuthorizationPolicy. */
  readonly policy: string;
  /** Index of the rule in `spec.rules`, as text. */
  readonly rule: string;
  /** The rule belongs to a CUSTOM policy: it decides whether the external authorizer is asked. */
  readonly isCustom: boolean;
  /** The extension provider of a CUSTOM policy, where the name holds it. */
  readonly provider: string | undefined;
  /** istiod could not set up the CUSTOM action (unknown provider, several providers) and denies instead. */
  readonly isBadCustom: boolean;
}

const CUSTOM_PREFIX = 'istio-ext-authz-';
const BAD_CUSTOM_SUFFIX = '-deny-due-to-bad-CUSTOM-action';

/**
 * Reads `[istio-ext-authz-[<provider>-]]ns[<namespace>]-policy[<name>]-rule[<index>]`; `undefined` for a name that
 * istiod did not write. Source: spec of authorization §1.
 */
export function parseRbacPolicyName(name: string): RbacPolicyName | undefined {
  const match = /^(.*?)ns\[([^[\]]*)\]-policy\[([^[\]]*)\]-rule\[([^[\]]*)\](.*)$/s.exec(name);
  if (match === null) return undefined;
  const [, before = '', namespace = '', policy = '', rule = '', after = ''] = match;
  const isCustom = before.startsWith(CUSTOM_PREFIX);
  if (before !== '' && !isCustom) return undefined;
  const provider = before.slice(CUSTOM_PREFIX.length).replace(/-$/, '');
  const isBadCustom = after === BAD_CUSTOM_SUFFIX;
  return {
    namespace,
    policy,
    rule,
    isCustom: isCustom || isBadCustom,
    provider: provider || undefined,
    isBadCustom,
  };
}

/** Whether a shadow policy is one of a CUSTOM action rather than a dry run (the reference's test). */
export function isCustomPolicyName(name: string): boolean {
  return name.startsWith(CUSTOM_PREFIX);
}
