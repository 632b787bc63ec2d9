import { describe, expect, test } from 'vitest';
import {
  clustersTextToJson,
  listenersTextToJson,
} from '../../../../src/sources/snapshot/envoy-admin-text.ts';

describe('clustersTextToJson', () => {
  test('gives what /clusters?format=json gives', () => {
    const name = 'outbound|9080|v2|catalog.shop.svc.cluster.local';
    const text = `${name}::observability_name::${name};
${name}::default_priority::max_connections::4294967295
${name}::default_priority::max_retries::3
${name}::high_priority::max_connections::1024
${name}::added_via_api::true
${name}::eds_service_name::${name}
${name}::outlier::success_rate_average::-1
${name}::10.244.16.3:9080::cx_active::2
${name}::10.244.16.3:9080::cx_total::0
${name}::10.244.16.3:9080::hostname::
${name}::10.244.16.3:9080::health_flags::/failed_outlier_check/failed_eds_health
${name}::10.244.16.3:9080::weight::20
${name}::10.244.16.3:9080::region::north
${name}::10.244.16.3:9080::zone::
${name}::10.244.16.3:9080::priority::1
${name}::10.244.16.3:9080::success_rate::-1
`;
    expect(clustersTextToJson(text)).toEqual({
      cluster_statuses: [
        {
          name,
          added_via_api: true,
          observability_name: `${name};`,
          eds_service_name: name,
          circuit_breakers: {
            thresholds: [
              { max_connections: 4294967295, max_retries: 3 },
              { priority: 'HIGH', max_connections: 1024 },
            ],
          },
          host_statuses: [
            {
              address: { socket_address: { address: '10.244.16.3', port_value: 9080 } },
              stats: [{ type: 'GAUGE', value: '2', name: 'cx_active' }, { name: 'cx_total' }],
              health_status: { eds_health_status: 'UNHEALTHY', failed_outlier_check: true },
              weight: 20,
              locality: { region: 'north' },
              priority: 1,
            },
          ],
        },
      ],
    });
  });

  test('keeps pipes and IPv6 addresses whole', () => {
    const text = `sds-grpc::./var/run/secrets/socket::cx_active::1
inbound|80||::[2001:db8::1]:80::cx_active::1
`;
    expect(clustersTextToJson(text)).toMatchObject({
      cluster_statuses: [
        { name: 'sds-grpc', host_statuses: [{ address: { pipe: { path: './var/run/secrets/socket' } } }] },
        {
          name: 'inbound|80||',
          host_statuses: [{ address: { socket_address: { address: '2001:db8::1', port_value: 80 } } }],
        },
      ],
    });
  });

  test('leaves out lines that it does not know, and survives any text', () => {
    expect(clustersTextToJson('')).toEqual({ cluster_statuses: [] });
    expect(clustersTextToJson('version::1\n::::::\n<html>\n')).toEqual({ cluster_statuses: [] });
    expect(clustersTextToJson('__proto__::added_via_api::true')).toMatchObject({
      cluster_statuses: [{ name: '__proto__' }],
    });
  });
});

test('listenersTextToJson gives what /listeners?format=json gives', () => {
  const text =
    '0.0.0.0_15090::0.0.0.0:15090\nvirtualInbound::[::]:15006\nmain_internal::./run/socket\n\nnonsense\n';
  expect(listenersTextToJson(text)).toEqual({
    listener_statuses: [
      { name: '0.0.0.0_15090', local_address: { socket_address: { address: '0.0.0.0', port_value: 15090 } } },
      { name: 'virtualInbound', local_address: { socket_address: { address: '::', port_value: 15006 } } },
      { name: 'main_internal', local_address: { pipe: { path: './run/socket' } } },
    ],
  });
});
