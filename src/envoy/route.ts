import {
  asBoolean,
  asNumber,
  asObject,
  asObjects,
  asString,
  asStrings,
  field,
  type JsonObject,
} from '../util/json.ts';
import type { WeightedTarget } from './listener.ts';

/** A virtual host of a route configuration. */
export interface VirtualHost {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly JsonObject[];
  readonly raw: JsonObject;
}

/** The virtual hosts of a route configuration, in its order. */
export function virtualHostsOf(config: JsonObject): VirtualHost[] {
  return asObjects(config['virtual_hosts']).map((raw) => ({
    name: asString(raw['name']) ?? '',
    domains: asStrings(raw['domains']),
    routes: asObjects(raw['routes']),
    raw,
  }));
}

/** How a route matches the path of a request. `any`: by other means (CONNECT) or not at all. */
export type PathMatch =
  | { readonly kind: 'prefix' | 'path' | 'path-prefix' | 'regex' | 'template'; readonly value: string }
  | { readonly kind: 'connect' | 'any' };

/** The path part of a route match. */
export function pathMatchOf(match: JsonObject): PathMatch {
  const prefix = asString(match['prefix']);
  if (prefix !== undefined) return { kind: 'prefix', value: prefix };
  const path = asString(match['path']);
  if (path !== undefined) return { kind: 'path', value: path };
  const separated = asString(match['path_separated_prefix']);
  if (separated !== undefined) return { kind: 'path-prefix', value: separated };
  const regex = asObject(match['safe_regex']);
  if (regex !== undefined) return { kind: 'regex', value: asString(regex['regex']) ?? '' };
  const policy = asObject(match['path_match_policy']);
  if (policy !== undefined) {
    const template = asString(field(policy, 'typed_config', 'path_template'));
    return { kind: 'template', value: template ?? asString(policy['name']) ?? '' };
  }
  return asObject(match['connect_matcher']) === undefined ? { kind: 'any' } : { kind: 'connect' };
}

/** What a route does with a request that it matches. */
export type RouteAction =
  | { readonly kind: 'cluster'; readonly targets: readonly WeightedTarget[] }
  | { readonly kind: 'cluster-header'; readonly header: string }
  | { readonly kind: 'redirect'; readonly to: string; readonly status: number }
  | { readonly kind: 'direct'; readonly status: number; readonly body: string | undefined }
  | { readonly kind: 'other'; readonly name: string };

/** The action of a route. */
export function routeAction(route: JsonObject): RouteAction {
  const forward = asObject(route['route']);
  if (forward !== undefined) return forwardAction(forward);
  const redirect = asObject(route['redirect']);
  if (redirect !== undefined) {
    const status = REDIRECT_STATUS[asString(redirect['response_code']) ?? 'MOVED_PERMANENTLY'] ?? 301;
    return { kind: 'redirect', to: redirectTarget(redirect), status };
  }
  const direct = asObject(route['direct_response']);
  if (direct !== undefined) {
    const body = asString(field(direct, 'body', 'inline_string'));
    return { kind: 'direct', status: asNumber(direct['status']) ?? 0, body };
  }
  const other = ['filter_action', 'non_forwarding_action'].find((name) => name in route);
  return { kind: 'other', name: other ?? 'no action' };
}

const REDIRECT_STATUS: Readonly<Record<string, number>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};

function forwardAction(forward: JsonObject): RouteAction {
  const single = asString(forward['cluster']);
  if (single !== undefined) return { kind: 'cluster', targets: [{ cluster: single, weight: 1 }] };
  const header = asString(forward['cluster_header']);
  if (header !== undefined) return { kind: 'cluster-header', header };
  const weighted = asObjects(field(forward, 'weighted_clusters', 'clusters'));
  if (weighted.length === 0) return { kind: 'other', name: 'no cluster' };
  const targets = weighted.map((item) => ({
    cluster: asString(item['name']) ?? asString(item['cluster_header']) ?? '',
    weight: asNumber(item['weight']) ?? 0,
  }));
  return { kind: 'cluster', targets };
}

