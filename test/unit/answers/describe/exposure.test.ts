import { describe, expect, it } from 'vitest';
import { exposures } from '../../../../src/answers/describe/exposure.ts';
import { gatewayRole } from '../../../../src/answers/describe/gateway-role.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { meshOf, object, pod, service } from '../../../helpers/objects.ts';

const CART = service('shop/cart');
const GATEWAY_POD = pod('edge/gw-1', { istio: 'gw', app: 'gw' });
const FRONT: KubeObject = {
  ...service('edge/gw', {
    selector: { istio: 'gw' },
    ports: [
      { port: 80, targetPort: 8080 },
      { port: 8443, targetPort: 8444 },
    ],
  }),
  status: { loadBalancer: { ingress: [{ ip: '203.0.113.5' }] } },
};

function gateway(...servers: Readonly<Record<string, unknown>>[]) {
  return object('Gateway', 'edge/public', { selector: { istio: 'gw' }, servers });
}

function virtual(spec: Readonly<Record<string, unknown>> = {}) {
  const http = [{ match: [{ uri: { prefix: '/cart' } }], route: [{ destination: { host: 'cart' } }] }];
  return object('VirtualService', 'shop/web', {
    hosts: ['shop.example.com'],
    gateways: ['edge/public'],
    http,
    ...spec,
  });
}

const HTTP = { port: { number: 80, protocol: 'HTTP' }, hosts: ['*.example.com'] };

describe('ways from outside to a service', () => {
  it('carry the URL, the path and the address of the load balancer', () => {
    const https = { port: { number: 8443, protocol: 'HTTPS' }, hosts: ['shop/shop.example.com'] };
    const mesh = meshOf([CART, GATEWAY_POD, FRONT, gateway(HTTP, https), virtual()]);
    const common = { matches: ['path /cart*'], address: '203.0.113.5', entrance: 'edge/gw' };
    expect(exposures(CART, mesh)).toMatchObject([
      { url: 'http://shop.example.com', ...common },
      { url: 'https://shop.example.com:8443', ...common },
    ]);
  });

  it.each([
    ['a server is for another namespace', [gateway({ ...HTTP, hosts: ['other/*'] }), virtual()]],
    ['no host is shared', [gateway(HTTP), virtual({ hosts: ['shop.example.org'] })]],
    ['the Gateway does not exist', [virtual()]],
    ['the rule is for the mesh alone', [gateway(HTTP), virtual({ gateways: ['mesh'] })]],
  ])('are none when %s', (_, objects) => {
    expect(exposures(CART, meshOf([CART, GATEWAY_POD, FRONT, ...objects]))).toEqual([]);
  });

  it('are made by routes of the Gateway API too', () => {
    const route = object('HTTPRoute', 'shop/web', {
      parentRefs: [{ name: 'gw', namespace: 'edge' }],
      hostnames: ['api.example.com'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/v1' } }],
          backendRefs: [{ name: 'cart', port: 80 }],
        },
      ],
    });
    const listeners = [{ name: 'web', port: 8080, protocol: 'HTTP' }];
    const mesh = meshOf([CART, route, object('KubeGateway', 'edge/gw', { listeners })]);
    expect(exposures(CART, mesh)).toMatchObject([
      { url: 'http://api.example.com:8080', matches: ['path /v1*'], route: 'HTTPRoute shop/web' },
    ]);
  });
});

describe("a gateway's pod", () => {
  const kinds = (...objects: KubeObject[]) =>
    gatewayRole(GATEWAY_POD, meshOf([CART, GATEWAY_POD, FRONT, ...objects])).problems.map(({ kind }) => kind);
  const redirect = (fields: object, match?: object) =>
    virtual({ http: [{ redirect: fields, ...(match === undefined ? {} : { match: [match] }) }] });

  it('serves Gateways that select it, and misses VirtualServices for some of their hosts', () => {
    const { serves } = gatewayRole(GATEWAY_POD, meshOf([CART, gateway(HTTP), virtual()]));
    expect(serves).toMatchObject([{ gateway: 'edge/public', virtualServices: ['shop/web'] }]);
    expect(kinds(gateway(HTTP))).toEqual(['gateway-unused']);
  });

  it.each([
    [
      'to the same host without a condition',
      redirect({ authority: 'shop.example.com', uri: '/x' }),
      ['redirect-loop'],
    ],
    ['of a path to itself', redirect({ uri: '/a' }, { uri: { exact: '/a' } }), ['redirect-loop']],
    ['of a path to another', redirect({ uri: '/b' }, { uri: { exact: '/a' } }), []],
    ['to another host', redirect({ authority: 'other.example.org' }), []],
    ['to another scheme', redirect({ scheme: 'https' }), []],
  ])('tells a redirect %s', (_, object_, expected) => {
    expect(kinds(gateway(HTTP), object_)).toEqual(expected);
  });
});
