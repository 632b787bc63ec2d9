import { describe, expect, it } from 'vitest';
import type { AuthzObjects } from '../../../src/answers/authz-drift.ts';
import { authzPolicies } from '../../../src/answers/authz-policies.ts';
import { listenerEntries } from '../../../src/envoy/entry.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { fixtureDump, fixtureJson, listenersOf } from '../../helpers/fixture.ts';
import { mutate, places } from '../../helpers/mutate.ts';

const SHOP = (fixtureJson('envoy/authz/authorizationpolicies.json') as { items: KubeObject[] }).items;

function problems(entries: ReturnType<typeof listenerEntries>, policies: readonly KubeObject[], app: string) {
  const pod = { namespace: 'payments', labels: { app } };
  const objects: AuthzObjects = { ok: true, policies, pod, rootNamespace: 'istio-system' };
  return authzPolicies({ ref: undefined, label: 'x' }, entries, objects).problems.filter(
    ({ kind }) => kind === 'outdated' || kind === 'not-compared',
  );
}

describe('rules of the cluster against those that a real proxy holds', () => {
  const workloads = [
    ['checkout', 'checkout-v1', 'checkout-callers'],
    ['checkout', 'checkout-v1', 'no-admin'],
    ['ledger', 'ledger-v1', 'ledger-writers'],
    ['fraud', 'fraud-v1', 'fraud-dry-run'],
  ] as const;

  it.each(workloads)('%s: the same object is no difference', (app, workload) => {
    expect(problems(listenerEntries(fixtureDump(`envoy/authz/${workload}.json`)), SHOP, app)).toEqual([]);
  });

  it.each(workloads)('%s: any single change of a rule is told (%s, %s)', (app, workload, name) => {
    const entries = listenerEntries(fixtureDump(`envoy/authz/${workload}.json`));
    const rules = SHOP.find(({ metadata }) => metadata.name === name)?.['spec'] as { rules: unknown[] };
    const silent: unknown[] = [];
    for (let place = 1; place < places(rules.rules); place++) {
      const changed = mutate(rules.rules, place, 'remove');
      const policies = SHOP.map((one) =>
        one.metadata.name === name ? { ...one, spec: { ...(one['spec'] as object), rules: changed } } : one,
      );
      if (problems(entries, policies, app).length === 0) silent.push(changed);
    }
    expect(silent).toEqual([]);
  });

  it('says which side of which rule differs, and how', () => {
    const rules = [{ from: [{ source: { namespaces: ['payments', 'shop'] } }] }];
    const spec = { action: 'ALLOW', selector: { matchLabels: { app: 'ledger' } }, rules };
    const policies = SHOP.map((one) => (one.metadata.name === 'ledger-writers' ? { ...one, spec } : one));
    const [found] = problems(listenerEntries(fixtureDump('envoy/authz/ledger-v1.json')), policies, 'ledger');
    expect(found?.text).toContain(
      'rule 0 on HTTP is "from principal cluster.local/ns/payments/sa/checkout" instead of "from namespace payments, shop"; ' +
        'rule 0 on HTTP is "to method GET, POST and path /entries, /entries/*" instead of "to anything"',
    );
  });
});

const name = (value: object) => ({ authenticated: { principal_name: value } });
const header = (of: string, value: object) => ({ header: { name: of, string_match: value } });

/** An AuthorizationPolicy field, and the form in which Envoy has it. */
const FORMS: readonly [string, object, { principals?: object[]; permissions?: object[] }][] = [
  [
    'a principal of any account',
    { from: [{ source: { principals: ['*'] } }] },
    { principals: [name({ safe_regex: { regex: '.+' } })] },
  ],
  [
    'a principal by its end',
    { from: [{ source: { principals: ['*/sa/web'] } }] },
    { principals: [name({ safe_regex: { regex: 'spiffe://.*/sa/web' } })] },
  ],
  [
    'a principal by its start',
    { from: [{ source: { principals: ['td/ns/a/*'] } }] },
    { principals: [name({ prefix: 'spiffe://td/ns/a/' })] },
  ],
  [
    'a principal in further trust domains',
    { from: [{ source: { principals: ['td/ns/a/sa/b'] } }] },
    {
      principals: [
        {
          or_ids: {
            ids: [name({ exact: 'spiffe://td/ns/a/sa/b' }), name({ exact: 'spiffe://old-td/ns/a/sa/b' })],
          },
        },
      ],
    },
  ],
  [
    'a namespace pattern',
    { from: [{ source: { namespaces: ['team-*'] } }] },
    { principals: [name({ safe_regex: { regex: '.*/ns/team-.*/.*' } })] },
  ],
  [
    'an address and a block',
    { from: [{ source: { ipBlocks: ['10.1.2.3', '10.9.8.7/8'] } }] },
    {
      principals: [
        {
          or_ids: {
            ids: [
              { direct_remote_ip: { address_prefix: '10.1.2.3', prefix_len: 32 } },
              { direct_remote_ip: { address_prefix: '10.0.0.0', prefix_len: 8 } },
            ],
          },
        },
      ],
    },
  ],
  [
    'hosts, ignoring case',
    { to: [{ operation: { hosts: ['Shop.example.com'] } }] },
    { permissions: [header(':authority', { exact: 'shop.example.com', ignore_case: true })] },
  ],
  [
    'a port and an excluded one',
    { to: [{ operation: { ports: ['80'], notPorts: ['81'] } }] },
    {
      permissions: [
        {
          and_rules: {
            rules: [
              { destination_port: 80 },
              { not_rule: { or_rules: { rules: [{ destination_port: 81 }] } } },
            ],
          },
        },
      ],
    },
  ],
  [
    'several callers',
    { from: [{ source: { namespaces: ['a'] } }, { source: { namespaces: ['b'] } }] },
    {
      principals: [
        name({ safe_regex: { regex: '.*/ns/b/.*' } }),
        name({ safe_regex: { regex: '.*/ns/a/.*' } }),
      ],
    },
  ],
  [
    'conditions',
    {
      when: [
        { key: 'request.headers[X-A]', values: ['1', '2*'] },
        { key: 'destination.port', values: ['7'] },
        { key: 'connection.sni', notValues: ['s'] },
      ],
    },
    {
      principals: [{ or_ids: { ids: [header('x-a', { exact: '1' }), header('x-a', { prefix: '2' })] } }],
      permissions: [
        {
          and_rules: {
            rules: [{ destination_port: 7 }, { not_rule: { requested_server_name: { exact: 's' } } }],
          },
        },
      ],
    },
  ],
  ['an empty rule', {}, {}],
];

