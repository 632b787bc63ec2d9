import {
  asBoolean,
  asNumber,
  asObject,
  asObjects,
  asString,
  field,
  type JsonObject,
} from '../../util/json.ts';
import { networkFilters } from '../listener.ts';
import { chainRbacFilters, type RbacFilter, type RbacPolicy } from '../rbac.ts';
import { parseRbacPolicyName, type RbacPolicyName } from '../rbac-policy-name.ts';
import { inRange } from './ip.ts';
import { jwtVerdict } from './jwt.ts';
import { headerVerdict, type RouteVerdict, stringVerdict } from './match-route.ts';
import type { PathRequest } from './request.ts';

/**
 * What the authorization filters of a chain make of a request: `depends` on what is not known (who calls, the token,
 * an external authorizer).
 */
export interface Authorization {
  readonly verdict: 'allowed' | 'denied' | 'depends';
  /** Why, in words: the policy that decides, or what the decision hangs on. */
  readonly text: string;
}

/**
 * Evaluates the RBAC and JWT filters of a filter chain in Envoy's order; `undefined` when it has none. Only the first
 * thing that denies, or that can't be told, is named.
 */
export function authorize(chain: JsonObject, request: PathRequest): Authorization | undefined {
  const jwt = jwtVerdict(httpFilters(chain), request);
  const filters = chainRbacFilters(chain);
  if (jwt === undefined && filters.length === 0) return undefined;
  const verdicts = [
    ...(jwt === undefined ? [] : [jwt]),
    ...filters.flatMap((one) => judge(one, request) ?? []),
  ];
  const denied = verdicts.find(({ verdict }) => verdict === 'denied');
  const open = verdicts.find(({ verdict }) => verdict === 'depends');
  // What stands before a denial may answer first, but either way the request does not get through.
  if (denied !== undefined) return denied;
  if (open !== undefined) return open;
  const allowed = verdicts.map(({ text }) => text).filter((text) => text !== '');
  return { verdict: 'allowed', text: allowed.join('; ') || 'no rule denies it' };
}

function httpFilters(chain: JsonObject): readonly JsonObject[] {
  const manager = networkFilters(chain).find(({ role }) => role === 'http');
  return asObjects(manager?.config['http_filters']).filter((filter) => filter['disabled'] !== true);
}

function judge(filter: RbacFilter, request: PathRequest): Authorization | undefined {
  const { enforced, layer } = filter;
  const custom = customVerdict(filter, request);
  if (custom !== undefined) return custom;
  if (enforced === undefined || enforced.action === 'LOG') return undefined;
  const judged = enforced.policies.map((policy) => ({ policy, verdict: matches(policy, request) }));
  const hit = judged.find(({ verdict }) => verdict === 'yes')?.policy;
  const open = judged.find(({ verdict }) => verdict === 'unknown')?.policy;
  const refusal = layer === 'HTTP' ? '403 (RBAC: access denied)' : 'Envoy closes the connection (RBAC)';
  if (enforced.action === 'DENY') {
    if (hit) return { verdict: 'denied', text: `DENY ${ruleName(hit)}: ${refusal}` };
    return open && { verdict: 'depends', text: `whether DENY ${ruleName(open)} matches ${hangsOn(request)}` };
  }
  if (hit) return { verdict: 'allowed', text: `ALLOW ${ruleName(hit)} lets it through` };
  if (open)
    return { verdict: 'depends', text: `whether ALLOW ${ruleName(open)} matches ${hangsOn(request)}` };
  const policies = [...new Set(enforced.policies.map(policyName))].join(', ') || 'there is none';
  return { verdict: 'denied', text: `no ALLOW rule matches (${policies}): ${refusal}` };
}

/** A caller without a name is what most rules ask for. */
function hangsOn({ principal }: PathRequest): string {
  return principal === undefined
    ? 'depends on the caller, whom --principal names'
    : "depends on what can't be told here";
}

function customVerdict(
  { shadow, shadowPrefix }: RbacFilter,
  request: PathRequest,
): Authorization | undefined {
  if (!shadowPrefix.startsWith('istio_ext_authz')) return undefined;
  const asked = (shadow?.policies ?? []).find((policy) => matches(policy, request) !== 'no');
  if (asked === undefined) return undefined;
  const provider = parseRbacPolicyName(asked.name)?.provider;
  const who = provider === undefined ? 'an external authorizer' : `external authorizer ${provider}`;
  return { verdict: 'depends', text: `${who} decides (CUSTOM ${ruleName(asked)})` };
}

