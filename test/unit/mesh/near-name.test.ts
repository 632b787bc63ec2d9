import { describe, expect, test } from 'vitest';
import { nearHost, nearName } from '../../../src/mesh/near-name.ts';
import { createResourceSet } from '../../../src/mesh/resource-set.ts';

const service = (namespace: string, name: string, exportTo?: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    namespace,
    name,
    ...(exportTo === undefined ? {} : { annotations: { 'networking.istio.io/exportTo': exportTo } }),
  },
});

describe('the nearest name', () => {
  test('is one that a slip of the finger makes of it', () => {
    expect(nearName('recommendr', ['cart', 'recommender'])).toBe('; the nearest is "recommender"');
    expect(nearName('cart-v2', ['cart', 'search'])).toBe('; the nearest is "cart"');
  });

  test('is none when nothing is alike', () => {
    expect(nearName('mailer', ['cart', 'search'])).toBe('');
    expect(nearName('mailer', [])).toBe('');
  });
});

describe('beside a host that is not seen stands', () => {
  const services = createResourceSet([
    service('shop', 'recommender'),
    service('payments', 'ledger', '.'),
    service('legacy', 'mailer'),
  ]);

  test('the nearest Service of its namespace', () => {
    expect(nearHost('recommendr', 'shop', services)).toBe('; the nearest is "recommender"');
    expect(nearHost('recommendr.shop.svc.cluster.local', 'edge', services)).toBe(
      '; the nearest is "recommender"',
    );
  });

  test('that the Service is hidden, and by what', () => {
    expect(nearHost('ledger.payments.svc.cluster.local', 'shop', services)).toBe(
      '; the Service is there, and it is exported to . alone',
    );
  });

  test('the namespace that has a Service of the name', () => {
    expect(nearHost('mailer', 'shop', services)).toBe('; a Service of that name is in the namespace legacy');
  });

  test('the full name of a Service that only Kubernetes finds by the short one', () => {
    expect(nearHost('mailer.legacy', 'shop', services)).toBe(
      '; the full name is "mailer.legacy.svc.cluster.local"',
    );
  });

  test('nothing for a host outside the cluster', () => {
    expect(nearHost('api.partner.example', 'shop', services)).toBe('');
  });
});
