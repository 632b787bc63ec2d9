import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { peerLevels, portsWithOwnMode, serverMtls } from '../../../src/security/server-mtls.ts';
import { object } from '../../helpers/objects.ts';

const pod = { namespace: 'shop', labels: { app: 'cart' } };

function peer(name: string, namespace: string, spec: object, day = 1): KubeObject {
  const creationTimestamp = `2026-01-0${day}T00:00:00Z`;
  return {
    apiVersion: 'v1',
    kind: 'PeerAuthentication',
    metadata: { name, namespace, creationTimestamp },
    spec,
  };
}

const mesh = (mode: string, day = 1) => peer(`mesh-${mode}`, 'istio-system', { mtls: { mode } }, day);
const ns = (mode: string) => peer('ns', 'shop', { mtls: { mode } });
const workload = (spec: object, day = 1, name = 'cart') =>
  peer(name, 'shop', { selector: { matchLabels: { app: 'cart' } }, ...spec }, day);
const mode = (objects: KubeObject[], port = 8080) => serverMtls(objects, pod, port, 'istio-system').mode;

describe('serverMtls', () => {
  it.each<[string, KubeObject[], string]>([
    ['nothing', [], 'PERMISSIVE'],
    ['mesh STRICT', [mesh('STRICT')], 'STRICT'],
    ['an unset namespace inherits', [mesh('STRICT'), ns('UNSET')], 'STRICT'],
    ['the namespace decides', [mesh('STRICT'), ns('PERMISSIVE')], 'PERMISSIVE'],
    ['the workload decides', [mesh('STRICT'), workload({ mtls: { mode: 'DISABLE' } })], 'DISABLE'],
    ['the oldest of a level counts', [mesh('PERMISSIVE', 2), mesh('STRICT', 1)], 'STRICT'],
    [
      'a selector in the root namespace is ignored',
      [peer('x', 'istio-system', { selector: { matchLabels: { app: 'cart' } }, mtls: { mode: 'DISABLE' } })],
      'PERMISSIVE',
    ],
    [
      'another namespace does not matter',
      [peer('x', 'payments', { mtls: { mode: 'STRICT' } })],
      'PERMISSIVE',
    ],
    [
      'only the older of two workload objects counts',
      [
        mesh('PERMISSIVE'),
        workload({ portLevelMtls: { 1: { mode: 'STRICT' } } }),
        workload({ mtls: { mode: 'STRICT' } }, 2, 'b'),
      ],
      'PERMISSIVE',
    ],
    ['hostile data', [peer('x', 'shop', { mtls: 'STRICT', selector: 7 })], 'PERMISSIVE'],
  ])('%s', (_what, objects, expected) => {
    expect(mode(objects)).toBe(expected);
  });

  it('takes port settings from the workload object alone, unset ones inherit', () => {
    const objects = [
      peer('ns', 'shop', { mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'DISABLE' } } }),
      workload({ portLevelMtls: { 8080: { mode: 'UNSET' }, 7070: { mode: 'DISABLE' } } }),
    ];
    expect([8080, 7070, 9090].map((port) => mode(objects, port))).toEqual(['STRICT', 'DISABLE', 'STRICT']);
    expect(serverMtls(objects, pod, 7070, 'istio-system').by).toBe('shop/cart');
  });
});

describe('PeerAuthentications that count for nothing', () => {
  const named = (id: string, spec: Readonly<Record<string, unknown>>, creationTimestamp: string) =>
    object('PeerAuthentication', id, spec, { creationTimestamp });
  const SELECTOR = { selector: { matchLabels: { app: 'cart' } } };

  it('are newer ones of a level, and those of the root namespace with a selector', () => {
    const all = [
      named('shop/newer', { mtls: { mode: 'DISABLE' } }, '2026-02-01T00:00:00Z'),
      named('shop/older', { mtls: { mode: 'STRICT' } }, '2026-01-01T00:00:00Z'),
      named('istio-system/selecting', SELECTOR, '2026-01-01T00:00:00Z'),
      named('shop/other', { selector: { matchLabels: { app: 'other' } } }, '2026-01-01T00:00:00Z'),
    ];
    const levels = peerLevels(all, { namespace: 'shop', labels: { app: 'cart' } }, 'istio-system');
    expect(levels.namespace?.metadata.name).toBe('older');
    expect(levels.ignored.map((one) => one.object.metadata.name)).toEqual(['newer', 'selecting']);
  });

  it('leave the ports with a mode of their own in order', () => {
    const ports = { 9090: { mode: 'DISABLE' }, 80: {}, x: {} };
    const workload = named('shop/cart', { ...SELECTOR, portLevelMtls: ports }, '2026-01-01T00:00:00Z');
    const levels = peerLevels([workload], { namespace: 'shop', labels: { app: 'cart' } }, 'istio-system');
    expect(portsWithOwnMode(levels)).toEqual([80, 9090]);
  });
});
