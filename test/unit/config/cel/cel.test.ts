import { describe, expect, test } from 'vitest';
import { celLanguage } from '../../../../src/config/cel/cel.ts';
import { CelFault } from '../../../../src/config/cel/cel-fault.ts';
import { celValue, plainValue } from '../../../../src/config/cel/cel-value.ts';

const LANGUAGE = celLanguage({
  variables: { object: 'dyn', pods: 'list' },
  functions: [{ signature: 'twice(string): string', handler: (text: string) => text + text }],
});
const SERVICE = {
  spec: { ports: [{ port: 8080, weight: 0.5 }], host: 'ratings.shop', replicas: 3 },
  metadata: { labels: { constructor: 'mallory', app: 'ratings' } },
};

function evaluate(expression: string, object: unknown = SERVICE, budget?: number): unknown {
  const variables = { object: celValue(object), pods: [] };
  return plainValue(LANGUAGE.compile(expression).run(variables, budget));
}

function faultOf(action: () => unknown): CelFault {
  try {
    action();
  } catch (error) {
    if (error instanceof CelFault) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('values', () => {
  test.each([
    ['object.spec.replicas + 1', 4],
    ['object.spec.ports[0].weight', 0.5],
    ['"port " + string(object.spec.ports[0].port)', 'port 8080'],
    ['object.spec.ports.map(p, p.port)', [8080]],
    ['object.?spec.?timeout.orValue("none")', 'none'],
    ['has(object.spec.host) && !has(object.spec.hosts)', true],
    ['twice(object.metadata.labels.app)', 'ratingsratings'],
    ['object.metadata.labels.exists(k, k == "app")', true],
    ['object.metadata.labels', SERVICE.metadata.labels],
  ])('%s', (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });

  test('a key that JavaScript knows is a key like any other, and nothing is inherited', () => {
    expect(evaluate('object.metadata.labels.constructor')).toBe('mallory');
    expect(evaluate('has(object.spec.constructor) || has(object.spec.__proto__)')).toBe(false);
    const hostile = JSON.parse('{"__proto__": {"polluted": "yes"}, "a": 1}') as unknown;
    expect(evaluate('has(object.polluted)', hostile)).toBe(false);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('a value that contains itself ends', () => {
    const cyclic: Record<string, unknown> = { name: 'a' };
    cyclic['self'] = cyclic;
    expect(evaluate('object.self.self.name', cyclic)).toBe('a');
    expect(evaluate('object == {"self": object}', cyclic)).toBe(false);
    expect(evaluate('object.self == object', cyclic)).toBe(true);
  });
});

describe('faults', () => {
  test.each([
    ['object.spec.', 12],
    ['object.spec.host == ', 20],
    ['nothing == 1', 0],
    ['1 + "a"', 0],
    ['object.spec.host.startsWith(1, 2, 3)', 0],
  ])('%s is refused where the fault is', (expression, offset) => {
    const { offset: at, message } = faultOf(() => LANGUAGE.compile(expression));
    expect(at).toBe(offset);
    expect(message).not.toContain('\n');
  });

  test('a missing field is a fault with its place, not false', () => {
    expect(faultOf(() => evaluate('object.spec.hots == "a"'))).toMatchObject({
      message: 'No such key: hots',
      offset: 12,
    });
  });
});

describe('hostile expressions', () => {
  const many = Array.from({ length: 3000 }, (_, index) => index);

  test('loops in loops end', () => {
    const expression = 'object.all(a, object.all(b, object.all(c, a + b + c >= 0)))';
    expect(faultOf(() => evaluate(expression, many)).message).toBe('it takes too many steps');
  });

  test('a budget is for one evaluation, not for all', () => {
    for (let round = 0; round < 20; round++)
      expect(evaluate('object.all(a, a >= 0)', many, 20_000)).toBe(true);
  });

  test.each([
    ['text', '"0123456789abcdef"'],
    ['lists', '[1, 2, 3, 4]'],
  ])('%s that double do not fill the memory', (_, start) => {
    let expression = 'x40';
    for (let step = 40; step > 0; step--)
      expression = `cel.bind(x${step}, x${step - 1} + x${step - 1}, ${expression})`;
    expression = `cel.bind(x0, ${start}, ${expression})`;
    expect(faultOf(() => evaluate(expression)).message).toBe('it takes too many steps');
  });

  test('patterns are searched for in linear time', () => {
    const text = `${'a'.repeat(2000)}!`;
    expect(evaluate('object.matches("^(a+)+$")', text)).toBe(false);
    expect(evaluate('object.matches("^(a|a)*!$")', text)).toBe(true);
  });

  test('a pattern that is no pattern is a fault', () => {
    expect(faultOf(() => evaluate('"a".matches("(?=a)")')).message).toContain('look-around');
    expect(faultOf(() => evaluate('"a".matches("(")')).message).toContain('the pattern can');
  });

  test('deep nesting and endless texts are refused', () => {
    expect(faultOf(() => LANGUAGE.compile(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).message).toMatch(
      /depth/i,
    );
    expect(faultOf(() => LANGUAGE.compile('1+'.repeat(20_000))).message).toContain('longer than');
  });
});
