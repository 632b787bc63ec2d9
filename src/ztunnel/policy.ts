import { asArray, asBoolean, asObject, asString, field, type JsonObject } from '../util/json.ts';

/** An authorization policy that a ztunnel enforces; PeerAuthentications reach it in this form, too. */
export interface ZtunnelPolicy {
  readonly name: string;
  readonly namespace: string;
  /** `Global`, `Namespace` or `WorkloadSelector`. */
  readonly scope: string;
  /** `Allow` or `Deny`. */
  readonly action: string;
  /** How many rules it has; one of them must hold. */
  readonly rules: number;
  /** Rules in which a group of conditions is empty. */
  readonly emptyRules: number;
  readonly dryRun: boolean;
  readonly object: JsonObject;
}

/** The view of an entry of `policies`. */
export function ztunnelPolicy(object: JsonObject): ZtunnelPolicy {
  const text = (name: string): string => asString(field(object, name)) ?? '';
  const rules = asArray(object['rules']);
  return {
    name: text('name'),
    namespace: text('namespace'),
    scope: text('scope'),
    action: text('action'),
    rules: rules.length,
    emptyRules: rules.filter(hasEmptyGroup).length,
    dryRun: asBoolean(object['dryRun']) ?? false,
    object,
  };
}

/** A rule is a list of groups, a group a list of matches; a match without conditions says nothing. */
function hasEmptyGroup(rule: unknown): boolean {
  return asArray(rule).some((group) =>
    asArray(group).some((match) => Object.keys(asObject(match) ?? { none: true }).length === 0),
  );
}

/** Policies that istiod makes of PeerAuthentications carry these names. */
const STATIC_STRICT = 'istio_converted_static_strict';
const CONVERTED = 'converted_peer_authentication_';

/** The PeerAuthentications that istiod made a policy of, in words; `undefined` for an AuthorizationPolicy. */
export function convertedFrom({
  name,
  namespace,
}: Pick<ZtunnelPolicy, 'name' | 'namespace'>): string | undefined {
  if (name === STATIC_STRICT) return 'PeerAuthentications of mode STRICT';
  return name.startsWith(CONVERTED)
    ? `PeerAuthentication ${namespace}/${name.slice(CONVERTED.length)}`
    : undefined;
}
