import { describe, expect, it } from 'vitest';
import { waitKind } from '../../../../src/answers/distribution/kinds.ts';
import { type Candidate, notForProxy } from '../../../../src/answers/distribution/selects.ts';

const CART: Candidate = { namespace: 'shop', labels: { app: 'cart' }, type: 'sidecar' };
const GATEWAY: Candidate = { namespace: 'edge', labels: { istio: 'edge' }, type: 'router' };

function reason(word: string, namespace: string, spec: object, proxy: Candidate): string | undefined {
  const kind = waitKind(word);
  if (kind === undefined) throw new Error(word);
  const object = { apiVersion: 'x/v1', kind: kind.kind, metadata: { name: 'a', namespace }, spec };
  return notForProxy(object, kind, proxy, 'istio-system');
}

describe('an object', () => {
  it('of a workload kind is for its namespace, from the root namespace for all, and by its labels', () => {
    expect(reason('ap', 'shop', {}, CART)).toBeUndefined();
    expect(reason('ap', 'istio-system', {}, CART)).toBeUndefined();
    expect(reason('ap', 'payments', {}, CART)).toBe('another namespace');
    expect(reason('ap', 'shop', { selector: { matchLabels: { app: 'other' } } }, CART)).toMatch(/labels/);
    expect(reason('ef', 'shop', { workloadSelector: { labels: { app: 'cart' } } }, CART)).toBeUndefined();
    expect(reason('ap', 'shop', { targetRefs: [{ kind: 'Gateway', name: 'w' }] }, CART)).toMatch(/sidecars/);
  });

  it('that is not exported, or for gateways alone, is not for a sidecar, nor one for the mesh for a gateway', () => {
    expect(reason('dr', 'payments', { exportTo: ['.'] }, CART)).toMatch(/exportTo/);
    expect(reason('dr', 'payments', { exportTo: ['shop'] }, CART)).toBeUndefined();
    expect(reason('vs', 'edge', { gateways: ['edge/public'] }, CART)).toMatch(/gateways only/);
    expect(reason('vs', 'edge', { gateways: ['edge/public', 'mesh'] }, CART)).toBeUndefined();
    expect(reason('vs', 'edge', { gateways: ['edge/public'] }, GATEWAY)).toBeUndefined();
    expect(reason('vs', 'edge', {}, GATEWAY)).toBe('it names no Gateway');
  });

  it('Gateway is for the gateways that its selector picks', () => {
    expect(reason('gw', 'edge', { selector: { istio: 'edge' } }, GATEWAY)).toBeUndefined();
    expect(reason('gw', 'edge', { selector: { istio: 'other' } }, GATEWAY)).toMatch(/labels/);
    expect(reason('gw', 'edge', { selector: { istio: 'edge' } }, CART)).toMatch(/sidecars/);
  });

  it('is not ruled out by labels that are not known', () => {
    const unknown = { ...CART, labels: undefined };
    expect(reason('ap', 'shop', { selector: { matchLabels: { app: 'other' } } }, unknown)).toBeUndefined();
  });

  it('of a kind that ztunnels do not get is not for them', () => {
    const ztunnel: Candidate = { namespace: 'istio-system', labels: {}, type: 'ztunnel' };
    expect(reason('vs', 'shop', {}, ztunnel)).toBe('ztunnels get no VirtualService');
    expect(reason('ap', 'shop', {}, ztunnel)).toBeUndefined();
  });
});
