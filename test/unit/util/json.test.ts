import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asArray,
  asBoolean,
  asInt64,
  asNumber,
  asObject,
  asObjects,
  asString,
  asStrings,
  field,
} from '../../../src/util/json.ts';

describe('guards give the value of their type, else nothing', () => {
  test('asObject refuses lists and null', () => {
    expect(asObject({ a: 1 })).toEqual({ a: 1 });
    expect([[], null, 'x', 1, undefined].map(asObject)).toEqual(Array(5).fill(undefined));
  });

  test('asArray, asObjects and asStrings leave out what does not fit', () => {
    expect(asArray('abc')).toEqual([]);
    expect(asObjects([{ a: 1 }, null, [], 'x'])).toEqual([{ a: 1 }]);
    expect(asStrings(['a', 1, null, 'b'])).toEqual(['a', 'b']);
  });

  test('asNumber refuses what is not finite; asString and asBoolean do not convert', () => {
    expect([Number.NaN, Infinity, '1'].map(asNumber)).toEqual([undefined, undefined, undefined]);
    expect([asString(1), asBoolean('true'), asBoolean(0)]).toEqual([undefined, undefined, undefined]);
  });

  test('asInt64 also reads the text that protobuf writes for long integers', () => {
    expect([asInt64('42'), asInt64(42), asInt64('-7'), asInt64('4.2'), asInt64('')]).toEqual([
      42,
      42,
      -7,
      undefined,
      undefined,
    ]);
  });
});

describe('field', () => {
  const secret = { tls_certificate: { chain: ['a'] }, text: 'x' };
  test('follows a path of own names', () => {
    expect(field(secret, 'tls_certificate', 'chain')).toEqual(['a']);
    expect(field(secret)).toBe(secret);
  });

  test('never finds inherited names and never throws, whatever the value', () => {
    expect(field({}, 'constructor')).toBeUndefined();
    expect(field(secret, 'text', 'length')).toBeUndefined();
    fc.assert(
      fc.property(fc.anything(), fc.array(fc.string()), (value, path) => {
        expect(() => field(value, ...path)).not.toThrow();
      }),
      { seed: 1 },
    );
  });
});
