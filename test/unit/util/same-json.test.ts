import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEEPEST, isSameJson } from '../../../src/util/same-json.ts';
import { mutate, places } from '../../helpers/mutate.ts';

const parse = (text: string): unknown => JSON.parse(text);

function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('isSameJson', () => {
  test('fields in another order are the same, any one change is not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom('add', 'remove'), (value, at, how) => {
        expect(isSameJson(value, reversed(value))).toBe(true);
        const other = mutate(value, at % places(value), how);
        expect(isSameJson(value, other)).toBe(false);
        expect(isSameJson(other, value)).toBe(false);
      }),
    );
  });

  test('the order of a list counts', () => {
    expect(isSameJson([1, 2], [2, 1])).toBe(false);
  });

  test('lists, objects and null are never taken for each other', () => {
    const values = [[], {}, null, undefined, '', 0, false];
    for (const a of values) for (const b of values) expect(isSameJson(a, b)).toBe(a === b);
  });

  test('what objects inherit is no field', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const named = parse(`{"${name}":{}}`);
      expect(isSameJson(named, parse(`{"${name}":{}}`))).toBe(true);
      expect(isSameJson(named, { other: {} })).toBe(false);
      expect(isSameJson({ other: {} }, named)).toBe(false);
    }
  });

  test('endless nesting counts as different and does not crash', () => {
    const nest = (depth: number): unknown => {
      let value: unknown = 1;
      for (let i = 0; i < depth; i++) value = { a: [value] };
      return value;
    };
    expect(isSameJson(nest(DEEPEST / 2), nest(DEEPEST / 2))).toBe(true);
    expect(isSameJson(nest(50_000), nest(50_000))).toBe(false);
  });
});
