import { describe, expect, test } from 'vitest';
import { versionSkew } from '../../../src/answers/version-skew.ts';
import type { ProxySync } from '../../../src/istiod/sync.ts';

const proxy = (name: string, version: string, istiod = 'istiod-a'): ProxySync => ({
  proxyId: `${name}.shop`,
  cluster: 'demo',
  namespace: 'shop',
  version,
  type: 'sidecar',
  istiod,
  types: [],
});
const against = (controlPlane: string, ...versions: readonly string[]) =>
  versionSkew(
    versions.map((version, index) => proxy(`cart-${index}`, version)),
    new Map([['istiod-a', controlPlane]]),
  ).map(({ proxyVersion, relation, minors, supported }) => [proxyVersion, relation, minors, supported]);

describe('proxies and their control plane', () => {
  test('of the same version are no skew', () => {
    expect(against('1.30.1', '1.30.1')).toEqual([]);
    expect(against('1.32-alpha.86c9f01', '1.32-alpha.86c9f01')).toEqual([]);
  });

  test('builds of one minor without a patch have no order', () => {
    expect(against('1.32-alpha.bbb', '1.32-alpha.aaa', '1.32.1')).toEqual([]);
  });

  test.each([
    ['1.30.0', '1.29.9', 'older', 1, true],
    ['1.30.0', '1.28.0', 'older', 2, false],
    ['1.30.0', '1.31.0', 'newer', 1, false],
    ['1.30.2', '1.30.1', 'older', 0, true],
    ['1.30.1', '1.30.2', 'newer', 0, false],
    ['1.32-alpha.86c9', '1.31.2', 'older', 1, true],
    ['1.30.1-distroless', '1.29.0-rc.1', 'older', 1, true],
  ])('%s with a proxy of %s: %s by %i', (controlPlane, version, relation, minors, supported) => {
    expect(against(controlPlane, version)).toEqual([[version, relation, minors, supported]]);
  });

  test('unsupported ones come first, those of one version together', () => {
    expect(against('1.30.0', '1.29.0', '1.27.0', '1.29.0', '1.31.0').map(([version]) => version)).toEqual([
      '1.27.0',
      '1.31.0',
      '1.29.0',
    ]);
  });

  test('are judged by the istiod they are connected to; versions that say nothing are not judged', () => {
    const skews = versionSkew(
      [
        proxy('old', '1.29.0'),
        proxy('fits', '1.29.0', 'istiod-b'),
        proxy('odd', 'latest'),
        proxy('lost', '1.1.0', 'gone'),
      ],
      new Map([
        ['istiod-a', '1.30.0'],
        ['istiod-b', '1.29.0'],
      ]),
    );
    expect(skews.map(({ proxies }) => proxies)).toEqual([['old.shop']]);
  });
});
