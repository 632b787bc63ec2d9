import { describe, expect, it } from 'vitest';
import { listenerEntries } from '../../../src/envoy/entry.ts';
import { rbacChains } from '../../../src/envoy/rbac.ts';
import { fixtureDump, listenersOf } from '../../helpers/fixture.ts';

const RBAC = 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC';
const rbac = (config: object) => ({
  name: 'envoy.filters.network.rbac',
  typed_config: { '@type': RBAC, ...config },
});
const tcpProxy = { name: 'envoy.filters.network.tcp_proxy', typed_config: { cluster: 'inbound|6379||' } };

describe('rbacChains', () => {
  it('reads the inbound chains of a real sidecar, leaving out the black hole and outbound listeners', () => {
    const chains = rbacChains(listenerEntries(fixtureDump('envoy/authz/ledger-v1.json')));
    expect(chains.map(({ chain, scope, speaks, filters }) => [chain, scope, speaks, filters.length])).toEqual(
      [
        ['virtualInbound-catchall-http', { kind: 'other-ports' }, 'HTTP', 2],
        ['virtualInbound', { kind: 'other-ports' }, 'TCP', 2],
        ['0.0.0.0_9080', { kind: 'port', port: 9080 }, 'HTTP', 2],
        ['0.0.0.0_9090', { kind: 'port', port: 9090 }, 'HTTP', 2],
      ],
    );
  });

  it('keeps an ALLOW without policies apart from missing rules', () => {
    const chains = rbacChains(listenerEntries(fixtureDump('envoy/authz/ledger-v1.json')));
    const tcp = chains.find(({ chain }) => chain === 'virtualInbound');
    expect(tcp?.filters[1]).toMatchObject({ enforced: { action: 'ALLOW', policies: [] }, shadow: undefined });
  });

  it('reads shadow rules with their prefix', () => {
    const [chain] = rbacChains(listenerEntries(fixtureDump('envoy/authz/fraud-v1.json')));
    expect(chain?.filters[0]).toMatchObject({
      layer: 'HTTP',
      enforced: { action: 'DENY' },
      shadow: { action: 'DENY', policies: [{ name: 'ns[payments]-policy[fraud-dry-run]-rule[0]' }] },
      shadowPrefix: 'istio_dry_run_deny_',
    });
  });

  it('keeps one copy of a refused listener, with the reason', () => {
    const chains = rbacChains(listenerEntries(fixtureDump('envoy/authz/search-v1.json')));
    expect(new Set(chains.map(({ state }) => state))).toEqual(new Set(['rejected']));
    expect(chains).toHaveLength(3);
    expect(chains[0]?.rejection).toContain('shop.compressor');
  });

  it('includes default chains and static listeners', () => {
    const chain = { name: 'c', filters: [rbac({ rules: { action: 'DENY' } }), tcpProxy] };
    const chains = rbacChains(
      listenersOf({
        dynamic_listeners: [
          { name: 'edge', active_state: { listener: { name: 'edge', default_filter_chain: chain } } },
        ],
        static_listeners: [{ listener: { name: 'admin', filter_chains: [chain] } }],
      }),
    );
    expect(chains.map(({ listener, state, isDefault }) => [listener, state, isDefault])).toEqual([
      ['edge', 'active', true],
      ['admin', 'static', false],
    ]);
  });

  it("names a waypoint's service chains", () => {
    const chain = (name: string) => ({ name, filters: [rbac({ rules: {} }), tcpProxy] });
    const filter_chains = [
      chain('inbound-vip|8000|http|records.clinic.svc.cluster.local'),
      chain('direct-tcp'),
    ];
    const listener = { name: 'main_internal', filter_chains };
    const chains = rbacChains(
      listenersOf({ dynamic_listeners: [{ name: 'main_internal', active_state: { listener } }] }),
    );
    expect(chains.map(({ scope }) => scope)).toEqual([
      { kind: 'service', host: 'records.clinic.svc.cluster.local', port: 8000 },
      { kind: 'workload' },
    ]);
  });

  it.each([
    { dynamic_listeners: 'x' },
    {
      dynamic_listeners: [
        {
          active_state: {
            listener: { traffic_direction: 'INBOUND', name: 4, filter_chains: [null, 'x', { filters: [1] }] },
          },
        },
      ],
    },
    {
      static_listeners: [
        { listener: { name: 'a', filter_chains: [{ filters: [rbac({ rules: 'x', shadow_rules: [] })] }] } },
      ],
    },
    {
      static_listeners: [
        {
          listener: {
            name: 'a',
            filter_chains: [
              { filters: [rbac({ rules: { policies: { p: null, q: { principals: [3] } } } })] },
            ],
          },
        },
      ],
    },
  ])('does not break on odd types', (section) => {
    expect(() => rbacChains(listenersOf(section))).not.toThrow();
  });
});
