import { describe, expect, test } from 'vitest';
import { shownWidth, wrapLines, wrapWords } from '../../../src/report/wrap.ts';

describe('wrapWords', () => {
  test('breaks between words and indents every line', () => {
    expect(wrapWords('pod is Running, no istiod knows it', 20, 4)).toEqual([
      '    pod is Running,',
      '    no istiod knows',
      '    it',
    ]);
  });

  test('breaks a word that is longer than a line', () => {
    expect(wrapWords('a storefront-v1-6588479589', 12)).toEqual(['a', 'storefront-v', '1-6588479589']);
  });

  test('counts no colour codes', () => {
    const [first = '', second = ''] = wrapWords('\u001b[31m✖\u001b[39m storefront', 6);
    expect([shownWidth(first), second]).toEqual([1, 'storef']);
  });

  test('is one line where the width is infinite', () => {
    expect(wrapWords('one two', Infinity)).toEqual(['one two']);
  });
});

describe('wrapLines', () => {
  test('lets short lines stand and puts the rest of long ones two columns deeper', () => {
    expect(wrapLines('short\n  listener virtualInbound: Envoy lacks it\n', 24)).toBe(
      'short\n  listener\n    virtualInbound:\n    Envoy lacks it\n',
    );
  });

  test('a word that is broken is not joined with blanks', () => {
    expect(wrapLines('  cluster outbound|80||wishlist.shop', 16)).toBe(
      '  cluster\n    outbound|80|\n    |wishlist.sh\n    op',
    );
  });

  test('changes nothing where the width is infinite', () => {
    const text = `${'x'.repeat(500)}\n`;
    expect(wrapLines(text, Infinity)).toBe(text);
  });

  test.each([1, 5, 10, 40])('leaves no line that is wider than %i', (width) => {
    const text = wrapLines(
      `${' '.repeat(8)}cluster outbound|80||wishlist.shop.svc.cluster.local: differs`,
      width,
    );
    expect(Math.max(...text.split('\n').map((line) => line.trimStart().length))).toBeLessThanOrEqual(width);
  });
});
