import { describe, expect, test } from 'vitest';
import { kubeItems, toKubeObject } from '../../../src/sources/kube-list.ts';

describe('kubeItems', () => {
  test('fills in the kind that items of a typed list omit', () => {
    const list = { kind: 'PodList', apiVersion: 'v1', items: [{ metadata: { name: 'a' } }] };
    expect(kubeItems(list)?.objects).toEqual([{ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } }]);
  });

  test('keeps the kind that items of a List name', () => {
    const item = { kind: 'Gateway', apiVersion: 'networking.istio.io/v1', metadata: { name: 'a' } };
    expect(kubeItems({ kind: 'List', apiVersion: 'v1', items: [item] })?.objects).toEqual([item]);
  });

  test('takes null for an empty list, and anything else for none', () => {
    expect(kubeItems({ items: null })).toEqual({ objects: [], unusable: 0 });
    for (const value of [null, 3, 'x', [], {}, { items: 'x' }, { items: {} }])
      expect(kubeItems(value)).toBeUndefined();
  });
});

describe('toKubeObject', () => {
  const base = { apiVersion: 'v1', kind: 'Pod' };

  test('returns a sound object as it is', () => {
    const pod = { ...base, metadata: { name: 'a', namespace: 'b', labels: { app: 'a' } }, spec: 3 };
    expect(toKubeObject(pod)).toBe(pod);
  });

  test('drops labels, owners and times that have another type, and keeps the rest', () => {
    const metadata = {
      name: 'a',
      namespace: 7,
      labels: { app: 'a', version: 2 },
      annotations: 'none',
      ownerReferences: [{ kind: 'ReplicaSet' }],
      creationTimestamp: null,
      generation: 4,
    };
    expect(toKubeObject({ ...base, metadata })?.metadata).toEqual({
      name: 'a',
      labels: { app: 'a' },
      generation: 4,
    });
  });

  test('refuses what has no name, kind or version', () => {
    for (const value of [
      null,
      [],
      { ...base },
      { ...base, metadata: null },
      { ...base, metadata: { name: 5 } },
      { kind: 'Pod', metadata: { name: 'a' } },
      { apiVersion: 'v1', kind: 3, metadata: { name: 'a' } },
    ]) {
      expect(toKubeObject(value)).toBeUndefined();
    }
  });
});
