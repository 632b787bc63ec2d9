import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearRegexp } from '../../../src/util/linear-regexp.ts';
import { RegexpFault } from '../../../src/util/regexp-classes.ts';

/**
 * Parts that mean the same to JavaScript's engine. It goes back and forth, so patterns are shallow and texts short: deep
 * ones would keep it busy for ever, which is why we have an engine of our own.
 */
const atoms = fc.constantFrom('a', 'b', '.', '\\d', '\\w', '[a-c]', '[^a]', '\\.', '^', '$', '\\b', '-', '');
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 2, depthSize: 'small', withCrossShrink: true },
    atoms,
    fc
      .tuple(tie('pattern'), fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '{0,}'))
      .map(([inside, times]) => `(?:${inside})${times}`),
  ),
  pattern: fc
    .array(
      fc.array(tie('part'), { maxLength: 3 }).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((choices) => choices.join('|')),
}));
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '1', '.', '-', '\n', 'é', '😀'),
  maxLength: 8,
});

describe('linearRegexp', () => {
  test('finds what JavaScript finds, where both have the same syntax', () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        expect(linearRegexp(source).test(subject)).toBe(new RegExp(source, 'u').test(subject));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['(?i)ISTIO', 'Istio-proxy', true],
    ['(?i:a)b', 'AB', false],
    ['a(?i)b|c', 'aB', true],
    ['[[:alpha:]]+[[:^digit:]]$', 'abc', true],
    ['\\Ax\\z', 'x\n', false],
    ['\\x41\\x{1F600}', 'A😀', true],
    ['(?P<name>a)(?<other>b)', 'ab', true],
    ['(?s).', '\n', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['[]a]', ']', true],
    ['[a-]', '-', true],
    ['x{,2}', 'x{,2}', true],
    ['(?i)[a-c]', 'B', true],
  ])('%s on %j', (source, subject, found) => {
    expect(linearRegexp(source).test(subject)).toBe(found);
  });

  test.each([
    '(',
    ')',
    '[a',
    'a**',
    '*',
    '(?=a)',
    '(?<!a)',
    '\\1',
    '\\',
    'a{2000}',
    '[b-a]',
    '[[:nix:]]',
    '\\y',
    'a{2,1}',
  ])('%s is refused', (source) => {
    expect(() => linearRegexp(source)).toThrow(RegexpFault);
  });

  test('hostile patterns end at once', () => {
    const subject = `${'a'.repeat(20_000)}!`;
    const started = performance.now();
    expect(linearRegexp('^(a+)+$').test(subject)).toBe(false);
    expect(linearRegexp('^(a|aa)*$').test(subject)).toBe(false);
    expect(() => linearRegexp('((a{100}){100}){100}')).toThrow('too large');
    expect(() => linearRegexp('('.repeat(10_000))).toThrow('nested too deeply');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