describe('forms of rules', () => {
  const held = (form: { principals?: object[]; permissions?: object[] }, action = 'ALLOW') => {
    const policy = { principals: [{ any: true }], permissions: [{ any: true }], ...form };
    const rules = { action, policies: { 'ns[payments]-policy[p]-rule[0]': policy } };
    const manager = {
      name: 'envoy.filters.network.http_connection_manager',
      typed_config: { http_filters: [{ name: 'envoy.filters.http.rbac', typed_config: { rules } }] },
    };
    const listener = {
      name: 'virtualInbound',
      traffic_direction: 'INBOUND',
      filter_chains: [{ filters: [manager] }],
    };
    return listenersOf({ dynamic_listeners: [{ name: 'virtualInbound', active_state: { listener } }] });
  };
  const object = (...rules: object[]): KubeObject[] => [
    {
      apiVersion: 'v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'p', namespace: 'payments' },
      spec: { rules },
    },
  ];

  it.each(FORMS)('%s is the same', (_what, rule, form) => {
    expect(problems(held(form), object(rule), 'cart')).toEqual([]);
  });

  it.each(FORMS.slice(0, -1))('%s is not the same as anything', (_what, rule) => {
    expect(problems(held({}), object(rule), 'cart')).toMatchObject([{ kind: 'outdated' }]);
  });

  it('never passes over what it cannot translate, nor over what stands beside it', () => {
    const source = { requestPrincipals: ['issuer/sub'], namespaces: ['a'] };
    const claim = {
      metadata: {
        filter: 'envoy.filters.http.jwt_authn',
        path: [{ key: 'payload' }, { key: 'sub' }],
        value: { string_match: { exact: 'sub' } },
      },
    };
    const caller = (namespace: string) => ({
      principals: [{ and_ids: { ids: [claim, name({ safe_regex: { regex: `.*/ns/${namespace}/.*` } })] } }],
    });
    expect(problems(held(caller('a')), object({ from: [{ source }] }), 'cart')).toMatchObject([
      { kind: 'not-compared', level: 'warn', text: expect.stringContaining('rule 0 requestPrincipals') },
    ]);
    expect(problems(held(caller('b')), object({ from: [{ source }] }), 'cart')).toMatchObject([
      { kind: 'outdated' },
    ]);
    expect(
      problems(held(caller('a')), object({ from: [{ source: { namespaces: ['a'] } }] }), 'cart'),
    ).toMatchObject([{ kind: 'outdated' }]);
  });

  it('finds another trust domain, and a rule that matches nothing any more', () => {
    const other = object({ from: [{ source: { principals: ['other/ns/a/sa/b'] } }] });
    expect(
      problems(held({ principals: [name({ exact: 'spiffe://td/ns/a/sa/b' })] }), other, 'cart'),
    ).toHaveLength(1);
    const nothing = held({ principals: [{ not_id: { any: true } }] });
    expect(problems(nothing, object({}), 'cart')).toHaveLength(1);
    expect(problems(nothing, object(), 'cart')).toEqual([]);
  });

  it.each([
    [null],
    ['x'],
    [[1]],
    [{ from: 'x', to: 7, when: [null] }],
    [{ from: [{ source: { principals: null } }] }],
  ])('survives the rule %j', (rule) => {
    expect(() => problems(held({}), object(rule as object), 'cart')).not.toThrow();
  });
});
