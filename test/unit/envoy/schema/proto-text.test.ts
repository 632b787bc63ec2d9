import { describe, expect, it } from 'vitest';
import { goJson } from '../../../../src/envoy/schema/go-json.ts';
import { protoJsonText } from '../../../../src/envoy/schema/proto-text.ts';

describe('protoJsonText', () => {
  it('indents the members of a Struct as the reference does, and leaves a blank line in an empty message', () => {
    const dump = {
      bootstrap: {
        node: {
          id: 'router~10.244.16.8~edge-gateway-7c68db88d4-mxkzj.edge~edge.svc.cluster.local',
          metadata: { PILOT_SAN: ['istiod.istio-system.svc'], LABELS: { app: 'edge-gateway' } },
        },
        dynamic_resources: { cds_config: { ads: {}, resource_api_version: 'V3' } },
      },
    };
    expect(protoJsonText(dump, 'envoy.admin.v3.BootstrapConfigDump')).toBe(
      [
        '{',
        '    "bootstrap": {',
        '        "node": {',
        '            "id": "router~10.244.16.8~edge-gateway-7c68db88d4-mxkzj.edge~edge.svc.cluster.local",',
        '            "metadata": {',
        '                    "LABELS": {',
        '                                "app": "edge-gateway"',
        '                            },',
        '                    "PILOT_SAN": [',
        '                                "istiod.istio-system.svc"',
        '                            ]',
        '                }',
        '        },',
        '        "dynamicResources": {',
        '            "cdsConfig": {',
        '                "ads": {',
        '',
        '                },',
        '                "resourceApiVersion": "V3"',
        '            }',
        '        }',
        '    }',
        '}',
      ].join('\n'),
    );
  });

  it('indents lists of messages and of scalars regularly', () => {
    const route = { virtual_hosts: [{ name: 'allow_any', domains: ['*'] }] };
    expect(protoJsonText(route, 'envoy.config.route.v3.RouteConfiguration', 2)).toBe(
      JSON.stringify({ virtualHosts: [{ name: 'allow_any', domains: ['*'] }] }, undefined, 2),
    );
  });

  it('sorts map keys that are integers as text, and numeric map keys as numbers', () => {
    const metadata = { filter_metadata: { '9': {}, '10': {}, a: {} } };
    const text = protoJsonText(metadata, 'envoy.config.core.v3.Metadata');
    expect([...text.matchAll(/"(9|10|a)":/g)].map((match) => match[1])).toEqual(['10', '9', 'a']);
  });

  it('escapes what Go escapes for HTML', () => {
    expect(protoJsonText({ name: '<a&b>\u2028' }, 'envoy.config.cluster.v3.Cluster')).toBe(
      '{\n    "name": "\\u003ca\\u0026b\\u003e\\u2028"\n}',
    );
  });

  it('prints an Any of a well-known or an unknown type', () => {
    const options = {
      typed_extension_protocol_options: {
        b: { '@type': 'type.googleapis.com/shop.Compressor', level: 1 },
        a: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: 'x' },
      },
    };
    expect(protoJsonText(options, 'envoy.config.cluster.v3.Cluster', 1, { unknown: 'keep' })).toBe(
      [
        '{',
        ' "typedExtensionProtocolOptions": {',
        '  "a": {',
        '   "@type": "type.googleapis.com/google.protobuf.StringValue",',
        '   "value": "x"',
        '  },',
        '  "b": {',
        '   "@type": "type.googleapis.com/shop.Compressor",',
        '   "level": 1',
        '  }',
        ' }',
        '}',
      ].join('\n'),
    );
  });

  it('prints wrongly typed values and types that it does not know', () => {
    expect(protoJsonText({ load_assignment: 'x', name: [1] }, 'envoy.config.cluster.v3.Cluster', 1)).toBe(
      '{\n "name": [\n  1\n ],\n "loadAssignment": "x"\n}',
    );
    expect(protoJsonText({ a: {} }, 'no.such.Type', 1)).toBe('{\n "a": {}\n}');
    expect(protoJsonText(null, 'envoy.config.cluster.v3.Cluster')).toBe('null');
  });
});

describe('goJson', () => {
  it('indents as JSON.stringify does and escapes for HTML', () => {
    expect(goJson([{ a: {}, b: [], c: '<' }])).toBe(
      '[\n    {\n        "a": {},\n        "b": [],\n        "c": "\\u003c"\n    }\n]',
    );
    expect(goJson([])).toBe('[]');
  });

  it('puts the keys of a map in the order of their text when they are integers', () => {
    expect(goJson({ map: { '8080': 1, '80': '"9": ', '9': [], '-': {} } }, 1)).toBe(
      '{\n "map": {\n  "-": {},\n  "80": "\\"9\\": ",\n  "8080": 1,\n  "9": []\n }\n}',
    );
  });

  it('replaces what is nested too deeply by a note', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 20_000; i++) deep = { a: deep };
    expect(goJson(deep)).toContain('nested too deeply');
    expect(protoJsonText(deep, 'google.protobuf.Struct', 0)).toContain('nested too deeply');
  });
});
