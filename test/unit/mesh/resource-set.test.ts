import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { equalitySelector, parseSelector } from '../../../src/kube/selector.ts';
import { kindOf } from '../../../src/mesh/kinds.ts';
import { createResourceSet } from '../../../src/mesh/resource-set.ts';

function pod(namespace: string, name: string, labels: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels } };
}

const set = createResourceSet([
  pod('shop', 'cart-v2', { app: 'cart', version: 'v2' }),
  pod('payments', 'ledger', { app: 'ledger' }),
  pod('shop', 'cart-v1', { app: 'cart', version: 'v1' }),
  { apiVersion: 'example.com/v1', kind: 'Pod', metadata: { name: 'of-another-group' } },
]);
const names = (objects: readonly KubeObject[]): readonly string[] =>
  objects.map(({ metadata }) => metadata.name);

describe('createResourceSet', () => {
  test('lists a kind by namespace and name and leaves out what no analyzer reads', () => {
    expect(names(set.all('Pod'))).toEqual(['ledger', 'cart-v1', 'cart-v2']);
    expect(set.all('Deployment')).toEqual([]);
  });

  test('finds one by namespace and name', () => {
    expect(set.get('Pod', 'shop', 'cart-v2')?.metadata.labels).toMatchObject({ version: 'v2' });
    expect(set.get('Pod', 'payments', 'cart-v2')).toBeUndefined();
  });

  test('selects by labels, in a namespace or in all', () => {
    expect(names(set.select('Pod', equalitySelector({ app: 'cart' })))).toEqual(['cart-v1', 'cart-v2']);
    expect(names(set.select('Pod', equalitySelector({ app: 'cart' }), 'payments'))).toEqual([]);
    expect(names(set.select('Pod', parseSelector('app=cart,version!=v1') ?? []))).toEqual(['cart-v2']);
    expect(names(set.select('Pod', parseSelector('app in (cart,ledger)') ?? []))).toHaveLength(3);
    expect(names(set.select('Pod', [], 'shop'))).toEqual(['cart-v1', 'cart-v2']);
  });

  test('of two with one name the later counts', () => {
    const twice = createResourceSet([pod('shop', 'cart', { v: '1' }), pod('shop', 'cart', { v: '2' })]);
    expect(twice.all('Pod').map(({ metadata }) => metadata.labels?.['v'])).toEqual(['2']);
  });
});

test('kinds of one name in two groups are told apart, in every version', () => {
  const gateway = (apiVersion: string): KubeObject => ({
    apiVersion,
    kind: 'Gateway',
    metadata: { name: 'edge' },
  });
  expect(kindOf(gateway('networking.istio.io/v1beta1'))).toBe('Gateway');
  expect(kindOf(gateway('gateway.networking.k8s.io/v1'))).toBe('GatewayApiGateway');
  expect(kindOf(gateway('v1'))).toBeUndefined();
});
