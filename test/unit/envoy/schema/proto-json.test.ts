import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toProtoJson } from '../../../../src/envoy/schema/proto-json.ts';

const CLUSTER = 'envoy.config.cluster.v3.Cluster';
const ROUTE_ACTION = 'envoy.config.route.v3.RouteAction';
const ANY = 'google.protobuf.Any';
const url = (name: string) => `type.googleapis.com/${name}`;
const text = (value: unknown) => JSON.stringify(value);

describe('toProtoJson', () => {
  it('renames, orders by declaration and drops the @type of a message whose type is given', () => {
    const dumped = {
      '@type': url(CLUSTER),
      name: 'outbound|80||api.cardpay.example',
      type: 'STRICT_DNS',
      connect_timeout: '10s',
      lb_policy: 'LEAST_REQUEST',
      transport_socket_matches: [{ name: 'tlsMode-disabled', match: {} }],
      alt_stat_name: 'outbound|80||api.cardpay.example;',
    };
    expect(text(toProtoJson(dumped, CLUSTER))).toBe(
      text({
        transportSocketMatches: [{ name: 'tlsMode-disabled', match: {} }],
        name: 'outbound|80||api.cardpay.example',
        altStatName: 'outbound|80||api.cardpay.example;',
        type: 'STRICT_DNS',
        connectTimeout: '10s',
        lbPolicy: 'LEAST_REQUEST',
      }),
    );
  });

  it('drops zero scalars without presence and empty lists and maps, and keeps what was set', () => {
    const cluster = {
      name: '',
      type: 'STATIC',
      lb_policy: 'ROUND_ROBIN',
      respect_dns_ttl: false,
      health_checks: [],
      typed_extension_protocol_options: {},
      common_lb_config: {},
      max_requests_per_connection: 0,
      eds_cluster_config: null,
    };
    expect(toProtoJson(cluster, CLUSTER)).toEqual({
      type: 'STATIC',
      commonLbConfig: {},
      maxRequestsPerConnection: 0,
    });
  });

  it('names enum numbers, and keeps a number that has no name', () => {
    expect(toProtoJson({ type: 3, lb_policy: 5, dns_lookup_family: 0 }, CLUSTER)).toEqual({
      type: 'EDS',
      lbPolicy: 'MAGLEV',
    });
    expect(toProtoJson({ type: 77 }, CLUSTER)).toEqual({ type: 77 });
  });

  it('reads camelCase as it reads snake_case', () => {
    const camel = { name: 'agent', connectTimeout: '0.250s', lbPolicy: 'ROUND_ROBIN' };
    expect(toProtoJson(camel, CLUSTER)).toEqual({ name: 'agent', connectTimeout: '0.250s' });
  });

  it('inlines an Any with @type first and converts what it holds', () => {
    const filter = {
      typed_config: {
        stat_prefix: 'BlackHoleCluster',
        cluster: 'BlackHoleCluster',
        '@type': url('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'),
      },
      name: 'envoy.filters.network.tcp_proxy',
    };
    expect(text(toProtoJson(filter, 'envoy.config.listener.v3.Filter'))).toBe(
      text({
        name: 'envoy.filters.network.tcp_proxy',
        typedConfig: {
          '@type': url('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'),
          statPrefix: 'BlackHoleCluster',
          cluster: 'BlackHoleCluster',
        },
      }),
    );
  });

  it('keeps the value form of well-known types inside an Any', () => {
    expect(toProtoJson({ '@type': url('google.protobuf.StringValue'), value: '' }, ANY)).toEqual({
      '@type': url('google.protobuf.StringValue'),
      value: '',
    });
    expect(toProtoJson({ '@type': url('google.protobuf.Duration'), value: '1.5s' }, ANY)).toEqual({
      '@type': url('google.protobuf.Duration'),
      value: '1.500s',
    });
  });

  it('leaves an Any of an unknown type as it is, or empties it as the reference does', () => {
    const any = { '@type': url('shop.Compressor'), some_level: 1 };
    expect(toProtoJson(any, ANY)).toBe(any);
    expect(toProtoJson(any, ANY, { unknown: 'drop' })).toEqual({ '@type': url('shop.Compressor'), dyn: {} });
  });

  it('keeps unknown fields at the end, or drops them', () => {
    const cluster = { future_field: { x_y: 1 }, name: 'agent' };
    expect(text(toProtoJson(cluster, CLUSTER))).toBe(text({ name: 'agent', future_field: { x_y: 1 } }));
    expect(toProtoJson(cluster, CLUSTER, { unknown: 'drop' })).toEqual({ name: 'agent' });
  });

  it('sorts the keys of maps and Structs and does not rename them', () => {
    const metadata = { filter_metadata: { istio: { z_key: 1, config: { b_b: null, a: [{ d: 1, c: 2 }] } } } };
    expect(text(toProtoJson(metadata, 'envoy.config.core.v3.Metadata'))).toBe(
      text({ filterMetadata: { istio: { config: { a: [{ c: 2, d: 1 }], b_b: null }, z_key: 1 } } }),
    );
  });

  it('writes 64-bit integers as text and 32-bit ones as numbers', () => {
    const host = {
      address: {},
      weight: '1',
      priority: 0,
      stats: [{ name: 'cx_total', value: 2 }, { value: '0' }],
    };
    expect(toProtoJson(host, 'envoy.admin.v3.HostStatus')).toEqual({
      address: {},
      weight: 1,
      stats: [{ name: 'cx_total', value: '2' }, {}],
    });
  });

  it('keeps a duration of zero, because messages have presence', () => {
    expect(toProtoJson({ cluster: 'inbound|9080||', timeout: '0s' }, ROUTE_ACTION)).toEqual({
      cluster: 'inbound|9080||',
      timeout: '0s',
    });
  });

  it('leaves wrongly typed values as they are', () => {
    const cluster = { name: 7, load_assignment: 'x', health_checks: {}, connect_timeout: [1], lb_policy: {} };
    expect(toProtoJson(cluster, CLUSTER)).toEqual({
      name: 7,
      loadAssignment: 'x',
      healthChecks: {},
      connectTimeout: [1],
      lbPolicy: {},
    });
    for (const value of [null, 1, 'x', [], undefined]) expect(toProtoJson(value, CLUSTER)).toBe(value);
    expect(toProtoJson({ a_b: 1 }, 'no.such.Type')).toEqual({ a_b: 1 });
  });

  it('does not let a member named __proto__ become a prototype', () => {
    const dump: unknown = JSON.parse('{"name":"a","__proto__":{"polluted":true}}');
    const converted = toProtoJson(dump, CLUSTER) as Record<string, unknown>;
    expect(Object.getPrototypeOf(converted)).toBe(Object.prototype);
    expect(Object.keys(converted)).toEqual(['name', '__proto__']);
  });

  it('stops at a bounded depth', () => {
    let value: unknown = { header: { name: ':method' } };
    for (let i = 0; i < 50_000; i++) value = { not_rule: value };
    expect(() => toProtoJson(value, 'envoy.config.rbac.v3.Permission')).not.toThrow();
    let struct: unknown = {};
    for (let i = 0; i < 50_000; i++) struct = { b: struct, a: 1 };
    expect(() => toProtoJson(struct, 'google.protobuf.Struct')).not.toThrow();
  });

  it('never throws, never changes its input, and is idempotent', () => {
    const key = fc.constantFrom(
      'name',
      'type',
      'connect_timeout',
      'load_assignment',
      'endpoints',
      '@type',
      'metadata',
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 0, 1.5, '', 'x', '5s', url(CLUSTER), url('google.protobuf.Struct')),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 5 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, fc.constantFrom(CLUSTER, ANY, 'envoy.admin.v3.ConfigDump'), (value, type) => {
        const before = text(value);
        const once = toProtoJson(value, type);
        expect(text(value)).toBe(before);
        expect(text(toProtoJson(once, type))).toBe(text(once));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
