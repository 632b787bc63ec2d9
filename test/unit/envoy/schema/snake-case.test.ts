import { describe, expect, it } from 'vitest';
import { toProtoJson } from '../../../../src/envoy/schema/proto-json.ts';
import { isCamelCaseDump, toSnakeCase, toSnakeCaseOutline } from '../../../../src/envoy/schema/snake-case.ts';

const url = (name: string) => `type.googleapis.com/${name}`;
const DUMP = 'envoy.admin.v3.ConfigDump';

const dump = {
  configs: [
    {
      '@type': url('envoy.admin.v3.ClustersConfigDump'),
      version_info: '2026-11-23T02:11:01Z/10',
      dynamic_active_clusters: [
        {
          cluster: {
            '@type': url('envoy.config.cluster.v3.Cluster'),
            name: 'outbound|80||catalog.shop.svc.cluster.local',
            http2_protocol_options: { max_concurrent_streams: 100 },
            metadata: { filter_metadata: { istio: { alpnOverride: 'false', default_original_port: 80 } } },
          },
        },
      ],
    },
  ],
};

describe('toSnakeCase', () => {
  it('undoes the renaming inside every Any, and leaves keys of Structs alone', () => {
    expect(toSnakeCase(toProtoJson(dump, DUMP), DUMP)).toEqual(dump);
  });

  it('leaves a snake_case dump, unknown fields and unknown types as they are', () => {
    const other = { configs: [{ '@type': url('shop.NewDump'), newField: 1 }], extraField: { aB: 1 } };
    expect(toSnakeCase(dump, DUMP)).toEqual(dump);
    expect(toSnakeCase(other, DUMP)).toEqual(other);
    expect(toSnakeCase({ someField: 1 }, 'no.such.Type')).toEqual({ someField: 1 });
  });

  it('survives wrong types, hostile names and endless nesting', () => {
    for (const value of [null, 'x', [], { configs: {} }, { configs: [null, 1] }]) {
      expect(toSnakeCase(value, DUMP)).toEqual(value);
    }
    const named = toSnakeCase(JSON.parse('{"__proto__":{"x":1}}'), DUMP) as object;
    expect(Object.getPrototypeOf(named)).toBe(Object.prototype);
    let deep: unknown = {};
    for (let i = 0; i < 50_000; i++) deep = { notRule: deep };
    expect(() => toSnakeCase(deep, 'envoy.config.rbac.v3.Permission')).not.toThrow();
  });
});

describe('toSnakeCaseOutline', () => {
  it('renames what holds the resources and leaves the very resources in it', () => {
    const cluster = { '@type': url('envoy.config.cluster.v3.Cluster'), altStatName: 'a' };
    const section = { versionInfo: '1', dynamicActiveClusters: [{ cluster, lastUpdated: 't' }] };
    const outline = toSnakeCaseOutline(section, 'envoy.admin.v3.ClustersConfigDump');
    expect(outline).toEqual({
      version_info: '1',
      dynamic_active_clusters: [{ cluster, last_updated: 't' }],
    });
    expect(toSnakeCaseOutline(section, 'no.such.Type')).toBe(section);
  });
});

describe('isCamelCaseDump', () => {
  it('tells istiod’s spelling from Envoy’s', () => {
    expect(isCamelCaseDump(dump)).toBe(false);
    expect(isCamelCaseDump(toProtoJson(dump, DUMP))).toBe(true);
    expect(isCamelCaseDump({ clusterStatuses: [] })).toBe(true);
    expect(isCamelCaseDump({ cluster_statuses: [] })).toBe(false);
    expect(isCamelCaseDump([])).toBe(false);
  });
});
