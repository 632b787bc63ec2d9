import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { clusterIdOf } from '../../../../src/kube/pod-cluster.ts';
import { ClusterIdentity } from '../../../../src/sources/cluster/cluster-identity.ts';
import { pathSegment, podPath } from '../../../../src/sources/cluster/kube-name.ts';

function podWith(spec: unknown): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'cart-v1' }, spec };
}

describe("the cluster's name", () => {
  it('is what the proxy of a pod is told, a native sidecar too', () => {
    const env = [
      { name: 'POD_NAME', valueFrom: {} },
      { name: 'ISTIO_META_CLUSTER_ID', value: 'demo' },
    ];
    expect(clusterIdOf(podWith({ containers: [{ name: 'app' }, { name: 'istio-proxy', env }] }))).toBe(
      'demo',
    );
    expect(clusterIdOf(podWith({ initContainers: [{ name: 'istio-proxy', env }] }))).toBe('demo');
  });

  it.each([
    undefined,
    null,
    5,
    { containers: 'x' },
    { containers: [null, { env: 7 }, { env: [null, { name: 'CLUSTER_ID', value: {} }] }] },
  ])('is unknown for the spec %j', (spec) => {
    expect(clusterIdOf(podWith(spec))).toBe(undefined);
  });

  it('is asked for only when it was not learnt', async () => {
    let asked = 0;
    const identity = new ClusterIdentity(async () => {
      asked++;
      return 'demo';
    });
    identity.learn('demo');
    await identity.require('demo');
    await identity.require(undefined);
    expect(asked).toBe(0);
    await expect(identity.require('other')).rejects.toMatchObject({
      code: 'NotFound',
      message: 'the cluster at hand is demo, not other',
    });
    expect(asked).toBe(1);
  });

  it('passes when it can not be checked', async () => {
    const identity = new ClusterIdentity(async () => {
      throw new Error('forbidden');
    });
    await expect(identity.require('demo')).resolves.toBe(undefined);
  });
});

describe('a name in a path', () => {
  it.each(['shop', 'cart-v1-db9689b57-djzwj', 'networking.istio.io', '0'])('%s is taken as it is', (name) => {
    expect(pathSegment(name)).toBe(name);
  });

  it.each(['', '.', '..', '../x', 'a/b', 'a b', '%2e%2e', 'Shop', '-f', 'a?limit=1', 'a\0', 'x'.repeat(254)])(
    '%j is refused',
    (name) => {
      expect(() => podPath({ name, namespace: 'shop' })).toThrow('is not a name that Kubernetes allows');
    },
  );
});
