import { describe, expect, it } from 'vitest';
import { undeliveredSecret } from '../../../../src/envoy/downstream-secrets.ts';
import { authorize } from '../../../../src/envoy/path/authorize.ts';
import type { PathRequest } from '../../../../src/envoy/path/request.ts';
import type { EnvoySecret } from '../../../../src/envoy/secrets.ts';

const request = (over: Partial<PathRequest> = {}): PathRequest => ({
  host: 'cart',
  port: 9080,
  ip: '10.1.0.5',
  authority: 'cart',
  path: '/items',
  method: 'GET',
  headers: new Map(),
  tls: true,
  sni: 'cart',
  protocols: ['istio-http/1.1'],
  inbound: true,
  ...over,
});

const chain = (...http: object[]) => ({
  filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: { http_filters: http } }],
});
const rbac = (config: object) => ({ name: 'envoy.filters.http.rbac', typed_config: config });
const rules = (action: string, principal: object, permission: object = { any: true }) => ({
  rules: {
    action,
    policies: { 'ns[shop]-policy[p]-rule[0]': { principals: [principal], permissions: [permission] } },
  },
});
const named = (matcher: object) => ({ authenticated: { principal_name: matcher } });
const verdict = (config: object, over: Partial<PathRequest> = {}) =>
  authorize(chain(rbac(config)), request(over))?.verdict;

describe('authorize', () => {
  it('says nothing of a chain without such filters', () => {
    expect(authorize(chain({ name: 'envoy.filters.http.router' }), request())).toBeUndefined();
  });

  it.each<[string, object, Partial<PathRequest>, string]>([
    ['ALLOW anyone', rules('ALLOW', { any: true }), {}, 'allowed'],
    ['ALLOW without policies', { rules: { policies: {} } }, {}, 'denied'],
    [
      'DENY of another path',
      rules('DENY', { any: true }, { url_path: { path: { exact: '/x' } } }),
      {},
      'allowed',
    ],
    [
      'DENY of this path',
      rules('DENY', { any: true }, { url_path: { path: { prefix: '/it' } } }),
      {},
      'denied',
    ],
    [
      'a query is no part of the path',
      rules('DENY', { any: true }, { url_path: { path: { exact: '/items' } } }),
      { path: '/items?a' },
      'denied',
    ],
    ['an unknown caller', rules('ALLOW', named({ exact: 'spiffe://td/ns/a/sa/b' })), {}, 'depends'],
    [
      'the caller',
      rules('ALLOW', named({ exact: 'spiffe://td/ns/a/sa/b' })),
      { principal: 'spiffe://td/ns/a/sa/b' },
      'allowed',
    ],
    [
      'another caller',
      rules('ALLOW', named({ exact: 'spiffe://td/ns/a/sa/b' })),
      { principal: 'td/ns/a/sa/c' },
      'denied',
    ],
    [
      'a caller without mTLS',
      rules('ALLOW', named({ safe_regex: { regex: '.*' } })),
      { principal: '' },
      'denied',
    ],
    ['any caller with mTLS', rules('ALLOW', named({ safe_regex: { regex: '.+' } })), {}, 'allowed'],
    [
      'DENY of what is not a namespace',
      rules('DENY', { not_id: named({ safe_regex: { regex: '.*/ns/edge/.*' } }) }),
      { principal: 'td/ns/shop/sa/x' },
      'denied',
    ],
    [
      'an address that is not known',
      rules('DENY', { direct_remote_ip: { address_prefix: '10.0.0.0', prefix_len: 8 } }),
      {},
      'depends',
    ],
    ['a port', rules('DENY', { any: true }, { destination_port: 9080 }), {}, 'denied'],
    ['only a log', rules('LOG', { any: true }), {}, 'allowed'],
    [
      'a dry run',
      { shadow_rules: rules('DENY', { any: true }).rules, shadow_rules_stat_prefix: 'istio_dry_run_deny_' },
      {},
      'allowed',
    ],
    [
      'an external authorizer',
      { shadow_rules: rules('DENY', { any: true }).rules, shadow_rules_stat_prefix: 'istio_ext_authz_' },
      {},
      'depends',
    ],
    [
      'hostile data',
      { rules: { policies: { x: { principals: 7, permissions: [null, { header: 'x' }] } } } },
      {},
      'denied',
    ],
  ])('%s', (_what, config, over, expected) => {
    expect(verdict(config, over)).toBe(expected);
  });

  it('asks for a token only where one is required', () => {
    const type = 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication';
    const jwt = (requires: object) => ({
      name: 'envoy.filters.http.jwt_authn',
      typed_config: {
        '@type': type,
        providers: { a: { issuer: 'i' } },
        rules: [{ match: { prefix: '/' }, requires }],
      },
    });
    const optional = { requires_any: { requirements: [{ provider_name: 'a' }, { allow_missing: {} }] } };
    expect(authorize(chain(jwt(optional)), request())?.verdict).toBe('allowed');
    expect(authorize(chain(jwt({ provider_name: 'a' })), request())).toMatchObject({
      verdict: 'denied',
      text: expect.stringContaining('401'),
    });
    const headers = new Map([['authorization', 'Bearer x']]);
    expect(authorize(chain(jwt(optional)), request({ headers }))?.verdict).toBe('depends');
  });
});

describe('undeliveredSecret', () => {
  const socket = {
    transport_socket: {
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
        common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'kubernetes://a' }] },
      },
    },
  };
  const secret = (state: EnvoySecret['state'], text?: string): EnvoySecret => ({
    name: 'kubernetes://a',
    state,
    version: undefined,
    lastUpdated: undefined,
    error: undefined,
    certificateChain: text === undefined ? undefined : { kind: 'inline', field: 'inline_string', text },
    trustedCa: undefined,
    spiffeBundles: [],
  });

  it('names what Envoy waits for, not what it has or says nothing of', () => {
    expect(undeliveredSecret(socket, [secret('warming')])).toBe('kubernetes://a');
    expect(undeliveredSecret(socket, [secret('active', 'x'), secret('warming')])).toBeUndefined();
    expect(undeliveredSecret(socket, [])).toBeUndefined();
    expect(undeliveredSecret({ transport_socket: 7 }, [secret('warming')])).toBeUndefined();
  });
});