function redirectTarget(redirect: JsonObject): string {
  const scheme =
    asString(redirect['scheme_redirect']) ?? (redirect['https_redirect'] === true ? 'https' : '');
  const host = asString(redirect['host_redirect']) ?? '';
  const port = asNumber(redirect['port_redirect']);
  const path = asString(redirect['path_redirect']);
  const prefix = asString(redirect['prefix_rewrite']);
  const rest = path ?? (prefix === undefined ? (host || scheme ? '' : '(same)') : `${prefix}*`);
  const place = `${host}${port === undefined ? '' : `:${port}`}`;
  return `${scheme ? `${scheme}://` : ''}${scheme && place === '' ? '(same host)' : place}${rest}`;
}

/** A condition on a header, query parameter or method, in words: `x-canary=true`, `:method=GET`, `debug present`. */
export interface RouteCondition {
  readonly on: 'header' | 'query' | 'grpc' | 'fraction' | 'metadata' | 'tls';
  readonly text: string;
}

/** Every condition of a route match besides the path. */
export function routeConditions(match: JsonObject): RouteCondition[] {
  const conditions: RouteCondition[] = [];
  for (const header of asObjects(match['headers'])) {
    conditions.push({ on: 'header', text: `${asString(header['name']) ?? ''}${headerTest(header)}` });
  }
  for (const query of asObjects(match['query_parameters'])) {
    const test = asObject(query['string_match']);
    const name = asString(query['name']) ?? '';
    conditions.push({ on: 'query', text: `?${name}${test ? stringTest(test) : ' present'}` });
  }
  if (asObject(match['grpc'])) conditions.push({ on: 'grpc', text: 'gRPC only' });
  const percent = asNumber(field(match, 'runtime_fraction', 'default_value', 'numerator'));
  if (percent !== undefined) conditions.push({ on: 'fraction', text: `fraction ${percent}` });
  if (asObject(match['tls_context'])) conditions.push({ on: 'tls', text: 'by client certificate' });
  if (asObjects(match['dynamic_metadata']).length > 0)
    conditions.push({ on: 'metadata', text: 'by metadata' });
  return conditions;
}

function headerTest(header: JsonObject): string {
  const not = header['invert_match'] === true ? '!' : '';
  const modern = asObject(header['string_match']);
  if (modern !== undefined) return `${not}${stringTest(modern)}`;
  const legacy = stringTest({
    exact: header['exact_match'],
    prefix: header['prefix_match'],
    suffix: header['suffix_match'],
    contains: header['contains_match'],
    safe_regex: header['safe_regex_match'],
  });
  if (legacy !== '') return `${not}${legacy}`;
  const range = asObject(header['range_match']);
  if (range) return `${not} in [${range['start'] ?? 0}, ${range['end'] ?? 0})`;
  const absent = (asBoolean(header['present_match']) ?? true) === (not === '!');
  return absent ? ' absent' : ' present';
}

/** A protobuf StringMatcher in words: `=v`, `^=v` (prefix), `$=v` (suffix), `*=v` (contains), `~v` (regex). */
function stringTest(test: JsonObject): string {
  const exact = asString(test['exact']);
  if (exact !== undefined) return `=${exact}`;
  const prefix = asString(test['prefix']);
  if (prefix !== undefined) return `^=${prefix}`;
  const suffix = asString(test['suffix']);
  if (suffix !== undefined) return `$=${suffix}`;
  const contains = asString(test['contains']);
  if (contains !== undefined) return `*=${contains}`;
  const regex = asString(field(test['safe_regex'], 'regex'));
  return regex === undefined ? '' : `~${regex}`;
}

/** Time-out and retries of a forwarding route. A time-out of `0s` means none. */
export interface RoutePolicy {
  readonly timeout: string | undefined;
  readonly retries: number | undefined;
  readonly retryOn: string | undefined;
  readonly perTryTimeout: string | undefined;
}

/** The policies of a route's forwarding action; all `undefined` for other actions. */
export function routePolicy(route: JsonObject): RoutePolicy {
  const forward = asObject(route['route']);
  const retry = asObject(forward?.['retry_policy']);
  return {
    timeout: asString(forward?.['timeout']),
    retries: retry === undefined ? undefined : (asNumber(retry['num_retries']) ?? 1),
    retryOn: asString(retry?.['retry_on']),
    perTryTimeout: asString(retry?.['per_try_timeout']),
  };
}
