import { describe, expect, test } from 'vitest';
import { differenceProblem } from '../../../src/answers/difference-problem.ts';
import { diffProxySync } from '../../../src/answers/proxy-sync-diff.ts';
import { compareSections } from '../../../src/answers/section-compare.ts';
import { ConfigDump, openConfigDump } from '../../../src/envoy/dump.ts';

const TYPE = 'type.googleapis.com/envoy.admin.v3.';
const CLUSTER = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
const LISTENER = 'type.googleapis.com/envoy.config.listener.v3.Listener';

interface Sections {
  readonly clusters?: readonly { name: string; timeout: string }[];
  readonly listeners?: readonly Record<string, unknown>[];
}

function dump({ clusters = [], listeners = [] }: Sections): ConfigDump {
  return ConfigDump.open(
    {
      configs: [
        {
          '@type': `${TYPE}ClustersConfigDump`,
          static_clusters: [{ cluster: { '@type': CLUSTER, name: 'xds-grpc' } }],
          dynamic_active_clusters: clusters.map(({ name, timeout }) => ({
            version_info: String(Math.random()),
            cluster: { '@type': CLUSTER, name, connect_timeout: timeout },
          })),
        },
        { '@type': `${TYPE}ListenersConfigDump`, dynamic_listeners: listeners },
        { '@type': `${TYPE}RoutesConfigDump` },
      ],
    },
    'test',
  );
}

const active = (name: string, extra = {}) => ({
  name,
  active_state: { version_info: '1', listener: { '@type': LISTENER, name, ...extra } },
});
const refused = (name: string, details: string, at?: string) => ({
  error_state: { failed_configuration: { '@type': LISTENER, name }, details, last_update_attempt: at },
});

