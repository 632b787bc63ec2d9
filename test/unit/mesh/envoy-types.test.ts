import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unknownEnvoyTypes } from '../../../src/mesh/envoy-types.ts';

const LUA = 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua';
const typesOf = (value: unknown) => unknownEnvoyTypes(value, []).map(({ type }) => type);

test('types of Envoy and of Istio are known', () => {
  expect(typesOf({ typed_config: { '@type': LUA } })).toEqual([]);
  expect(typesOf({ '@type': 'type.googleapis.com/stats.PluginConfig' })).toEqual([]);
  expect(typesOf({ '@type': 'type.googleapis.com/io.istio.http.peer_metadata.Config' })).toEqual([]);
});

test('the type in a TypedStruct counts, and nothing in its value', () => {
  const value = {
    '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
    type_url: 'type.googleapis.com/shop.example.Compressor',
    value: { '@type': 'type.googleapis.com/another.Type' },
  };
  expect(unknownEnvoyTypes({ list: [value] }, ['patch'])).toEqual([
    { type: 'shop.example.Compressor', path: ['patch', 'list', 0, 'type_url'] },
  ]);
});

test('a removed version of an extension is unknown', () => {
  expect(typesOf({ '@type': 'type.googleapis.com/envoy.config.filter.http.lua.v2.Lua' })).toEqual([
    'envoy.config.filter.http.lua.v2.Lua',
  ]);
});

test('any value is read without failing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(Array.isArray(unknownEnvoyTypes(value, []))).toBe(true);
    }),
  );
});
