import { describe, expect, it } from 'vitest';
import { destinationRuleFor, subsetsOf, tlsSetting } from '../../../src/mesh/destination-rule.ts';
import { object } from '../../helpers/objects.ts';

const HOST = 'cart.shop.svc.cluster.local';

function rule(id: string, spec: Readonly<Record<string, unknown>> = {}, created = '2026-01-01T00:00:00Z') {
  return object('DestinationRule', id, { host: HOST, ...spec }, { creationTimestamp: created });
}

function chosen(rules: ReturnType<typeof rule>[], clientNamespace: string) {
  const found = destinationRuleFor(rules, {
    clientNamespace,
    host: HOST,
    serviceNamespace: 'shop',
    rootNamespace: 'istio-system',
  });
  return found && [found.at, ...found.rules.map(({ metadata }) => metadata.name)];
}

describe('destinationRuleFor', () => {
  it("takes the client's own rule before the service's and the root namespace's", () => {
    const all = [rule('web/own'), rule('shop/service'), rule('istio-system/root')];
    expect(chosen(all, 'web')).toEqual(['client', 'own']);
    expect(chosen(all, 'other')).toEqual(['service', 'service']);
    expect(chosen(all.slice(2), 'other')).toEqual(['root', 'root']);
    expect(chosen([], 'other')).toBeUndefined();
  });

  it('does not see a rule that is exported to others alone', () => {
    expect(chosen([rule('shop/own', { exportTo: ['.'] })], 'web')).toBeUndefined();
    expect(chosen([rule('shop/own', { exportTo: ['.'] })], 'shop')).toEqual(['client', 'own']);
    expect(chosen([rule('web/own', { exportTo: ['shop'] }), rule('shop/service')], 'web')).toEqual([
      'service',
      'service',
    ]);
  });

  it('takes the most specific host of a namespace', () => {
    const wide = rule('shop/wide', { host: '*.shop.svc.cluster.local' });
    expect(chosen([wide, rule('shop/exact', { host: 'cart' })], 'shop')).toEqual(['client', 'exact']);
    expect(chosen([wide], 'shop')).toEqual(['client', 'wide']);
  });

  it('joins rules of the same host, the oldest first', () => {
    const later = rule('shop/later', { subsets: [{ name: 'v2' }] }, '2026-02-01T00:00:00Z');
    const first = rule('shop/first', { subsets: [{ name: 'v1' }] });
    expect(chosen([later, first], 'web')).toEqual(['service', 'first', 'later']);
    expect(subsetsOf({ at: 'service', rules: [first, later] }).map(({ name }) => name)).toEqual(['v1', 'v2']);
  });

  it('leaves out rules for some client pods where no pod is meant', () => {
    const selecting = rule('web/selecting', { workloadSelector: { matchLabels: { app: 'a' } } });
    expect(chosen([selecting], 'web')).toBeUndefined();
  });
});

describe('tlsSetting', () => {
  const tls = (mode: string) => ({ tls: { mode } });
  const of = (spec: Readonly<Record<string, unknown>>, port = 80, subset?: string) => {
    const found = tlsSetting({ at: 'service', rules: [rule('shop/cart', spec)] }, port, subset);
    return found && [found.mode, found.path];
  };

  it('is the top level, unless the port has an entry: that one counts wholesale', () => {
    const portLevelSettings = [{ port: { number: 80 }, ...tls('SIMPLE') }, { port: { number: 90 } }];
    const trafficPolicy = { ...tls('DISABLE'), portLevelSettings };
    expect(of({ trafficPolicy }, 70)).toEqual(['DISABLE', 'spec.trafficPolicy.tls']);
    expect(of({ trafficPolicy }, 80)).toEqual(['SIMPLE', 'spec.trafficPolicy.portLevelSettings[0].tls']);
    expect(of({ trafficPolicy }, 90)).toBeUndefined();
  });

  it("is the subset's own where it has one", () => {
    const subsets = [{ name: 'v1' }, { name: 'v2', trafficPolicy: tls('ISTIO_MUTUAL') }];
    const spec = { trafficPolicy: tls('DISABLE'), subsets };
    expect(of(spec, 80, 'v1')).toEqual(['DISABLE', 'spec.trafficPolicy.tls']);
    expect(of(spec, 80, 'v2')).toEqual(['ISTIO_MUTUAL', 'spec.subsets[1].trafficPolicy.tls']);
  });

  it('is nothing for an unknown mode or no rule', () => {
    expect(of({ trafficPolicy: tls('SOMETHING') })).toBeUndefined();
    expect(tlsSetting(undefined, 80)).toBeUndefined();
  });
});
