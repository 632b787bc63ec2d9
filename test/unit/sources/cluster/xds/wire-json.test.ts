import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { messageType } from '../../../../../src/envoy/schema/api-table.ts';
import { toProtoJson } from '../../../../../src/envoy/schema/proto-json.ts';
import { decodeResponse } from '../../../../../src/sources/cluster/xds/discovery.ts';
import { decodeMessage } from '../../../../../src/sources/cluster/xds/wire-json.ts';

/** A part of Envoy's API by its own field numbers, written by another library's rules. */
const PROTO = `
syntax = "proto3";
message Any { string type_url = 1; bytes value = 2; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
message UInt32Value { uint32 value = 1; }
message BoolValue { bool value = 1; }
message ListValue { repeated Value values = 1; }
message Value {
  oneof kind {
    int32 null_value = 1; double number_value = 2; string string_value = 3; bool bool_value = 4; Struct struct_value = 5;
    ListValue list_value = 6;
  }
}
message Struct { map<string, Value> fields = 1; }
message Metadata { map<string, Struct> filter_metadata = 1; }
message Cluster {
  string name = 1; int32 type = 2; Duration connect_timeout = 4; UInt32Value per_connection_buffer_limit_bytes = 5;
  Metadata metadata = 25; map<string, Any> typed_extension_protocol_options = 36;
}
message StatusMatcher { repeated uint32 codes = 1; }
message HeaderValue { string key = 1; string value = 2; bytes raw_value = 3; }
message Response { string version_info = 1; repeated Any resources = 2; string type_url = 4; }
`;
const proto = protobuf.parse(PROTO).root;

function bytesOf(name: string, object: object): Buffer {
  const type = proto.lookupType(name);
  return Buffer.from(type.encode(type.fromObject(object)).finish());
}

function jsonOf(bytes: Uint8Array, name: string): unknown {
  const type = messageType(name);
  if (type === undefined) throw new Error(name);
  return toProtoJson(decodeMessage(bytes, type), name);
}

const CLUSTER = 'envoy.config.cluster.v3.Cluster';

describe('bytes of a message', () => {
  test('become the JSON of protobuf: enums by name, durations and wrappers as values, an Any inlined', () => {
    const http = bytesOf('HeaderValue', { key: 'x-a', rawValue: Buffer.from([255]) });
    const bytes = bytesOf('Cluster', {
      name: 'outbound|80||cart.shop.svc.cluster.local',
      type: 3,
      connectTimeout: { seconds: 10, nanos: 250_000_000 },
      perConnectionBufferLimitBytes: { value: 32768 },
      metadata: {
        filterMetadata: {
          istio: {
            fields: {
              services: {
                listValue: { values: [{ stringValue: 'cart' }, { nullValue: 0 }, { boolValue: false }] },
              },
              weight: { numberValue: 0.5 },
            },
          },
        },
      },
      typedExtensionProtocolOptions: {
        known: { typeUrl: 'type.googleapis.com/envoy.config.core.v3.HeaderValue', value: http },
        flag: {
          typeUrl: 'type.googleapis.com/google.protobuf.BoolValue',
          value: bytesOf('BoolValue', { value: true }),
        },
        strange: { typeUrl: 'type.googleapis.com/of.nobody', value: Buffer.from('xyz') },
      },
    });
    expect(jsonOf(bytes, CLUSTER)).toEqual({
      name: 'outbound|80||cart.shop.svc.cluster.local',
      type: 'EDS',
      connectTimeout: '10.250s',
      perConnectionBufferLimitBytes: 32768,
      metadata: { filterMetadata: { istio: { services: ['cart', null, false], weight: 0.5 } } },
      typedExtensionProtocolOptions: {
        known: {
          '@type': 'type.googleapis.com/envoy.config.core.v3.HeaderValue',
          key: 'x-a',
          rawValue: '/w==',
        },
        flag: { '@type': 'type.googleapis.com/google.protobuf.BoolValue', value: true },
        strange: { '@type': 'type.googleapis.com/of.nobody', value: 'eHl6' },
      },
    });
  });

  test('keep a wrapper of zero, and what is empty', () => {
    const bytes = bytesOf('Cluster', { perConnectionBufferLimitBytes: {}, connectTimeout: {} });
    expect(jsonOf(bytes, CLUSTER)).toEqual({ perConnectionBufferLimitBytes: 0, connectTimeout: '0s' });
  });

  test('may have lists of numbers packed or one by one', () => {
    const name = 'envoy.config.route.v3.RetryPolicy';
    // retriable_status_codes = 7
    const packed = Buffer.from([0x3a, 3, 0xf7, 3, 5]);
    const loose = Buffer.from([0x38, 0xf7, 3, 0x38, 5]);
    expect(jsonOf(packed, name)).toEqual({ retriableStatusCodes: [503, 5] });
    expect(jsonOf(loose, name)).toEqual({ retriableStatusCodes: [503, 5] });
  });

  test('may have fields that the schema does not know: they are left out', () => {
    const unknown = Buffer.from([0xfa, 0xff, 0x0f, 2, 1, 2]);
    expect(jsonOf(Buffer.concat([unknown, bytesOf('Cluster', { name: 'a' })]), CLUSTER)).toEqual({
      name: 'a',
    });
  });

  test('with a member called __proto__ have it as a member', () => {
    const bytes = bytesOf('Struct', { fields: { ['__proto__']: { stringValue: 'x' } } });
    const json = jsonOf(bytes, 'google.protobuf.Struct') as object;
    expect(Object.entries(json)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
  });

  test('nested without end are refused', () => {
    let bytes = bytesOf('Any', { typeUrl: 'type.googleapis.com/of.nobody' });
    for (let depth = 0; depth < 200; depth++)
      bytes = bytesOf('Any', { typeUrl: 'type.googleapis.com/google.protobuf.Any', value: bytes });
    expect(() => jsonOf(bytes, 'google.protobuf.Any')).toThrow('nested too deep');
  });

  test('of any Struct come out as it went in', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
        fc.string(),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (object) => {
        const json = jsonOf(bytesOf('Struct', structOf(object)), 'google.protobuf.Struct');
        expect(JSON.parse(JSON.stringify(json))).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });
});

describe('a DiscoveryResponse', () => {
  test('of random or damaged bytes is decoded or corrupt, never anything else', () => {
    const whole = bytesOf('Response', {
      typeUrl: 'istio.io/debug/config_dump',
      resources: [
        {
          typeUrl: `type.googleapis.com/${CLUSTER}`,
          value: bytesOf('Cluster', { name: 'a', connectTimeout: { seconds: 1 } }),
        },
      ],
    });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
        const copy = Buffer.from(whole);
        copy[at] = byte;
        return copy;
      }),
    );
    fc.assert(
      fc.property(bytes, (damaged) => {
        try {
          JSON.stringify(decodeResponse(damaged));
        } catch (error) {
          expect(error).toMatchObject({ code: 'Corrupt' });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function structOf(object: object): object {
  return {
    fields: Object.fromEntries(Object.entries(object).map(([key, value]) => [key, valueOfJson(value)])),
  };
}

function valueOfJson(value: unknown): object {
  if (value === null) return { nullValue: 0 };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { listValue: { values: value.map(valueOfJson) } };
  return { structValue: structOf(value as object) };
}
