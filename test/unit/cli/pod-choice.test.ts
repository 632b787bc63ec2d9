import { describe, expect, it } from 'vitest';
import { chooseNamedPod } from '../../../src/cli/pod-choice.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { MeshSource } from '../../../src/sources/source.ts';

function pod(
  name: string,
  change: { hash?: string; kind?: string; owner?: string; status?: object } = {},
): KubeObject {
  const { hash, kind = 'ReplicaSet', owner, status } = change;
  const labels = hash === undefined ? {} : { 'pod-template-hash': hash };
  const ownerReferences = owner === undefined ? [] : [{ kind, name: owner, controller: true }];
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels, ownerReferences },
    spec: { nodeName: 'node-1' },
    status: status ?? ready,
  };
}

function source(pods: readonly KubeObject[]): MeshSource {
  return { resources: async () => ({ ok: true, value: pods }) } as unknown as MeshSource;
}

const CART = { name: 'cart-v1-aaaa-1', namespace: 'shop' };

describe('a pod that was named', () => {
  it('is the one to ask, though another one of its workload is ready for longer', async () => {
    const pods = [
      pod('cart-v1-aaaa-0', { hash: 'aaaa', owner: 'cart-v1-aaaa' }),
      pod(CART.name, { hash: 'aaaa', owner: 'cart-v1-aaaa' }),
    ];
    expect((await chooseNamedPod(source(pods), CART, 15000)).first).toEqual({ pod: CART, port: 15000 });
  });

  it('is followed by the next pod of its workload, also of a new ReplicaSet of the Deployment', async () => {
    const pods = [
      pod(CART.name, { hash: 'aaaa', owner: 'cart-v1-aaaa' }),
      pod('cart-v2-cccc-1', { hash: 'cccc', owner: 'cart-v2-cccc' }),
    ];
    const choice = await chooseNamedPod(source(pods), CART, 15000);
    expect(choice.what).toBe('workload cart-v1 in shop');
    pods.splice(0, 1);
    expect(await choice.next()).toEqual({ ok: true, value: undefined });
    pods.push(pod('cart-v1-bbbb-9', { hash: 'bbbb', owner: 'cart-v1-bbbb' }));
    const next = { pod: { name: 'cart-v1-bbbb-9', namespace: 'shop' }, port: 15000 };
    expect(await choice.next()).toEqual({ ok: true, value: next });
  });

  it('without an owner is followed by one of its name alone', async () => {
    const pods = [pod(CART.name), pod('other')];
    const choice = await chooseNamedPod(source(pods), CART, 15000);
    expect(choice.what).toBe('cart-v1-aaaa-1.shop');
    pods.splice(0, 1);
    expect(await choice.next()).toEqual({ ok: true, value: undefined });
  });

  it('that does not run is told with its state', async () => {
    const failed = pod(CART.name, { status: { phase: 'Failed', reason: 'Evicted' } });
    await expect(chooseNamedPod(source([failed]), CART, 15000)).rejects.toMatchObject({
      exitCode: 66,
      message: 'cart-v1-aaaa-1.shop does not run',
      lines: [['state', 'cart-v1-aaaa-1.shop Evicted']],
    });
  });

  it('is asked though pods may not be listed', async () => {
    const error = { code: 'Forbidden', asked: 'pods', of: 'it', reason: 'forbidden' } as const;
    const closed = { resources: async () => ({ ok: false, error }) } as unknown as MeshSource;
    const choice = await chooseNamedPod(closed, CART, 15000);
    expect(choice.first).toEqual({ pod: CART, port: 15000 });
    expect(await choice.next()).toEqual({ ok: false, error });
  });
});
