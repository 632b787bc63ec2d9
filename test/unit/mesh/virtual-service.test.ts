import { describe, expect, it } from 'vitest';
import {
  gatewayVirtualServices,
  meshVirtualServices,
  virtualGateways,
  virtualRoutes,
} from '../../../src/mesh/virtual-service.ts';
import { object } from '../../helpers/objects.ts';

const HOST = 'cart.shop.svc.cluster.local';

function virtual(id: string, spec: Readonly<Record<string, unknown>>, created = '2026-01-01T00:00:00Z') {
  return object('VirtualService', id, spec, { creationTimestamp: created });
}

describe('meshVirtualServices', () => {
  const names = (all: ReturnType<typeof virtual>[], namespace = 'shop') =>
    meshVirtualServices(all, HOST, namespace).map(({ metadata }) => metadata.name);

  it('puts the most specific host first, then the oldest', () => {
    const wide = virtual('shop/wide', { hosts: ['*.shop.svc.cluster.local'] });
    const later = virtual('shop/later', { hosts: ['cart'] }, '2026-02-01T00:00:00Z');
    const first = virtual('shop/first', { hosts: [HOST] });
    expect(names([wide, later, first])).toEqual(['first', 'later', 'wide']);
  });

  it('leaves out those for gateways alone and those that are not exported', () => {
    expect(names([virtual('shop/a', { hosts: ['cart'], gateways: ['edge/public'] })])).toEqual([]);
    expect(names([virtual('shop/a', { hosts: ['cart'], gateways: ['edge/public', 'mesh'] })])).toEqual(['a']);
    expect(names([virtual('shop/a', { hosts: ['cart'], exportTo: ['.'] })], 'web')).toEqual([]);
  });
});

it('names of gateways mean namespace and name in every way they may be written', () => {
  const gateways = ['public', './own', 'edge/public', 'old.edge.svc.cluster.local', 'mesh'];
  expect(virtualGateways(virtual('shop/a', { gateways }))).toEqual([
    'shop/public',
    'shop/own',
    'edge/public',
    'edge/old',
    'mesh',
  ]);
  expect(virtualGateways(virtual('shop/a', {}))).toEqual(['mesh']);
});

it('a gateway serves the VirtualServices that name it and share a host', () => {
  const all = [
    virtual('shop/a', { hosts: ['a.example.com'], gateways: ['edge/public'] }),
    virtual('shop/b', { hosts: ['b.example.org'], gateways: ['edge/public'] }),
    virtual('shop/c', { hosts: ['a.example.com'], gateways: ['edge/other'] }),
  ];
  const found = gatewayVirtualServices(all, 'edge/public', ['*.example.com']);
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['a']);
});

describe('virtualRoutes', () => {
  const root = virtual('shop/root', {
    hosts: ['cart'],
    http: [
      { match: [{ uri: { prefix: '/v2' } }], delegate: { name: 'v2' } },
      { route: [{ destination: { host: 'cart' } }] },
    ],
  });

  it('puts the rules of a delegate in the place of the rule that names it', () => {
    const v2 = virtual('shop/v2', {
      http: [
        { match: [{ method: { exact: 'GET' } }], route: [{ destination: { host: 'cart', subset: 'v2' } }] },
      ],
    });
    const [first, second] = virtualRoutes(root, [root, v2]);
    expect(first).toMatchObject({
      object: 'shop/v2',
      path: 'spec.http[0]',
      matches: ['path /v2* and method GET'],
      destinations: [{ host: HOST, subset: 'v2', path: 'spec.http[0].route[0].destination' }],
    });
    expect(second).toMatchObject({ object: 'shop/root', path: 'spec.http[1]', matches: [] });
  });

  it.each([
    ['is not there', []],
    ['has hosts of its own', [virtual('shop/v2', { hosts: ['v2'], http: [] })]],
    ['is not exported', [virtual('other/v2', { http: [], exportTo: ['.'] })]],
  ])('says which delegate can not be followed when it %s', (_, others) => {
    const [first] = virtualRoutes(root, [root, ...others]);
    expect(first).toMatchObject({ missingDelegate: 'shop/v2', destinations: [] });
  });
});
