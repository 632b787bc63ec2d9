import {
  asArray,
  asBoolean,
  asNumber,
  asObject,
  asObjects,
  asString,
  field,
  type JsonObject,
} from '../util/json.ts';

/** A test that an RBAC policy makes, as a tree. `attribute` is in AuthorizationPolicy words where there is one. */
export type Condition =
  | { readonly op: 'any' }
  | { readonly op: 'and' | 'or'; readonly items: readonly Condition[] }
  | { readonly op: 'not'; readonly item: Condition }
  | { readonly op: 'test'; readonly attribute: string; readonly value: string; readonly isHttp: boolean };

/** Deeper nesting than istiod ever writes is cut, so that hostile data can't exhaust the stack. */
const MAX_DEPTH = 20;

/** The conditions of a permission or principal message of Envoy's RBAC. Unknown kinds stay visible as a test. */
export function rbacCondition(node: JsonObject, depth = 0): Condition {
  if (depth > MAX_DEPTH) return test('condition', 'nested too deeply', false);
  const nested = (list: unknown): Condition[] =>
    Array.isArray(list)
      ? asObjects(list).map((item) => rbacCondition(item, depth + 1))
      : [test('condition', 'unreadable', false)];
  const and = asObject(node['and_rules'])?.['rules'] ?? asObject(node['and_ids'])?.['ids'];
  if (and !== undefined) return combine('and', nested(and));
  const or = asObject(node['or_rules'])?.['rules'] ?? asObject(node['or_ids'])?.['ids'];
  if (or !== undefined) return combine('or', nested(or));
  const negated = asObject(node['not_rule']) ?? asObject(node['not_id']);
  if (negated !== undefined) return negate(rbacCondition(negated, depth + 1));
  return asBoolean(node['any']) === true ? { op: 'any' } : leaf(node);
}

/** Several alternatives as one condition: any of them matches. An empty list never matches. */
export function anyOf(conditions: readonly Condition[]): Condition {
  return combine('or', conditions);
}

/** Several conditions as one: all of them must hold. An empty list always does. */
export function allOf(conditions: readonly Condition[]): Condition {
  return combine('and', conditions);
}

function combine(op: 'and' | 'or', items: readonly Condition[]): Condition {
  if (op === 'or' && items.some((item) => item.op === 'any')) return { op: 'any' };
  const kept = op === 'and' ? items.filter((item) => item.op !== 'any') : items;
  if (op === 'and' && kept.length === 0) return { op: 'any' };
  const [only] = kept;
  return kept.length === 1 && only !== undefined ? only : { op, items: kept };
}

function negate(item: Condition): Condition {
  return item.op === 'not' ? item.item : { op: 'not', item };
}

/** Whether the condition can't hold for anything: what istiod writes for a policy without rules. */
export function neverMatches(condition: Condition): boolean {
  if (condition.op === 'not') return condition.item.op === 'any';
  if (condition.op === 'or') return condition.items.every(neverMatches);
  return condition.op === 'and' && condition.items.some(neverMatches);
}

/** The HTTP-only attributes that the condition tests, once each; a TCP filter can't tell them. */
export function httpAttributes(condition: Condition): string[] {
  if (condition.op === 'any') return [];
  if (condition.op === 'test') return condition.isHttp ? [condition.attribute] : [];
  const items = condition.op === 'not' ? [condition.item] : condition.items;
  return [...new Set(items.flatMap(httpAttributes))];
}

function test(attribute: string, value: string, isHttp: boolean): Condition {
  return { op: 'test', attribute, value, isHttp };
}

function leaf(node: JsonObject): Condition {
  const [kind, value] = Object.entries(node).find(([, member]) => member !== undefined) ?? ['', undefined];
  switch (kind) {
    case 'authenticated': {
      const principal = field(value, 'principal_name');
      return principal === undefined ? test('principal', '*', false) : principalTest(principal);
    }
    case 'filter_state':
      return field(value, 'key') === 'io.istio.peer_principal'
        ? principalTest(field(value, 'string_match'))
        : test(
            `filter state ${asString(field(value, 'key')) ?? ''}`,
            matcherText(field(value, 'string_match')),
            false,
          );
    case 'header':
      return headerTest(value);
    case 'url_path':
      return test('path', matcherText(field(value, 'path')), true);
    case 'uri_template':
      return test('path', asString(field(value, 'typed_config', 'path_template')) ?? '?', true);
    case 'metadata':
    case 'sourced_metadata':
      return metadataTest(kind === 'metadata' ? value : field(value, 'metadata_matcher'));
    default:
      return addressTest(kind, value);
  }
}

function addressTest(kind: string, value: unknown): Condition {
  switch (kind) {
    case 'direct_remote_ip':
    case 'source_ip':
      return test('ip', rangeText(value), false);
    case 'remote_ip':
      return test('remote ip', rangeText(value), true);
    case 'destination_ip':
      return test('destination ip', rangeText(value), false);
    case 'destination_port':
      return test('port', String(asNumber(value) ?? '?'), false);
    case 'destination_port_range':
      return test('port', `${field(value, 'start') ?? 0}-${(asNumber(field(value, 'end')) ?? 1) - 1}`, false);
    case 'requested_server_name':
      return test('SNI', matcherText(value), false);
    default:
      return test('condition', `${kind || 'empty'} (not one that istiod writes)`, false);
  }
}

