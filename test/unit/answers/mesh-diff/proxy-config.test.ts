import { describe, expect, test } from 'vitest';
import {
  configChanges,
  groupConfigChanges,
  ztunnelChanges,
} from '../../../../src/answers/mesh-diff/proxy-config.ts';
import { openConfigDump } from '../../../../src/envoy/dump.ts';
import { ztunnelDump } from '../../../../src/ztunnel/dump.ts';

const ADMIN = 'type.googleapis.com/envoy.admin.v3.';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function dump(clusters: Record<string, string>, roots: Record<string, string> = {}) {
  const cluster = (name: string, timeout: string) => ({
    cluster: {
      '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
      name,
      connect_timeout: timeout,
    },
    version_info: String(Math.random()),
  });
  const secret = (name: string, root: string) => ({
    name,
    last_updated: String(Math.random()),
    secret: { name, validation_context: { trusted_ca: { inline_bytes: base64(root) } } },
  });
  const configs = [
    {
      '@type': `${ADMIN}ClustersConfigDump`,
      dynamic_active_clusters: Object.entries(clusters).map(([a, b]) => cluster(a, b)),
    },
    {
      '@type': `${ADMIN}SecretsConfigDump`,
      dynamic_active_secrets: Object.entries(roots).map(([a, b]) => secret(a, b)),
    },
  ];
  return openConfigDump({ configs }, 'cart.shop');
}

describe('the configuration of a proxy', () => {
  test('is the same whatever its versions are', async () => {
    expect(configChanges(await dump({ a: '1s' }, { R: 'x' }), await dump({ a: '1s' }, { R: 'x' }))).toEqual(
      [],
    );
  });

  test('differs by the names of what came, went and changed, roots among them', async () => {
    const changes = configChanges(
      await dump({ a: '1s', b: '1s', c: '1s' }, { ROOTCA: 'one', own: 'x' }),
      await dump({ a: '1s', b: '2s', d: '1s' }, { ROOTCA: 'two', 'kubernetes://gate': 'x' }),
    );
    expect(changes).toEqual([
      { kind: 'cluster', added: ['d'], removed: ['c'], changed: ['b'] },
      { kind: 'secret', added: ['kubernetes://gate'], removed: ['own'], changed: ['ROOTCA'] },
    ]);
  });
});

test('what a ztunnel holds differs by workloads, services and policies', () => {
  const dump = (...policies: string[]) =>
    ztunnelDump({
      workloads: [{ uid: 'demo//Pod/shop/a', status: policies[0] }],
      services: { one: { namespace: 'shop', hostname: 'a.shop.svc' } },
      policies: policies.map((name) => ({ namespace: 'shop', name })),
    });
  expect(ztunnelChanges(dump('x'), dump('x'))).toEqual([]);
  expect(ztunnelChanges(dump('x', 'y'), dump('z', 'y'))).toEqual([
    { kind: 'workload', added: [], removed: [], changed: ['demo//Pod/shop/a'] },
    { kind: 'policy', added: ['shop/z'], removed: ['shop/x'], changed: [] },
  ]);
});

test('proxies that differ in the same way stand together, the largest group first', () => {
  const added = [{ kind: 'cluster', added: ['d'], removed: [], changed: [] }] as const;
  const gone = [{ kind: 'cluster', added: [], removed: ['d'], changed: [] }] as const;
  const groups = groupConfigChanges([
    { proxy: 'a', kinds: gone },
    { proxy: 'c', kinds: added },
    { proxy: 'b', kinds: added },
  ]);
  expect(groups).toEqual([
    { proxies: ['b', 'c'], kinds: added },
    { proxies: ['a'], kinds: gone },
  ]);
});
