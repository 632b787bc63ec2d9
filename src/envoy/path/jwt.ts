import { asArray, asObject, asObjects, asString, field, type JsonObject } from '../../util/json.ts';
import type { Authorization } from './authorize.ts';
import { matchRoute } from './match-route.ts';
import { headerValue, type PathRequest } from './request.ts';

const JWT_TYPE = '/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication';

/**
 * What the JWT filters among a chain's HTTP filters make of a request: without a token they let it through or answer
 * 401, as their requirement says; whether a token that is sent is valid can't be told. `undefined` without such filters.
 */
export function jwtVerdict(filters: readonly JsonObject[], request: PathRequest): Authorization | undefined {
  const configs = filters.flatMap((filter) => {
    const config = asObject(filter['typed_config']);
    return config && asString(config['@type'])?.endsWith(JWT_TYPE) ? [config] : [];
  });
  const verdicts = configs.map((config) => filterVerdict(config, request));
  return (
    verdicts.find(({ verdict }) => verdict === 'denied') ??
    verdicts.find(({ verdict }) => verdict === 'depends') ??
    verdicts[0]
  );
}

function filterVerdict(config: JsonObject, request: PathRequest): Authorization {
  const rule = asObjects(config['rules']).find(
    (one) => matchRoute(asObject(one['match']) ?? {}, request) !== 'no',
  );
  const needs = asObject(rule?.['requires']);
  if (needs === undefined) return { verdict: 'allowed', text: 'no JWT is asked for' };
  const providers = Object.values(asObject(config['providers']) ?? {});
  const issuers = providers.flatMap((provider) => asString(field(provider, 'issuer')) ?? []).join(', ');
  if (mayCarryToken(providers, request)) {
    return {
      verdict: 'depends',
      text: `whether the token is valid is not known (issuer ${issuers}); else 401`,
    };
  }
  return mayBeMissing(needs, 0)
    ? { verdict: 'allowed', text: 'it carries no JWT, and none is required' }
    : { verdict: 'denied', text: `it carries no JWT (issuer ${issuers}): 401 (Jwt is missing)` };
}

function mayCarryToken(providers: readonly unknown[], request: PathRequest): boolean {
  if (headerValue(request, 'authorization') !== undefined || request.path.includes('access_token='))
    return true;
  return providers.some((provider) => {
    const headers = asObjects(field(provider, 'from_headers')).map((one) => asString(one['name']) ?? '');
    const cookies = asArray(field(provider, 'from_cookies'));
    const params = asArray(field(provider, 'from_params'));
    return (
      headers.some((name) => headerValue(request, name) !== undefined) ||
      params.some((name) => request.path.includes(`${String(name)}=`)) ||
      (cookies.length > 0 && headerValue(request, 'cookie') !== undefined)
    );
  });
}

function mayBeMissing(needs: JsonObject, depth: number): boolean {
  if (depth > 20) return false;
  if (needs['allow_missing'] !== undefined || needs['allow_missing_or_failed'] !== undefined) return true;
  const nested = (name: string) => asObjects(field(needs, name, 'requirements'));
  if (nested('requires_any').some((one) => mayBeMissing(one, depth + 1))) return true;
  const every = nested('requires_all');
  return every.length > 0 && every.every((one) => mayBeMissing(one, depth + 1));
}