function ruleName(policy: RbacPolicy): string {
  const parsed = parseRbacPolicyName(policy.name);
  return parsed === undefined ? policy.name : `${idOf(parsed)} rule ${parsed.rule}`;
}

function policyName(policy: RbacPolicy): string {
  const parsed = parseRbacPolicyName(policy.name);
  return parsed === undefined ? policy.name : idOf(parsed);
}

function idOf({ namespace, policy }: RbacPolicyName): string {
  return `${namespace}/${policy}`;
}

function matches(policy: RbacPolicy, request: PathRequest): RouteVerdict {
  const to = any(policy.permissions.map((node) => nodeVerdict(node, request, 0)));
  const from = any(policy.principals.map((node) => nodeVerdict(node, request, 0)));
  return all([to, from]);
}

function all(verdicts: readonly RouteVerdict[]): RouteVerdict {
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('unknown') ? 'unknown' : 'yes';
}

function any(verdicts: readonly RouteVerdict[]): RouteVerdict {
  if (verdicts.includes('yes')) return 'yes';
  return verdicts.includes('unknown') ? 'unknown' : 'no';
}

/** Deeper than istiod ever writes. */
const DEEPEST = 20;

function nodeVerdict(node: JsonObject, request: PathRequest, depth: number): RouteVerdict {
  if (depth > DEEPEST) return 'unknown';
  const nested = (list: unknown) => asObjects(list).map((item) => nodeVerdict(item, request, depth + 1));
  const and = asObject(node['and_rules'])?.['rules'] ?? asObject(node['and_ids'])?.['ids'];
  if (and !== undefined) return all(nested(and));
  const or = asObject(node['or_rules'])?.['rules'] ?? asObject(node['or_ids'])?.['ids'];
  if (or !== undefined) return any(nested(or));
  const not = asObject(node['not_rule']) ?? asObject(node['not_id']);
  if (not !== undefined) {
    const inner = nodeVerdict(not, request, depth + 1);
    return inner === 'unknown' ? inner : inner === 'yes' ? 'no' : 'yes';
  }
  return asBoolean(node['any']) === true ? 'yes' : leafVerdict(node, request);
}

function leafVerdict(node: JsonObject, request: PathRequest): RouteVerdict {
  const header = asObject(node['header']);
  if (header !== undefined) return headerVerdict(header, request);
  const path = asObject(field(node, 'url_path', 'path'));
  if (path !== undefined) return pathVerdict(path, request);
  const port = asNumber(node['destination_port']);
  if (port !== undefined) return port === request.port ? 'yes' : 'no';
  const block = asObject(node['destination_ip']);
  if (block !== undefined && request.ip !== undefined) {
    const range = {
      address: asString(block['address_prefix']) ?? '',
      length: asNumber(block['prefix_len']) ?? 0,
    };
    return inRange(request.ip, range) ? 'yes' : 'no';
  }
  const authenticated = asObject(node['authenticated']);
  if (authenticated !== undefined) return callerVerdict(asObject(authenticated['principal_name']), request);
  if (field(node, 'filter_state', 'key') === 'io.istio.peer_principal') {
    return callerVerdict(asObject(field(node, 'filter_state', 'string_match')), request);
  }
  return 'unknown';
}

/** Envoy normalizes the path first; what that makes of dots, escapes and backslashes is not worked out here. */
function pathVerdict(test: JsonObject, request: PathRequest): RouteVerdict {
  const path = request.path.replace(/[?#].*$/s, '');
  return /\/\.|[%\\]/.test(path) ? 'unknown' : stringVerdict(test, path);
}

/** A caller without mTLS has no identity, which no test of one matches. */
function callerVerdict(test: JsonObject | undefined, request: PathRequest): RouteVerdict {
  const { principal } = request;
  if (principal === '') return 'no';
  const pattern = asString(field(test, 'safe_regex', 'regex'));
  if (principal === undefined) {
    return request.inbound && request.tls && (test === undefined || pattern === '.+') ? 'yes' : 'unknown';
  }
  return test === undefined
    ? 'yes'
    : stringVerdict(test, `spiffe://${principal.replace(/^spiffe:\/\//, '')}`);
}
