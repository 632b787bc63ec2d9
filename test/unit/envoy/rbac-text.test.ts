import { describe, expect, it } from 'vitest';
import type { RbacPolicy } from '../../../src/envoy/rbac.ts';
import { ruleText } from '../../../src/envoy/rbac-text.ts';

const ANY = { any: true };

function text(permission: object, principal: object = ANY): string {
  return ruleText(policy(permission, principal)).text;
}

function policy(permission: object, principal: object): RbacPolicy {
  return { name: 'p', permissions: [permission as never], principals: [principal as never] };
}

const or = (...rules: object[]) => ({ or_rules: { rules } });
const orIds = (...ids: object[]) => ({ or_ids: { ids } });
const principal = (matcher: object) => ({ authenticated: { principal_name: matcher } });
const header = (name: string, exact: string) => ({ header: { name, string_match: { exact } } });

describe('ruleText', () => {
  it('reads a rule as istiod writes it', () => {
    const permission = {
      and_rules: {
        rules: [
          or(header(':method', 'GET'), header(':method', 'POST')),
          or({ url_path: { path: { prefix: '/entries' } } }),
        ],
      },
    };
    const source = {
      and_ids: { ids: [orIds(principal({ exact: 'spiffe://cluster.local/ns/payments/sa/checkout' }))] },
    };
    expect(ruleText(policy(permission, source))).toEqual({
      text: 'from principal cluster.local/ns/payments/sa/checkout to method GET, POST and path /entries*',
      httpFields: ['method', 'path'],
      matchesNothing: false,
    });
  });

  it.each([
    [principal({ safe_regex: { regex: '.*/ns/edge/.*' } }), 'from namespace edge to anything'],
    [
      { not_id: orIds(principal({ safe_regex: { regex: '.*/ns/edge/.*' } })) },
      'from namespace not edge to anything',
    ],
    [principal({ suffix: '/sa/web' }), 'from principal */sa/web to anything'],
    [principal({ safe_regex: { regex: '.+' } }), 'from principal * to anything'],
    [{ authenticated: {} }, 'from principal * to anything'],
    [
      { filter_state: { key: 'io.istio.peer_principal', string_match: { exact: 'spiffe://td/ns/a/sa/b' } } },
      'from principal td/ns/a/sa/b to anything',
    ],
    [{ direct_remote_ip: { address_prefix: '10.0.0.0', prefix_len: 8 } }, 'from ip 10.0.0.0/8 to anything'],
    [{ direct_remote_ip: { address_prefix: '10.0.0.1', prefix_len: 32 } }, 'from ip 10.0.0.1 to anything'],
    [{ remote_ip: { address_prefix: 'fd00::1', prefix_len: 128 } }, 'from remote ip fd00::1 to anything'],
    [
      orIds(principal({ exact: 'spiffe://td/ns/a/sa/b' }), {
        and_ids: { ids: [header('x-a', '1'), header('x-b', '2')] },
      }),
      'from principal td/ns/a/sa/b or (header x-a 1 and header x-b 2) to anything',
    ],
    [
      {
        metadata: {
          filter: 'envoy.filters.http.jwt_authn',
          path: [{ key: 'payload' }, { key: 'groups' }],
          value: { list_match: { one_of: { string_match: { exact: 'admins' } } } },
        },
      },
      'from claim groups admins to anything',
    ],
  ])('reads principals %#', (source, expected) => {
    expect(text(ANY, source)).toBe(expected);
  });

  it.each([
    [{ destination_port: 9080 }, 'from anyone to port 9080'],
    [{ not_rule: or({ destination_port: 1 }, { destination_port: 2 }) }, 'from anyone to port not 1, 2'],
    [header(':authority', 'shop.example.com'), 'from anyone to host shop.example.com'],
    [{ header: { name: 'x-team', present_match: true } }, 'from anyone to header x-team *'],
    [{ header: { name: 'x-team', present_match: false } }, 'from anyone to header x-team not *'],
    [
      { header: { name: 'x-team', prefix_match: 'a', invert_match: true } },
      'from anyone to header x-team not a*',
    ],
    [{ uri_template: { typed_config: { path_template: '/carts/{*}' } } }, 'from anyone to path /carts/{*}'],
    [{ requested_server_name: { exact: 'a.example' } }, 'from anyone to SNI a.example'],
    [{ brand_new_rule: {} }, 'from anyone to condition brand_new_rule (not one that istiod writes)'],
  ])('reads permissions %#', (permission, expected) => {
    expect(text(permission)).toBe(expected);
  });

  it('knows a rule that can never match', () => {
    expect(ruleText(policy({ not_rule: ANY }, ANY))).toMatchObject({
      text: 'matches nothing',
      matchesNothing: true,
    });
    expect(ruleText({ name: 'p', permissions: [], principals: [ANY as never] }).matchesNothing).toBe(true);
  });

  it('counts a header condition among the principals as an HTTP field', () => {
    expect(ruleText(policy(ANY, { not_id: header('x-region', 'a') })).httpFields).toEqual([
      'header x-region',
    ]);
  });

  it('survives nesting without end', () => {
    let node: object = ANY;
    for (let depth = 0; depth < 3000; depth++) node = { not_rule: or(node, { destination_port: 1 }) };
    expect(text(node)).toContain('nested too deeply');
  });

  it.each([{}, { any: 'yes' }, { header: 3 }, { and_rules: { rules: 'x' } }, { metadata: { path: 4 } }])(
    'does not break on %j',
    (node) => {
      expect(() => text(node, node)).not.toThrow();
    },
  );
});
