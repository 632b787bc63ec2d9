import { describe, expect, it } from 'vitest';
import { callOutcomes, clientViews } from '../../../../src/answers/describe/client-calls.ts';
import { mtlsProblems } from '../../../../src/answers/describe/mtls-problems.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { meshOf, object, pod, service } from '../../../helpers/objects.ts';

const CART = service('shop/cart');
const MESHED = pod('shop/cart-1', { app: 'cart' });
const BARE = pod('shop/cart-2', { app: 'cart' }, { proxy: false });

function rule(id: string, mode: string, spec: Readonly<Record<string, unknown>> = {}) {
  return object('DestinationRule', id, {
    host: 'cart.shop.svc.cluster.local',
    trafficPolicy: { tls: { mode } },
    ...spec,
  });
}

function peer(id: string, mode: string, spec: Readonly<Record<string, unknown>> = {}) {
  return object('PeerAuthentication', id, { mtls: { mode }, ...spec });
}

function problems(objects: readonly KubeObject[], pods: readonly KubeObject[] = [MESHED]) {
  const mesh = meshOf([CART, ...pods, ...objects]);
  return mtlsProblems(CART, callOutcomes(CART, pods, mesh)).map(({ kind, text }) => `${kind}: ${text}`);
}

describe('groups of clients', () => {
  it('are one where all use the same rules', () => {
    const mesh = meshOf([CART, rule('shop/cart', 'DISABLE')]);
    expect(clientViews(CART, mesh).map(({ who }) => who)).toEqual(['clients']);
  });

  it('are told apart by the namespaces that have rules of their own, or that a rule is exported to', () => {
    const mesh = meshOf([
      CART,
      rule('web/cart', 'DISABLE'),
      rule('shop/cart', 'SIMPLE', { exportTo: ['.', 'api'] }),
    ]);
    const views = clientViews(CART, mesh).map(({ who, rule: chosen }) => [
      who,
      chosen?.rules[0]?.metadata.namespace,
    ]);
    expect(views).toEqual([
      ['other clients', undefined],
      ['clients in shop', 'shop'],
      ['clients in web', 'web'],
      ['clients in api', 'shop'],
    ]);
  });
});

describe('calls fail', () => {
  it('when a rule turns TLS off and the server takes only mTLS', () => {
    expect(problems([rule('shop/cart', 'DISABLE'), peer('istio-system/default', 'STRICT')])).toEqual([
      'mtls-plain-to-strict: calls to cart fail: DestinationRule shop/cart turns TLS off, the server takes only mTLS',
    ]);
    expect(problems([rule('shop/cart', 'DISABLE')])).toEqual([]);
  });

  it('when a rule forces mTLS to pods without proxy, for the pods that have none', () => {
    expect(problems([rule('web/cart', 'ISTIO_MUTUAL')], [MESHED, BARE])).toEqual([
      'mtls-mtls-to-plain: calls from namespace web to cart (1 of 2 pods) fail: DestinationRule web/cart forces mTLS, the pods have no proxy',
    ]);
    expect(problems([], [BARE])).toEqual([]);
  });

  it('when one workload is STRICT in a namespace whose mode is DISABLE: clients go by the namespace', () => {
    const strict = peer('shop/cart', 'STRICT', { selector: { matchLabels: { app: 'cart' } } });
    expect(problems([peer('shop/default', 'DISABLE'), strict])).toEqual([
      'mtls-plain-to-strict: calls to cart fail: clients send plain text, the server takes only mTLS',
    ]);
  });

  it('not for certain while PeerAuthentications are not known', () => {
    const mesh = meshOf([CART, MESHED, rule('shop/cart', 'DISABLE')], ['peerAuthentications']);
    const calls = callOutcomes(CART, [MESHED], mesh);
    expect(mtlsProblems(CART, calls)).toEqual([]);
    expect(calls[0]?.servers[0]?.outcome.kind).toBe('unknown');
  });

  it('not on a port that passes the sidecar by', () => {
    const annotations = { 'traffic.sidecar.istio.io/excludeInboundPorts': '9080' };
    const passing = pod('shop/cart-3', { app: 'cart' }, { annotations });
    expect(
      problems([rule('shop/cart', 'DISABLE'), peer('istio-system/default', 'STRICT')], [passing]),
    ).toEqual([]);
  });
});

it('a subset whose own policy turns TLS off is judged by itself', () => {
  const subsets = [
    { name: 'v1', labels: { version: 'v1' } },
    { name: 'v2', labels: { version: 'v2' }, trafficPolicy: { tls: { mode: 'DISABLE' } } },
  ];
  const versioned = object('DestinationRule', 'shop/cart', { host: 'cart', subsets });
  const pods = [pod('shop/a', { app: 'cart', version: 'v1' }), pod('shop/b', { app: 'cart', version: 'v2' })];
  expect(problems([versioned, peer('istio-system/default', 'STRICT')], pods)).toEqual([
    'mtls-plain-to-strict: calls to subset v2 of cart fail: DestinationRule shop/cart turns TLS off, the server takes only mTLS',
  ]);
});
