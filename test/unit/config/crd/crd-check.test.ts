import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutIndexedHas } from '../../../../src/config/crd/cel-text.ts';
import { createCrdCheck } from '../../../../src/config/crd/crd-check.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';

function crd(spec: object, more: object = {}): KubeObject {
  const openAPIV3Schema = { type: 'object', properties: { spec, status: { type: 'object' } }, ...more };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      names: { kind: 'Thing', plural: 'things' },
      versions: [{ name: 'v1', served: true, schema: { openAPIV3Schema } }],
    },
  };
}

function thing(spec: unknown): KubeObject {
  return { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a' }, spec };
}

function said(schema: object, spec: unknown): readonly string[] {
  return createCrdCheck([crd(schema)])
    .refused(thing(spec))
    .map(({ path, text }) => `${path.join('.')}: ${text}`);
}

const rule = (text: string, message?: string) => ({ 'x-kubernetes-validations': [{ rule: text, message }] });

describe('shape', () => {
  test.each([
    [{ type: 'integer' }, '1', 'spec: it must be a whole number'],
    [{ type: 'integer', minimum: 1, maximum: 5 }, 6, 'spec: it must be no more than 5'],
    [{ type: 'integer', format: 'int32' }, 2 ** 31, 'spec: it does not fit into 32 bits'],
    [{ type: 'number', minimum: 0, exclusiveMinimum: true }, 0, 'spec: it must be greater than 0'],
    [{ type: 'string', enum: ['a', 'b'] }, 'c', 'spec: it must be one of a, b'],
    [{ type: 'string', minLength: 1 }, '', 'spec: it must not be empty'],
    [{ type: 'string', maxLength: 1 }, '🚢🚢', 'spec: it has 2 characters, and may have 1 at the most'],
    [{ type: 'string', pattern: '^a+$' }, 'b', 'spec: "b" does not match ^a+$'],
    [{ type: 'string', format: 'date-time' }, 'today', 'spec: it must be a time'],
    [{ 'x-kubernetes-int-or-string': true }, true, 'spec: it must be a whole number or text'],
    [{ type: 'array', maxItems: 1, items: {} }, [1, 2], 'spec: it has 2 items, and may have 1 at the most'],
    [{ type: 'array', items: { type: 'string' } }, ['a', 2], 'spec.1: it must be text'],
    [
      {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object', properties: { name: { type: 'string' } } },
      },
      [{ name: 'a' }, { name: 'a' }],
      'spec.1: it repeats name',
    ],
    [{ type: 'object', required: ['a'], properties: { a: {} } }, {}, 'spec: the field "a" is missing'],
    [
      { type: 'object', properties: { weight: {} } },
      { wieght: 1 },
      'spec.wieght: the CRD has no field "wieght" here: did you mean "weight"?',
    ],
    [{ type: 'object', additionalProperties: { type: 'string' } }, { a: 1 }, 'spec.a: it must be text'],
    [
      {
        type: 'object',
        properties: { a: {}, b: {} },
        oneOf: [
          { not: { anyOf: [{ required: ['a'] }, { required: ['b'] }] } },
          { required: ['a'] },
          { required: ['b'] },
        ],
      },
      { a: 1, b: 1 },
      'spec: "a" and "b" can not stand side by side',
    ],
  ])('%j refuses %j', (schema, spec, expected) => {
    expect(said(schema, spec)).toEqual([expected]);
  });

  test.each([
    [{ type: 'string', nullable: true }, null],
    [{ type: 'string', format: 'something-new' }, 'x'],
    [{ type: 'string', pattern: '(?i)^QUAY$' }, 'quay'],
    [{ type: 'string', pattern: '(?=look-around)' }, 'x'],
    [{ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }, '80%'],
    [{ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, { anything: 1 }],
    [{ type: 'object', required: ['a'], properties: { a: { type: 'string', default: 'x' } } }, {}],
    [{ type: 'object', properties: { a: { type: 'string' } } }, { a: null }],
  ])('%j takes %j', (schema, spec) => {
    expect(said(schema, spec)).toEqual([]);
  });

  test('kinds and versions without a schema here, and stubs of CRDs, say nothing', () => {
    const check = createCrdCheck([crd({}, { properties: undefined })]);
    expect(check.refused(thing({ a: 1 }))).toEqual([]);
    expect(check.refused({ ...thing({}), apiVersion: 'example.com/v2' })).toEqual([]);
  });
});

describe('rules', () => {
  const named = {
    type: 'object',
    properties: {
      a: { type: 'integer' },
      'x-y': { type: 'string' },
      names: { type: 'array', items: { type: 'string' } },
    },
  };

  test.each([
    ['self.a > 1', { a: 1 }, false],
    ['self.a > 1', { a: 2 }, true],
    ['has(self.a)', {}, false],
    ['self.x__dash__y.startsWith("q")', { 'x-y': 'quay' }, true],
    ['self.names.all(n, !n.contains("*"))', { names: ['a', '*'] }, false],
    ['!has(self.names) || has(self.names[0].x)', {}, true],
    [
      'isURL(self.x__dash__y) && url(self.x__dash__y).getScheme() in ["https"]',
      { 'x-y': 'https://a.example' },
      true,
    ],
    ['isIP(self.x__dash__y)', { 'x-y': '10.0.0.300' }, false],
    ['duration(self.x__dash__y) >= duration("1ms")', { 'x-y': '1us' }, false],
    ['duration(self.x__dash__y) >= duration("1ms")', { 'x-y': 'soon' }, false],
    ['self == oldSelf', { a: 1 }, true],
  ])('%s on %j', (text, spec, isFine) => {
    const found = said({ ...named, ...rule(text, 'no good') }, spec);
    expect(found).toEqual(isFine ? [] : ['spec: the CRD says: no good']);
  });

  test('are asked with the defaults in place, and not at all while the shape is wrong', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'integer', default: 5 } },
      ...rule('self.a == 5'),
    };
    expect(said(schema, {})).toEqual([]);
    expect(said(schema, { a: 'x' })).toEqual(['spec.a: it must be a whole number']);
    expect(said(schema, { a: 6 })).toEqual(['spec: it breaks the rule self.a == 5']);
  });

  test('what can not be evaluated is named once, and refuses nothing', () => {
    const check = createCrdCheck([crd({ ...named, ...rule('quantity(self.a).isGreaterThan(1)') })]);
    expect(check.refused(thing({ a: 1 }))).toEqual([]);
    expect(check.refused(thing({ a: 2 }))).toEqual([]);
    expect(check.unevaluated()).toHaveLength(1);
    expect(check.unevaluated()[0]).toMatch(/^quantity\(self\.a\)\.isGreaterThan\(1\) \(/);
  });

  test('a field behind an index is asked for in the way that the library knows', () => {
    expect(withoutIndexedHas('has(self.a) && !has(self.b[0].c) ? has(f("x)").d) : 1')).toBe(
      'has(self.a) && !self.b[0].?c.hasValue() ? f("x)").?d.hasValue() : 1',
    );
    expect(withoutIndexedHas('has(self.a[0')).toBe('has(self.a[0');
  });
});

