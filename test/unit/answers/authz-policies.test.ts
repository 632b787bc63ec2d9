import { describe, expect, it } from 'vitest';
import type { AuthzObjects } from '../../../src/answers/authz-drift.ts';
import { type AuthzPoliciesAnswer, authzPolicies } from '../../../src/answers/authz-policies.ts';
import { type Entry, listenerEntries } from '../../../src/envoy/entry.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { authzPoliciesText } from '../../../src/report/authz-policies.ts';
import { fixtureDump, fixtureJson, listenersOf } from '../../helpers/fixture.ts';

const NONE: AuthzObjects = { ok: false, reason: 'not asked' };
const SHOP = (fixtureJson('envoy/authz/authorizationpolicies.json') as { items: KubeObject[] }).items;

function cluster(app: string, namespace: string, policies: readonly KubeObject[] = SHOP): AuthzObjects {
  return { ok: true, policies, pod: { namespace, labels: { app } }, rootNamespace: 'istio-system' };
}

function answerFor(listeners: readonly Entry[], objects: AuthzObjects = NONE): AuthzPoliciesAnswer {
  return authzPolicies({ ref: undefined, label: 'cart-v1.shop' }, listeners, objects);
}

function shop(workload: string, objects: AuthzObjects = NONE): AuthzPoliciesAnswer {
  return answerFor(listenerEntries(fixtureDump(`envoy/authz/${workload}.json`)), objects);
}

function text(answer: AuthzPoliciesAnswer, rules = false): string {
  return authzPoliciesText(answer, { color: false, width: Infinity, now: new Date(0) }, { rules });
}

function kinds(answer: AuthzPoliciesAnswer): string[] {
  return answer.problems.map(({ level, kind, policy }) => `${level} ${kind} ${policy ?? ''}`.trim());
}

const RULE = { permissions: [{ url_path: { path: { exact: '/a' } } }], principals: [{ any: true }] };
const rbac = (config: object) => ({ name: 'envoy.filters.http.rbac', typed_config: config });
function inbound(...httpFilters: object[]): Entry[] {
  const manager = {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: { http_filters: httpFilters },
  };
  const chain = { filter_chain_match: { destination_port: 9080 }, filters: [manager] };
  const listener = { name: 'virtualInbound', traffic_direction: 'INBOUND', filter_chains: [chain] };
  return listenersOf({ dynamic_listeners: [{ name: 'virtualInbound', active_state: { listener } }] });
}

describe('authzPolicies of real proxies', () => {
  it('lists policies in the order of evaluation, with the rules that each layer holds', () => {
    const answer = shop('checkout-v1', cluster('checkout', 'payments'));
    expect(
      answer.policies.map(({ action, namespace, name, mode, rules }) => [
        action,
        `${namespace}/${name}`,
        mode,
        rules.length,
      ]),
    ).toEqual([
      ['DENY', 'istio-system/no-admin', 'enforced', 1],
      ['ALLOW', 'payments/checkout-callers', 'enforced', 2],
    ]);
    expect(answer.policies[1]?.rules).toMatchObject([
      { index: '0', http: expect.stringContaining('to method POST and path /checkout*'), tcp: undefined },
      { index: '1', http: 'from namespace payments to anything', tcp: 'from namespace payments to anything' },
    ]);
    expect(kinds(answer)).toEqual(['note wider-on-tcp istio-system/no-admin']);
  });

  it('says that an ALLOW policy denies what no rule matches, and where no rule can match', () => {
    expect(shop('ledger-v1').decisions).toEqual([
      { place: '9080', layer: 'HTTP', unmatched: 'denied' },
      { place: '9090', layer: 'HTTP', unmatched: 'denied' },
      { place: 'other ports', layer: 'HTTP', unmatched: 'denied' },
      { place: 'other ports', layer: 'TCP', unmatched: 'nothing-allowed' },
    ]);
    expect(text(shop('ledger-v1'))).toContain('TCP other ports: denied (no ALLOW rule can match there)\n');
  });

  it('keeps a dry run apart from what is enforced', () => {
    const answer = shop('fraud-v1', cluster('fraud', 'payments'));
    expect(answer.policies.map(({ name, mode }) => [name, mode])).toEqual([
      ['no-admin', 'enforced'],
      ['fraud-dry-run', 'dry-run'],
    ]);
    expect(answer.decisions.every(({ unmatched }) => unmatched === 'allowed')).toBe(true);
    expect(text(answer)).toMatch(/^✔ cart-v1\.shop: 1 policy enforced, 1 as a dry run\n/);
  });

  it('warns of a DENY with HTTP fields that cuts a raw TCP port', () => {
    const answer = shop('sessions-v1', cluster('sessions', 'shop'));
    expect(kinds(answer)).toEqual(['warn wider-on-tcp istio-system/no-admin']);
    expect(text(answer)).toContain(
      'DENY istio-system/no-admin also denies raw TCP to 9080: there its path can\'t be told, which leaves "from namespace not edge to anything"\n',
    );
  });

  it('tells that nothing is in force behind a refused listener, once', () => {
    const answer = shop('search-v1', cluster('search', 'shop'));
    expect(answer.takesTraffic).toBe(false);
    expect(answer.policies.map(({ name, inForce }) => [name, inForce])).toEqual([
      ['no-admin', false],
      ['search-old-sa', false],
    ]);
    expect(kinds(answer)).toEqual(['bad listener-rejected']);
    expect(text(answer)).toMatch(/^✖ cart-v1\.shop: no working listener takes traffic in/);
    expect(text(answer)).toContain('not in force');
  });

  it('prints every rule in words when asked', () => {
    const rules = text(shop('ledger-v1'), true);
    expect(rules).toMatch(
      /DENY istio-system\/no-admin rule 0 +HTTP {2}from namespace not edge to path \/admin, \/admin\/\*\n/,
    );
    expect(rules).toMatch(/\n +TCP {3}from namespace not edge to anything\n/);
    expect(rules).toMatch(/\n +TCP {3}not there\n/);
  });
});

