import { describe, expect, it } from 'vitest';
import { clustersOf } from '../../../../src/answers/clusters.ts';
import { ConfigDump } from '../../../../src/envoy/dump.ts';
import { compatClusters } from '../../../../src/report/compat/clusters.ts';

const dump = ConfigDump.open(
  {
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
        dynamic_active_clusters: [
          { cluster: { name: 'outbound|http|x|a|b', type: 'EDS' } },
          {
            cluster: {
              name: 'outbound_.80_._.b.shop.svc.cluster.local',
              cluster_type: { name: 'envoy.clusters.redis' },
            },
          },
          { cluster: { name: 'inbound|8080||', type: 'ORIGINAL_DST' } },
        ],
        dynamic_warming_clusters: [{ cluster: { name: 'outbound|80||late.shop' } }],
      },
    ],
  },
  'test',
);

describe('compatClusters', () => {
  it('has the oddities of the reference: too many parts, SRV names, custom types, no warming clusters', () => {
    expect(compatClusters(clustersOf(dump, {}))).toBe(
      [
        'SERVICE FQDN                                 PORT     SUBSET     DIRECTION     TYPE             DESTINATION RULE',
        '                                             8080     -          inbound       ORIGINAL_DST     ',
        '                                             0        x          outbound      EDS              ',
        'outbound_.80_._.b.shop.svc.cluster.local     -        -          -             STATIC           ',
        '',
      ].join('\n'),
    );
  });

  it('filters by parts of the name, the port between bars', () => {
    const names = (filter: object) => clustersOf(dump, filter).rows.map(({ name }) => name);
    expect(names({ port: '80' })).toEqual(['outbound|80||late.shop']);
    expect(names({ direction: 'inbound' })).toEqual(['inbound|8080||']);
    expect(names({ fqdn: 'late', direction: 'inbound' })).toEqual([]);
  });
});
