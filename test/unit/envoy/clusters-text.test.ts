import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clustersText, outlierClusters } from '../../../src/envoy/clusters-text.ts';
import { clustersTextToJson } from '../../../src/sources/snapshot/envoy-admin-text.ts';
import { asObjects, field } from '../../../src/util/json.ts';

const STATUS = {
  name: 'outbound|80||a.shop.svc.cluster.local',
  added_via_api: true,
  observability_name: 'a;',
  eds_service_name: 'outbound|80||a.shop.svc.cluster.local',
  circuit_breakers: {
    thresholds: [
      { max_connections: 1, max_pending_requests: 2, max_requests: 3, max_retries: 4 },
      { priority: 'HIGH', max_connections: 5, max_pending_requests: 6, max_requests: 7, max_retries: 8 },
    ],
  },
  host_statuses: [
    {
      address: { socket_address: { address: 'fd00::1', port_value: 80 } },
      stats: [
        { name: 'rq_total', value: '18446744073709551615' },
        { type: 'GAUGE', name: 'cx_active' },
      ],
      health_status: { eds_health_status: 'DEGRADED', failed_outlier_check: true },
      weight: 2,
      locality: { region: 'r', zone: 'z' },
    },
  ],
};

describe('the plain page of clusters', () => {
  it('is written from the JSON page as Envoy writes it', () => {
    const lines = clustersText([STATUS], new Set([STATUS.name]))
      .trimEnd()
      .split('\n');
    const short = lines.map((line) => line.replace(`${STATUS.name}::`, ''));
    expect(short.slice(0, 7)).toEqual([
      'observability_name::a;',
      'outlier::success_rate_average::-1',
      'outlier::success_rate_ejection_threshold::-1',
      'outlier::local_origin_success_rate_average::-1',
      'outlier::local_origin_success_rate_ejection_threshold::-1',
      'default_priority::max_connections::1',
      'default_priority::max_pending_requests::2',
    ]);
    expect(short).toContain('[fd00::1]:80::cx_active::0');
    expect(short).toContain('[fd00::1]:80::rq_total::18446744073709551615');
    expect(short).toContain('[fd00::1]:80::health_flags::/failed_outlier_check/degraded_eds_health');
    expect(short).toContain('[fd00::1]:80::sub_zone::');
  });

  it('names pipes and internal listeners in their own way', () => {
    const addresses = [
      { pipe: { path: './var/run/sds' } },
      { envoy_internal_address: { server_listener_name: 'main' } },
      { envoy_internal_address: { server_listener_name: 'main', endpoint_id: '10.0.0.1:80' } },
    ];
    const text = clustersText(
      [{ name: 'c', host_statuses: addresses.map((address) => ({ address })) }],
      new Set(),
    );
    for (const name of ['./var/run/sds', 'envoy://main/', 'envoy://main/10.0.0.1:80'])
      expect(text).toContain(`c::${name}::weight::1\n`);
  });

  it('is read back to the JSON that it was written from', () => {
    const [status] = asObjects(
      field(clustersTextToJson(clustersText([STATUS], new Set())), 'cluster_statuses'),
    );
    expect(status).toMatchObject({
      name: STATUS.name,
      added_via_api: true,
      circuit_breakers: STATUS.circuit_breakers,
      host_statuses: [{ address: STATUS.host_statuses[0]?.address, weight: 2 }],
    });
  });

  it('is written whatever the JSON holds', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (statuses) => {
        expect(typeof clustersText(statuses, outlierClusters(statuses))).toBe('string');
      }),
    );
  });
});