/** Istio turns `namespaces: [x]` into a pattern on the SPIFFE ID, and service accounts likewise. */
function principalTest(matcher: unknown): Condition {
  const pattern = asString(field(matcher, 'safe_regex', 'regex'));
  const namespace = /^\.\*\/ns\/([^/]+)\/\.\*$/.exec(pattern ?? '')?.[1];
  if (namespace !== undefined) return test('namespace', unescapePattern(namespace), false);
  const account = /\/ns\/([^/]+)\/sa\/([^/$]+)\$?$/.exec(pattern ?? '');
  if (account !== null) return test('service account', unescapePattern(`${account[1]}/${account[2]}`), false);
  if (pattern === '.+' || pattern === '.*') return test('principal', '*', false);
  return test('principal', matcherText(matcher).replace(/^spiffe:\/\//, ''), false);
}

function unescapePattern(pattern: string): string {
  return pattern.replace(/\.\*/g, '*').replace(/\\(.)/g, '$1');
}

const PSEUDO_HEADERS: ReadonlyMap<string, string> = new Map([
  [':method', 'method'],
  [':authority', 'host'],
  [':path', 'path'],
]);

/** The attribute that a test of a header has: `method`, `host` and `path` for pseudo headers, else `header NAME`. */
export function headerAttribute(name: string): string {
  return PSEUDO_HEADERS.get(name.toLowerCase()) ?? `header ${name}`;
}

function headerTest(header: unknown): Condition {
  const attribute = headerAttribute(asString(field(header, 'name')) ?? '');
  const present = field(header, 'present_match');
  const old = ['exact_match', 'prefix_match', 'suffix_match', 'contains_match'].find(
    (kind) => asString(field(header, kind)) !== undefined,
  );
  const value =
    present !== undefined || (old === undefined && field(header, 'string_match') === undefined)
      ? '*'
      : old === undefined
        ? matcherText(field(header, 'string_match') ?? { safe_regex: field(header, 'safe_regex_match') })
        : matcherText({ [old.replace('_match', '')]: field(header, old) });
  const condition = test(attribute, value, true);
  const inverted = asBoolean(field(header, 'invert_match')) === true;
  return inverted !== (present === false) ? negate(condition) : condition;
}

/** JWT claims and other dynamic metadata: the path of keys, and the value looked for (possibly within a list). */
function metadataTest(metadata: unknown): Condition {
  const path = asObjects(field(metadata, 'path')).map((step) => asString(step['key']) ?? '?');
  const filter = asString(field(metadata, 'filter')) ?? '';
  const isJwt = filter.includes('jwt_authn') || filter === 'istio_authn';
  const name = path.filter((step) => step !== 'payload').join('.');
  const value = valueText(field(metadata, 'value'));
  const condition = test(isJwt ? `claim ${name}` : `metadata ${filter} ${name}`, value, isJwt);
  return asBoolean(field(metadata, 'invert')) === true ? negate(condition) : condition;
}

function valueText(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) return '…';
  const string = field(value, 'string_match');
  if (string !== undefined) return matcherText(string);
  const one = field(value, 'list_match', 'one_of');
  if (one !== undefined) return valueText(one, depth + 1);
  const alternatives = asArray(field(value, 'or_match', 'value_matchers'));
  if (alternatives.length > 0) return alternatives.map((item) => valueText(item, depth + 1)).join(' or ');
  const bool = asBoolean(field(value, 'bool_match'));
  if (bool !== undefined) return String(bool);
  return field(value, 'present_match') === undefined ? '?' : '*';
}

/** A string matcher in AuthorizationPolicy notation: `a`, `a*`, `*a`, `*a*`, or `~pattern` for a regular expression. */
function matcherText(matcher: unknown): string {
  const text = (name: string) => asString(field(matcher, name));
  const exact = text('exact');
  const prefix = text('prefix');
  const suffix = text('suffix');
  const contains = text('contains');
  const pattern = asString(field(matcher, 'safe_regex', 'regex'));
  if (exact !== undefined) return exact === '' ? '""' : exact;
  if (prefix !== undefined) return `${prefix}*`;
  if (suffix !== undefined) return `*${suffix}`;
  if (contains !== undefined) return `*${contains}*`;
  if (pattern === '.+' || pattern === '.*') return '*';
  return pattern === undefined ? '?' : `~${pattern}`;
}

function rangeText(range: unknown): string {
  const prefix = asString(field(range, 'address_prefix')) ?? '?';
  const length = asNumber(field(range, 'prefix_len')) ?? 0;
  return length === (prefix.includes(':') ? 128 : 32) ? prefix : `${prefix}/${length}`;
}