describe('CRDs from strangers end', () => {
  const text = `${'a'.repeat(5000)}!`;
  const many = Array.from({ length: 60_000 }, (_, index) => index);
  const list = { type: 'array', items: { type: 'integer' } };
  const check = (schema: object, spec: unknown) => {
    const judge = createCrdCheck([crd(schema)]);
    return { texts: judge.refused(thing(spec)).map((one) => one.text), unevaluated: judge.unevaluated() };
  };

  test('with patterns that take for ever elsewhere', () => {
    const evil = '^(a+)+$';
    expect(check({ type: 'string', pattern: evil }, text).texts).toHaveLength(1);
    expect(check({ type: 'string', ...rule(`self.matches("${evil}")`, 'no') }, text).texts).toEqual([
      'the CRD says: no',
    ]);
    const found = check({ type: 'string', ...rule('self.matches("(?=a)")') }, text);
    expect(found.texts).toEqual([]);
    expect(found.unevaluated[0]).toContain("the pattern can't be used");
  });

  test.each([
    'self.all(a, self.all(b, self.all(c, a + b + c >= 0)))',
    'self.all(a, a in self)',
    'self.all(a, self.indexOf(a) >= 0)',
    'self.all(a, self == self.map(b, b))',
    'self.exists(a, self.exists(b, self.exists(c, a + b + c < 0)))',
  ])('with %s, which is named and refuses nothing', (text) => {
    const found = check({ ...list, ...rule(text) }, many);
    expect(found.texts).toEqual([]);
    expect(found.unevaluated).toEqual([`${text} (it takes too many steps)`]);
  });

  test('with a dear rule on each of many items', () => {
    const digits = '[1,2,3,4,5,6,7,8,9,10]';
    const dear = `${digits}.all(a, ${digits}.all(b, ${digits}.all(c, a + b + c >= self * 0)))`;
    const found = check({ type: 'array', items: { type: 'integer', ...rule(dear) } }, many);
    expect(found.texts).toEqual([]);
    expect(found.unevaluated).toEqual([`${dear} (it takes too many steps)`]);
  });
});

test('any schema and any value are judged without a crash', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (schema, value) => {
      const check = createCrdCheck([
        crd(schema as object),
        crd({ type: 'object', properties: { a: schema } }),
      ]);
      expect(Array.isArray(check.refused(thing(value)))).toBe(true);
    }),
  );
});
