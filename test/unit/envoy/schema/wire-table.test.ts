import { expect, test } from 'vitest';
import { messageType } from '../../../../src/envoy/schema/api-table.ts';
import api from '../../../../src/envoy/schema/envoy-api.generated.json' with { type: 'json' };
import wire from '../../../../src/envoy/schema/envoy-wire.generated.json' with { type: 'json' };
import { wireFields } from '../../../../src/envoy/schema/wire-table.ts';

test('every message has a number of its own for each field', () => {
  expect(wire.messages.length).toBe(api.messages.length);
  expect(wire.sources).toEqual(api.sources);
  for (const line of api.messages) {
    const type = messageType(line.split(' ')[0] ?? '');
    if (type === undefined) throw new Error(line);
    const fields = wireFields(type);
    expect(fields.size, type.name).toBe(type.fields.length);
    for (const number of fields.keys()) expect(number, type.name).toBeGreaterThan(0);
  }
});

test.each([
  ['envoy.config.cluster.v3.Cluster', 'name', 1],
  ['envoy.config.cluster.v3.Cluster', 'transport_socket', 24],
  ['envoy.config.core.v3.Node', 'metadata', 3],
  ['envoy.service.discovery.v3.DiscoveryResponse', 'type_url', 4],
  ['envoy.service.status.v3.ClientConfig.GenericXdsConfig', 'error_state', 8],
  ['envoy.admin.v3.ClustersConfigDump', 'dynamic_active_clusters', 3],
  ['google.protobuf.Any', 'value', 2],
])('%s has %s as number %i', (message, field, number) => {
  const type = messageType(message);
  expect(type && wireFields(type).get(number)?.field.name).toBe(field);
});