describe('differences from the cluster', () => {
  const without = (name: string) => SHOP.filter(({ metadata }) => metadata.name !== name);
  const change = (name: string, edit: (object: KubeObject) => KubeObject) =>
    SHOP.map((object) => (object.metadata.name === name ? edit(object) : object));

  it('finds a policy that applies and is not on the proxy', () => {
    const added: KubeObject = {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'lock-down', namespace: 'payments' },
      spec: {},
    };
    const answer = shop('ledger-v1', cluster('ledger', 'payments', [...SHOP, added]));
    expect(kinds(answer)[0]).toBe('bad missing payments/lock-down');
    expect(answer.problems[0]?.text).toContain('its ALLOW is not in force: the proxy has no rule of it');
  });

  it('finds a policy that is gone, and one that no longer selects the pod', () => {
    expect(kinds(shop('ledger-v1', cluster('ledger', 'payments', without('ledger-writers'))))).toContain(
      'warn left-over payments/ledger-writers',
    );
    const answer = shop('ledger-v1', cluster('book', 'payments'));
    expect(answer.problems.find(({ kind }) => kind === 'left-over')?.text).toContain(
      'it does not select this pod',
    );
  });

  it('finds another action, rule count or dry-run state', () => {
    const spec = { action: 'DENY', rules: [{}, {}], selector: { matchLabels: { app: 'ledger' } } };
    const answer = shop(
      'ledger-v1',
      cluster(
        'ledger',
        'payments',
        change('ledger-writers', (one) => ({ ...one, spec })),
      ),
    );
    expect(answer.problems.find(({ kind }) => kind === 'outdated')?.text).toContain(
      'action ALLOW instead of DENY; 1 of 2 rules',
    );
    const live = change('fraud-dry-run', (one) => ({
      ...one,
      metadata: { ...one.metadata, annotations: {} },
    }));
    expect(
      shop('fraud-v1', cluster('fraud', 'payments', live))
        .problems.map(({ text }) => text)
        .join(),
    ).toContain('still as a dry run');
  });

  it('misses nothing on a proxy that takes no traffic in', () => {
    expect(answerFor([], cluster('edge', 'edge')).problems).toEqual([]);
  });

  it('says so when there was nothing to compare with', () => {
    expect(answerFor([], NONE).compared).toEqual({ ok: false, reason: 'not asked' });
  });
});

describe('actions', () => {
  it('shows CUSTOM as enforced by its provider, from the shadow rules', () => {
    const policies = { 'istio-ext-authz-opa-ns[shop]-policy[ext]-rule[0]': RULE };
    const answer = answerFor(
      inbound(
        rbac({ shadow_rules: { action: 'DENY', policies }, shadow_rules_stat_prefix: 'istio_ext_authz_' }),
      ),
    );
    expect(answer.policies).toMatchObject([
      { action: 'CUSTOM', mode: 'enforced', provider: 'opa', name: 'ext' },
    ]);
    expect(answer.decisions).toMatchObject([{ unmatched: 'allowed' }]);
    expect(text(answer)).toContain('enforced by opa');
  });

  it('calls a CUSTOM action that istiod could not set up what it is: a denial', () => {
    const policies = { 'ns[shop]-policy[ext]-rule[0]-deny-due-to-bad-CUSTOM-action': RULE };
    const answer = answerFor(inbound(rbac({ rules: { action: 'DENY', policies } })));
    expect(answer.policies).toMatchObject([{ action: 'CUSTOM', mode: 'misconfigured' }]);
    expect(kinds(answer)).toEqual(['bad bad-custom shop/ext']);
  });

  it('shows AUDIT as auditing and not as enforcing', () => {
    const policies = { 'ns[shop]-policy[log]-rule[0]': RULE };
    const answer = answerFor(inbound(rbac({ rules: { action: 'LOG', policies } })));
    expect(text(answer)).toMatch(/^✔ cart-v1\.shop: no policy enforced, 1 only audits\n/);
  });

  it('shows a policy that istiod did not write by its own name', () => {
    const answer = answerFor(
      inbound(rbac({ rules: { action: 'DENY', policies: { 'by-hand': RULE } } })),
      cluster('cart', 'shop', []),
    );
    expect(answer.policies).toMatchObject([{ action: 'DENY', namespace: '', name: 'by-hand' }]);
    expect(answer.problems).toEqual([]);
  });

  it('says that an older listener decides when a newer one was refused', () => {
    const [entry] = inbound(rbac({ rules: { action: 'DENY', policies: {} } }));
    const listener = entry?.message ?? {};
    const error_state = { details: 'first line\n  second', failed_configuration: listener };
    const listeners = listenersOf({
      dynamic_listeners: [
        { name: 'virtualInbound', active_state: { listener } },
        { name: 'virtualInbound', error_state },
      ],
    });
    expect(answerFor(listeners).problems[0]?.text).toBe(
      'Envoy refused a newer version of listener virtualInbound; the older one decides (first line second)',
    );
  });

  it('has nothing to say of a proxy without policies but that all is allowed', () => {
    expect(text(answerFor(inbound()))).toMatch(
      /^✔ cart-v1\.shop: no policy, everything that reaches it is allowed\n/,
    );
  });
});
