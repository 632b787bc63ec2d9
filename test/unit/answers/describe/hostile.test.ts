import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describePod } from '../../../../src/answers/describe/pod.ts';
import { describeService } from '../../../../src/answers/describe/service.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { podReport } from '../../../../src/report/describe/pod.ts';
import { serviceReport } from '../../../../src/report/describe/service.ts';
import { meshOf, object, pod, service } from '../../../helpers/objects.ts';

const KINDS = [
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'PeerAuthentication',
  'AuthorizationPolicy',
  'RequestAuthentication',
  'ServiceEntry',
  'Sidecar',
  'HTTPRoute',
  'KubeGateway',
] as const;

const KEYS = [
  'hosts',
  'host',
  'http',
  'route',
  'destination',
  'gateways',
  'servers',
  'port',
  'selector',
  'rules',
  'match',
  'trafficPolicy',
  'tls',
  'subsets',
  'parentRefs',
  'delegate',
  'exportTo',
];

/** Values of any JSON type below the names of fields that are read. */
const spec = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>('cart', 'edge/public', 'mesh', '*', '', 'STRICT', 80, -1, null, true, {}),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 4 }),
  ),
})).value;

it('objects of any form never stop an answer', () => {
  const some = fc.array(fc.tuple(fc.constantFrom(...KINDS), spec), { maxLength: 5 });
  fc.assert(
    fc.property(some, spec, spec, (made, ports, status) => {
      const others = made.map(
        ([kind, value], index): KubeObject => ({ ...object(kind, `shop/x${index}`), spec: value }),
      );
      const cart = service('shop/cart', { ports });
      const own: KubeObject = { ...pod('shop/cart-1', { app: 'cart' }), status };
      const objects = meshOf([cart, own, ...others]);
      const nothing = () => undefined;
      const options = { color: false, width: 80, now: new Date(0) };
      const description = describePod({
        pod: own,
        objects,
        envoy: { kind: 'failed', reason: 'x' },
        ztunnel: { kind: 'none' },
        row: undefined,
        waypointProxy: nothing,
        only: undefined,
        ignoreUnmeshed: false,
        now: new Date(0),
      });
      const whole = describeService({
        service: cart,
        objects,
        rowOf: nothing,
        waypointProxy: nothing,
        only: undefined,
      });
      expect([podReport({ kind: 'ours', description }, options)].join('')).toContain('pod cart-1.shop');
      expect([serviceReport({ kind: 'ours', description: whole }, options)].join('')).toContain(
        'service cart.shop',
      );
    }),
    { numRuns: 300 },
  );
});
