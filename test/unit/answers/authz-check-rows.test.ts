import { describe, expect, it } from 'vitest';
import { authzCheckRows } from '../../../src/answers/authz-check-rows.ts';
import { authzCheckTable } from '../../../src/report/authz-check-compat.ts';
import { fixtureDump } from '../../helpers/fixture.ts';

const http = (...configs: object[]) => ({
  name: 'envoy.filters.network.http_connection_manager',
  typed_config: {
    http_filters: configs.map((typed_config) => ({ name: 'envoy.filters.http.rbac', typed_config })),
  },
});
const rules = (action: string | undefined, ...names: string[]) => ({
  ...(action === undefined ? {} : { action }),
  policies: Object.fromEntries(names.map((name) => [name, {}])),
});

function section(listener: object) {
  return { dynamic_listeners: [{ name: 'virtualInbound', active_state: { listener } }] };
}

describe('authzCheckRows', () => {
  it('prints a real proxy as the reference does, pseudo entry included', () => {
    const rows = authzCheckRows(fixtureDump('envoy/authz/ledger-v1.json').section('Listeners'));
    expect(authzCheckTable(rows)).toBe(
      [
        'ACTION   AuthorizationPolicy         RULES',
        'DENY     no-admin.istio-system       1',
        'ALLOW    _anonymous_match_nothing_   1',
        'ALLOW    ledger-writers.payments     1',
        '',
      ].join('\n'),
    );
  });

  it('prints only the header for listeners without RBAC, and nothing without listeners', () => {
    expect(
      authzCheckTable(authzCheckRows(fixtureDump('envoy/authz/search-v1.json').section('Listeners'))),
    ).toBe('ACTION   AuthorizationPolicy   RULES\n');
    expect(authzCheckTable(authzCheckRows({ dynamic_listeners: [{ name: 'a', error_state: {} }] }))).toBe('');
    expect(authzCheckTable(authzCheckRows('listeners'))).toBe('');
  });

  it('orders DENY, ALLOW, LOG, CUSTOM, hides dry runs and default chains', () => {
    const filters = [
      http(
        { rules: rules('DENY', 'ns[foo]-policy[deny-x]-rule[0]', 'ns[foo]-policy[deny-x]-rule[1]') },
        {
          rules: rules(undefined, 'ns[foo]-policy[allow-y]-rule[0]'),
          shadow_rules: rules(undefined, 'ns[foo]-policy[dry]-rule[0]'),
        },
        { shadow_rules: rules('DENY', 'istio-ext-authz-prov-ns[foo]-policy[custom]-rule[0]') },
        { rules: rules('LOG', 'ns[foo]-policy[audit]-rule[0]') },
      ),
    ];
    const hidden = [http({ rules: rules('DENY', 'ns[foo]-policy[hidden]-rule[0]') })];
    expect(
      authzCheckRows(section({ filter_chains: [{ filters }], default_filter_chain: { filters: hidden } })),
    ).toEqual([
      { action: 'DENY', policy: 'deny-x.foo', rules: 2 },
      { action: 'ALLOW', policy: '_anonymous_match_nothing_', rules: 1 },
      { action: 'ALLOW', policy: 'allow-y.foo', rules: 1 },
      { action: 'LOG', policy: 'audit.foo', rules: 1 },
      { action: 'CUSTOM', policy: 'custom.foo', rules: 1 },
    ]);
  });

  it('shares one rule count between actions of one name, and counts unreadable names as one', () => {
    const filters = [
      http(
        { rules: rules('DENY', 'ns[foo]-policy[x]-rule[0]', 'guard') },
        { rules: rules(undefined, 'ns[foo]-policy[x]-rule[1]') },
      ),
    ];
    expect(authzCheckRows(section({ filter_chains: [{ filters }] }))).toEqual([
      { action: 'DENY', policy: '', rules: 1 },
      { action: 'DENY', policy: 'x.foo', rules: 2 },
      { action: 'ALLOW', policy: 'x.foo', rules: 2 },
    ]);
  });
});
