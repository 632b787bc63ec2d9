import { describe, expect, test } from 'vitest';
import { enrichSync, mergeSync } from '../../../src/istiod/sync.ts';
import { parseHttpSyncz, parseXdsSyncz } from '../../../src/istiod/syncz.ts';
import { shortTypeName, subscriptionOrder, TYPE_URL } from '../../../src/istiod/xds-types.ts';

const IDENTIFIER = '{"Component":"istiod","ID":"istiod-57444bb956-pp8n9","Info":{"version":"1.32-alpha"}}';
const SENT = '2026-11-23T02:11:01.985816726Z';

function response(resources: unknown[], identifier: unknown = IDENTIFIER) {
  return { typeUrl: 'istio.io/debug/syncz', resources, controlPlane: { identifier } };
}

function clientConfig(id: string, fields: Record<string, unknown>) {
  const metadata = { CLUSTER_ID: 'demo', ISTIO_VERSION: '1.32-alpha', NAMESPACE: 'shop' };
  return {
    '@type': 'type.googleapis.com/envoy.service.status.v3.ClientConfig',
    node: { id, metadata },
    ...fields,
  };
}

describe('parseXdsSyncz', () => {
  test('reads status, time and error of each type, and who answered', () => {
    const sync = parseXdsSyncz(
      response([
        clientConfig('search-v1.shop', {
          genericXdsConfigs: [
            { typeUrl: TYPE_URL.cluster, lastUpdated: SENT, configStatus: 'NOT_SENT' },
            {
              typeUrl: TYPE_URL.listener,
              lastUpdated: SENT,
              configStatus: 'ERROR',
              errorState: { details: 'no' },
            },
          ],
        }),
      ]),
    );
    expect(sync).toMatchObject({ istiod: 'istiod-57444bb956-pp8n9', istiodVersion: '1.32-alpha' });
    expect(sync?.proxies[0]).toMatchObject({ proxyId: 'search-v1.shop', cluster: 'demo', namespace: 'shop' });
    expect(sync?.proxies[0]?.types).toMatchObject([
      { status: 'NOT SENT' },
      { status: 'ERROR', error: 'no', lastSent: SENT },
    ]);
  });

  test('reads the legacy list, which has no times', () => {
    const old = clientConfig('cart-v1.shop', { xdsConfig: [{ status: 'STALE', routeConfig: {} }] });
    expect(parseXdsSyncz(response([old]))?.proxies[0]?.types).toEqual([
      { typeUrl: TYPE_URL.route, status: 'STALE' },
    ]);
  });

  test('a status that is missing or new is UNKNOWN, never SYNCED', () => {
    const configs = [{ typeUrl: TYPE_URL.cluster }, { typeUrl: TYPE_URL.route, configStatus: 'constructor' }];
    const sync = parseXdsSyncz(response([clientConfig('cart-v1.shop', { genericXdsConfigs: configs })]));
    expect(sync?.proxies[0]?.types.map((type) => type.status)).toEqual(['UNKNOWN', 'UNKNOWN']);
  });

  test.each([
    ['', 'MISSING'],
    ['not json', 'INVALID'],
    ['{}', 'INVALID'],
  ])('an identifier %j is shown as %s', (identifier, shown) => {
    expect(parseXdsSyncz(response([], identifier))?.istiod).toBe(shown);
  });

  test.each([[null], [[]], ['x'], [7], [{ a: 1 }]])('%j is no answer', (document) => {
    expect(parseXdsSyncz(document)).toBeUndefined();
  });

  test('resources of any shape are left out, not fatal', () => {
    expect(parseXdsSyncz(response([null, 'x', { node: 3 }, { node: { id: {} } }]))?.proxies).toEqual([]);
  });
});

describe('parseHttpSyncz', () => {
  const entry = (state: unknown) => ({
    cluster_id: 'demo',
    proxy: 'sessions-v1.shop',
    proxy_type: 'sidecar',
    resources: { [TYPE_URL.route]: state },
  });
  const acked = '2026-11-23T02:01:51Z/9ce8d6d44-480e-4540-89c1-87dfc7606cc1';
  const sent = '2026-11-23T02:11:01Z/107c57fc4b-8db8-407b-82d6-55d1da070aff';

  test.each([
    [{ sent, acked: sent }, 'SYNCED'],
    [{ sent, acked }, 'STALE'],
    [{ sent }, 'STALE'],
    [{}, 'NOT SENT'],
    [{ sent, acked: sent, lastError: 'refused' }, 'ERROR'],
  ])('%j is %s', (state, status) => {
    expect(parseHttpSyncz([entry(state)], 'istiod-a')?.proxies[0]?.types[0]?.status).toBe(status);
  });

  test('tells the push that was last acknowledged', () => {
    expect(parseHttpSyncz([entry({ sent, acked })], 'istiod-a')?.proxies[0]?.types[0]).toMatchObject({
      ackedPush: '2026-11-23T02:01:51Z',
      everAcked: true,
    });
  });

  test('leaves out connections of tools, which have no cluster and no types', () => {
    expect(
      parseHttpSyncz([{ proxy: 'test-1.default', istio_version: '65536.65536.65536' }], 'istiod-a')?.proxies,
    ).toEqual([]);
  });

  test('completes the xDS answer with the kind of proxy and what was acknowledged', () => {
    const xds = parseXdsSyncz(
      response([
        clientConfig('sessions-v1.shop', {
          genericXdsConfigs: [{ typeUrl: TYPE_URL.route, configStatus: 'STALE' }],
        }),
      ]),
    );
    const http = parseHttpSyncz([entry({ sent, acked })], 'istiod-a');
    if (!xds || !http) throw new Error('both parse');
    expect(enrichSync(xds, http).proxies[0]).toMatchObject({
      type: 'sidecar',
      types: [{ status: 'STALE', ackedPush: '2026-11-23T02:01:51Z' }],
    });
  });
});

test('a proxy that two istiods know counts once, from the one that sent last', () => {
  const at = (istiod: string, lastSent: string) => ({
    istiod,
    proxies: [
      {
        proxyId: 'cart-v1.shop',
        cluster: 'demo',
        namespace: 'shop',
        version: '1.32',
        type: 'sidecar' as const,
        istiod,
        types: [{ typeUrl: TYPE_URL.cluster, status: 'SYNCED' as const, lastSent }],
      },
    ],
  });
  const merged = mergeSync([
    at('new', '2026-11-23T02:11:01Z'),
    at('old', '2026-11-23T02:01:01Z'),
    at('never', '0001-01-01T00:00:00Z'),
  ]);
  expect(merged.map((proxy) => proxy.istiod)).toEqual(['new']);
});

test('types stand in the order CDS, LDS, EDS, RDS, then by type URL', () => {
  const workload = 'type.googleapis.com/istio.workload.Address';
  const urls = [workload, TYPE_URL.route, TYPE_URL.extension, TYPE_URL.cluster, 'a.new/Type', TYPE_URL.route];
  expect(subscriptionOrder(urls).map(shortTypeName)).toEqual(['CDS', 'RDS', 'a.new/Type', 'ECDS', 'WDS']);
});
