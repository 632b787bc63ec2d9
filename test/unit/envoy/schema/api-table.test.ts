import { describe, expect, it } from 'vitest';
import { camelCase, messageType, messageTypeOfUrl } from '../../../../src/envoy/schema/api-table.ts';
import table from '../../../../src/envoy/schema/envoy-api.generated.json' with { type: 'json' };

const names = table.messages.map((line) => line.split(' ')[0] ?? '');

describe('the table of Envoy messages', () => {
  it('lists fields in declaration order, not by number', () => {
    const cluster = messageType('envoy.config.cluster.v3.Cluster');
    expect(cluster?.fields.slice(0, 6).map((field) => field.name)).toEqual([
      'transport_socket_matches',
      'transport_socket_matcher',
      'name',
      'alt_stat_name',
      'stats_matcher',
      'type',
    ]);
  });

  it('finds a field by either of its names', () => {
    const cluster = messageType('envoy.config.cluster.v3.Cluster');
    expect(cluster?.byName.get('alt_stat_name')).toBe(cluster?.byName.get('altStatName'));
    expect(cluster?.byName.get('lbPolicy')?.enumType?.byNumber.get(6)).toBe('CLUSTER_PROVIDED');
    expect(cluster?.byName.get('connect_timeout')?.message?.name).toBe('google.protobuf.Duration');
  });

  it('tells lists, maps and presence', () => {
    const field = (message: string, name: string) => messageType(message)?.byName.get(name);
    expect(field('envoy.config.cluster.v3.Cluster', 'type')).toMatchObject({ label: 'one', presence: true });
    expect(field('envoy.config.cluster.v3.Cluster', 'lb_policy')).toMatchObject({ presence: false });
    expect(field('envoy.config.core.v3.Metadata', 'filter_metadata')).toMatchObject({
      label: 'map',
      kind: 'message',
    });
    expect(field('envoy.config.listener.v3.FilterChainMatch', 'server_names')).toMatchObject({
      label: 'list',
      kind: 'string',
    });
  });

  it('decodes every line: a known kind for each field, and every reference leads to a type', () => {
    for (const name of names) {
      for (const field of messageType(name)?.fields ?? []) {
        expect(field.name, name).toMatch(/^\w+$/);
        if (field.kind === 'message') expect(field.message, `${name}.${field.name}`).toBeDefined();
        if (field.kind === 'enum') expect(field.enumType?.zero, `${name}.${field.name}`).toBeDefined();
      }
    }
    expect(names.length).toBeGreaterThan(1500);
  });

  it.each([
    'envoy.admin.v3.ConfigDump',
    'envoy.admin.v3.Clusters',
    'envoy.service.status.v3.ClientConfig',
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    'udpa.type.v1.TypedStruct',
    'xds.type.matcher.v3.IPMatcher',
    'stats.PluginConfig',
    'google.protobuf.Struct',
  ])('knows %s', (name) => {
    expect(messageTypeOfUrl(`type.googleapis.com/${name}`)?.name).toBe(name);
  });

  it('answers undefined for a type that it lacks', () => {
    expect(messageType('shop.compressor')).toBeUndefined();
    expect(messageType('__proto__')).toBeUndefined();
  });

  it('makes JSON names as protobuf does', () => {
    expect(camelCase('http2_protocol_options')).toBe('http2ProtocolOptions');
    expect(camelCase('v4_mapped_1')).toBe('v4Mapped1');
  });
});
