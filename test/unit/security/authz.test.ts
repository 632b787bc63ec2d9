import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { authorizationPoliciesFor } from '../../../src/security/authz.ts';

function policy(namespace: string, name: string, spec: unknown = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace, ...metadata },
    spec,
  };
}

function names(
  policies: readonly KubeObject[],
  labels: Record<string, string>,
  extra: object = {},
): string[] {
  const target = { namespace: 'shop', labels, ...extra };
  return authorizationPoliciesFor(policies, target, 'istio-system').map(
    ({ name, scope }) => `${name} ${scope}`,
  );
}

const selector = (matchLabels: object) => ({ selector: { matchLabels } });

describe('authorizationPoliciesFor', () => {
  it('takes the root namespace and the own one, by labels', () => {
    const policies = [
      policy('istio-system', 'mesh'),
      policy('istio-system', 'mesh-cart', selector({ app: 'cart' })),
      policy('istio-system', 'mesh-search', selector({ app: 'search' })),
      policy('shop', 'all', { selector: {} }),
      policy('shop', 'cart-v1', selector({ app: 'cart', version: 'v1' })),
      policy('shop', 'cart-v2', selector({ app: 'cart', version: 'v2' })),
      policy('payments', 'elsewhere'),
    ];
    expect(names(policies, { app: 'cart', version: 'v1' })).toEqual([
      'mesh mesh',
      'mesh-cart selector',
      'all namespace',
      'cart-v1 selector',
    ]);
  });

  it('ignores policies with targetRefs on a pod that is no Gateway API gateway', () => {
    const targets = { targetRefs: [{ kind: 'Service', name: 'cart' }], ...selector({ app: 'cart' }) };
    expect(names([policy('shop', 'for-waypoint', targets)], { app: 'cart' })).toEqual([]);
  });

  it('matches a Gateway by name in its own namespace only', () => {
    const labels = { 'gateway.networking.k8s.io/gateway-name': 'edge' };
    const ref = { targetRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' } };
    const policies = [policy('shop', 'here', ref), policy('payments', 'there', ref), policy('shop', 'plain')];
    expect(names(policies, labels)).toEqual(['here targetRef', 'plain namespace']);
  });

  it('gives a waypoint only policies that name it, its class or its services', () => {
    const labels = {
      'gateway.networking.k8s.io/gateway-name': 'waypoint',
      'gateway.networking.k8s.io/gateway-class-name': 'istio-waypoint',
    };
    const to = (kind: string, name: string) => ({ targetRefs: [{ kind, name }] });
    const policies = [
      policy('shop', 'gateway', to('Gateway', 'waypoint')),
      policy('shop', 'service', to('Service', 'cart')),
      policy('shop', 'other-service', to('Service', 'search')),
      policy('istio-system', 'class', to('GatewayClass', 'istio-waypoint')),
      policy('shop', 'class-elsewhere', to('GatewayClass', 'istio-waypoint')),
      policy('shop', 'plain'),
    ];
    const services = [{ name: 'cart', namespace: 'shop' }];
    expect(names(policies, labels, { services })).toEqual([
      'gateway targetRef',
      'service targetRef',
      'class targetRef',
    ]);
  });

  it('leaves out policies of another revision, when the revision is known', () => {
    const labelled = [policy('shop', 'canary', {}, { labels: { 'istio.io/rev': 'canary' } })];
    expect(names(labelled, {}, { revision: 'default' })).toEqual([]);
    expect(names(labelled, {}, { revision: 'canary' })).toEqual(['canary namespace']);
    expect(names(labelled, {})).toEqual(['canary namespace']);
  });

  it('reads action, dry run, provider and rule count, whatever their types', () => {
    const policies = [
      policy('shop', 'a', { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}, {}] }),
      policy('shop', 'b', { action: 'DENY' }, { annotations: { 'istio.io/dry-run': 'true' } }),
      policy('shop', 'c', { action: 7, rules: 'none', selector: 'all', targetRefs: null }),
      policy('shop', 'd', null),
    ];
    expect(
      authorizationPoliciesFor(policies, { namespace: 'shop', labels: {} }, 'istio-system'),
    ).toMatchObject([
      { action: 'CUSTOM', provider: 'opa', rules: 2, isDryRun: false },
      { action: 'DENY', provider: undefined, rules: 0, isDryRun: true },
      { action: 'ALLOW', rules: 0 },
      { action: 'ALLOW', rules: 0 },
    ]);
  });
});
