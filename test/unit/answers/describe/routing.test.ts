import { describe, expect, it } from 'vitest';
import { serviceRouting } from '../../../../src/answers/describe/routing.ts';
import { meshOf, object, pod, service } from '../../../helpers/objects.ts';

const CART = service('shop/cart');
const V1 = pod('shop/cart-1', { app: 'cart', version: 'v1' });

function virtual(destination: Readonly<Record<string, unknown>>) {
  return object('VirtualService', 'shop/cart', { hosts: ['cart'], http: [{ route: [{ destination }] }] });
}

function rule(...versions: string[]) {
  const subsets = versions.map((version) => ({ name: version, labels: { version } }));
  return object('DestinationRule', 'shop/cart', { host: 'cart', subsets });
}

describe('a route of a service', () => {
  it.each([
    ['route-no-host', virtual({ host: 'kart' }), 'write cart'],
    ['route-no-port', virtual({ host: 'cart', port: { number: 81 } }), 'has 80'],
    ['route-no-subset', virtual({ host: 'cart', subset: 'v3' }), 'or route to v1 and v2'],
    ['route-empty-subset', virtual({ host: 'cart', subset: 'v2' }), 'deploy pods with version=v2'],
  ])('is a %s problem', (kind, route, next) => {
    const { problems } = serviceRouting(CART, meshOf([CART, V1, route, rule('v1', 'v2')]));
    expect(problems).toMatchObject([{ level: 'bad', kind, next: expect.stringContaining(next) }]);
  });

  it('is none when it leads to pods, a port of the service, or a ServiceEntry', () => {
    const outside = object('ServiceEntry', 'shop/api', {
      hosts: ['*.example.com'],
      ports: [{ number: 443 }],
    });
    const good = [
      virtual({ host: 'cart', subset: 'v1', port: { number: 80 } }),
      virtual({ host: 'api.example.com', port: { number: 443 } }),
    ];
    for (const route of good) {
      expect(serviceRouting(CART, meshOf([CART, V1, route, rule('v1'), outside])).problems).toEqual([]);
    }
  });

  it.each(['destinationRules', 'services', 'serviceEntries'] as const)(
    'is no problem while %s are not known',
    (unknown) => {
      const route =
        unknown === 'destinationRules' ? virtual({ host: 'cart', subset: 'v9' }) : virtual({ host: 'kart' });
      const { rules, problems } = serviceRouting(CART, meshOf([CART, V1, route], [unknown]));
      expect(problems).toEqual([]);
      expect(rules[0]?.to[0]?.leads).toBe('unknown');
    },
  );

  it('tells which share reaches the described pod', () => {
    const route = object('VirtualService', 'shop/cart', {
      hosts: ['cart'],
      http: [
        {
          route: [
            { destination: { host: 'cart', subset: 'v1' }, weight: 3 },
            { destination: { host: 'cart', subset: 'v2' }, weight: 1 },
          ],
        },
      ],
    });
    const v2 = pod('shop/cart-2', { app: 'cart', version: 'v2' });
    const { rules } = serviceRouting(CART, meshOf([CART, V1, v2, route, rule('v1', 'v2')]), V1);
    expect(rules[0]?.to).toMatchObject([
      { share: 75, reachesPod: true, pods: 1 },
      { share: 25, reachesPod: false, pods: 1 },
    ]);
  });

  it('of a second VirtualService for the same host is not used', () => {
    const other = object('VirtualService', 'shop/other', { hosts: ['cart'] });
    const { problems } = serviceRouting(CART, meshOf([CART, V1, virtual({ host: 'cart' }), other]));
    expect(problems).toMatchObject([
      { level: 'warn', kind: 'shadowed', where: 'VirtualService shop/other spec.hosts' },
    ]);
  });
});