describe('diffProxySync', () => {
  test('equal sets in another order, with other versions, do not differ', () => {
    const [a, b] = [
      { name: 'a', timeout: '1s' },
      { name: 'b', timeout: '1s' },
    ];
    const { kinds } = diffProxySync(dump({ clusters: [a, b] }), dump({ clusters: [b, a] }));
    expect(kinds[0]).toEqual({ kind: 'cluster', same: 2, differences: [] });
  });

  test('names what Envoy lacks, what istiod does not send and what differs, but no static resources', () => {
    const istiod = dump({
      clusters: [
        { name: 'a', timeout: '1s' },
        { name: 'c', timeout: '1s' },
      ],
    });
    const envoy = dump({
      clusters: [
        { name: 'a', timeout: '10s' },
        { name: 'b', timeout: '1s' },
      ],
    });
    const [clusters] = diffProxySync(istiod, envoy).kinds;
    expect(clusters?.differences).toMatchObject([
      { name: 'a', what: 'changed', changes: [{ path: 'connect_timeout', left: '1s', right: '10s' }] },
      { name: 'b', what: 'extra' },
      { name: 'c', what: 'missing' },
    ]);
  });

  test('a missing listener carries the refusal, with its time where Envoy lists it twice', () => {
    const details = "Didn't find a registered implementation for 'shop.compressor' with type URL: ''";
    const envoy = dump({
      listeners: [
        refused('virtualInbound', details, '2026-11-23T02:11:02.037Z'),
        refused('virtualInbound', details),
      ],
    });
    const [, listeners] = diffProxySync(dump({ listeners: [active('virtualInbound')] }), envoy).kinds;
    expect(listeners?.differences).toMatchObject([
      {
        name: 'virtualInbound',
        what: 'missing',
        rejection: { reason: "no implementation for 'shop.compressor'", at: '2026-11-23T02:11:02.037Z' },
      },
    ]);
  });

  test('a refused push that a later accepted one masks is still told', () => {
    const envoy = dump({
      listeners: [{ ...active('0.0.0.0_80'), ...refused('0.0.0.0_80', 'Permission denied') }],
    });
    const diff = diffProxySync(dump({ listeners: [active('0.0.0.0_80')] }), envoy);
    expect(differenceProblem(diff, new Date())).toMatchObject({
      kind: 'differs',
      types: ['LDS'],
      detail: 'listener 0.0.0.0_80 kept in an older version; a push was rejected: Permission denied',
    });
  });

  test('a warming listener is not in use', () => {
    const warming = { name: 'a', warming_state: { listener: { '@type': LISTENER, name: 'a' } } };
    const [, listeners] = diffProxySync(
      dump({ listeners: [active('a')] }),
      dump({ listeners: [warming] }),
    ).kinds;
    expect(listeners?.differences).toMatchObject([{ name: 'a', what: 'warming' }]);
  });

  test('a section that one side lacks is skipped by name, not taken for equal', () => {
    const bare = ConfigDump.open({ configs: [{ '@type': `${TYPE}ClustersConfigDump` }] }, 'bare');
    expect(diffProxySync(dump({}), bare).skipped.map(({ kind }) => kind)).toEqual(['listener', 'route']);
  });

  test('endpoints are compared by address', () => {
    const endpoint = (address: string) => ({
      endpoint: { address: { socket_address: { address, port_value: 9080 } } },
    });
    const assignment = (...addresses: string[]) => ({
      cluster_name: 'out',
      endpoints: [{ lb_endpoints: addresses.map(endpoint) }],
    });
    const eds = {
      '@type': `${TYPE}EndpointsConfigDump`,
      dynamic_endpoint_configs: [{ endpoint_config: assignment('10.0.0.1', '10.0.0.9') }],
    };
    const envoy = ConfigDump.open({ configs: [eds] }, 'envoy');
    const { kinds } = diffProxySync(dump({}), envoy, [
      assignment('10.0.0.2', '10.0.0.1'),
      { cluster_name: 'gone' },
    ]);
    expect(kinds).toMatchObject([
      {
        kind: 'endpoint',
        differences: [
          { name: 'gone', what: 'missing' },
          {
            name: 'out',
            what: 'changed',
            changes: [
              { change: 'removed', left: '10.0.0.2:9080' },
              { change: 'added', right: '10.0.0.9:9080' },
            ],
          },
        ],
      },
    ]);
  });

  test('istiod’s camelCase is compared by meaning, and told in Envoy’s names', async () => {
    const camel = (name: string, serviceName: string) => ({
      cluster: { '@type': CLUSTER, name, connectTimeout: '1s', edsClusterConfig: { serviceName } },
    });
    const clusters = [camel('a', 's'), camel('b', 's'), camel('c', 's')];
    const istiod = await openConfigDump(
      { configs: [{ '@type': `${TYPE}ClustersConfigDump`, dynamicActiveClusters: clusters }] },
      'istiod',
    );
    const snake = (name: string, service_name: string) => ({
      cluster: { '@type': CLUSTER, eds_cluster_config: { service_name }, name, connect_timeout: '1.0s' },
    });
    const envoy = ConfigDump.open(
      {
        configs: [
          {
            '@type': `${TYPE}ClustersConfigDump`,
            dynamic_active_clusters: [snake('a', 's'), snake('b', 'other')],
          },
        ],
      },
      'envoy',
    );
    const [compared] = diffProxySync(istiod, envoy).kinds;
    expect(compared).toMatchObject({ same: 1, differences: [{ name: 'b' }, { name: 'c', what: 'missing' }] });
    expect(compared?.differences[0]?.changes).toEqual([
      { path: 'eds_cluster_config.service_name', change: 'changed', left: 's', right: 'other' },
    ]);
  });

  test('hostile shapes are no differences and no crash', () => {
    const odd = ConfigDump.open(
      {
        configs: [
          { '@type': `${TYPE}ClustersConfigDump`, dynamic_active_clusters: [null, 'x', { cluster: 3 }] },
        ],
      },
      'odd',
    );
    expect(diffProxySync(odd, odd).kinds[0]).toEqual({ kind: 'cluster', same: 0, differences: [] });
  });
});

test('as text: sorted, without versions and names of their own, a missing section as its sentence', () => {
  const envoy = dump({
    clusters: [
      { name: 'b', timeout: '1s' },
      { name: 'a', timeout: '1s' },
    ],
  });
  const istiod = dump({
    clusters: [
      { name: 'a', timeout: '1s' },
      { name: 'b', timeout: '2s' },
    ],
  });
  expect(compareSections(istiod, envoy)).toMatchObject([
    {
      title: 'Clusters',
      diff: expect.stringContaining(
        '-                "connectTimeout": "2s"\n+                "connectTimeout": "1s"\n',
      ),
    },
    { title: 'Listeners', diff: '' },
    { title: 'Routes', diff: '' },
  ]);
  const bare = ConfigDump.open({ configs: [] }, 'bare');
  expect(compareSections(bare, envoy)[0]?.diff).toContain(
    '-config dump has no configuration type type.googleapis.com/envoy.admin.v3.ClustersConfigDump\n',
  );
});
