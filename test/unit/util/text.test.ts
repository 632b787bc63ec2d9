import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareText, editDistance, escapeControl, escapeLine, nearest } from '../../../src/util/text.ts';

describe('escapeControl', () => {
  test('shows what would steer a terminal and keeps tabs, line breaks and all other text', () => {
    expect(escapeControl('a\u001b[31mb\r\u0007\u009b')).toBe('a\\x1b[31mb\\x0d\\x07\\x9b');
    expect(escapeControl('\u202eevil\u2066')).toBe('\\u{202e}evil\\u{2066}');
    expect(escapeControl('tab\there\nnext é 猫')).toBe('tab\there\nnext é 猫');
  });

  test('shows what takes no room, so that a name can not pass for another', () => {
    const invisible = [0xad, 0x180e, 0x200b, 0x200c, 0x200d, 0x2060, 0x2064, 0xfe0f, 0xe0041, 0xe0100];
    for (const code of invisible) {
      const shown = code < 0x100 ? '\\xad' : `\\u{${code.toString(16)}}`;
      expect(escapeControl(`ca${String.fromCodePoint(code)}rt`)).toBe(`ca${shown}rt`);
    }
  });

  test('no text of any kind lets one through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be left
        expect(escapeLine(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
      { seed: 1 },
    );
  });
});

test('escapeLine keeps a value on one line', () => {
  expect(escapeLine('a\tb\nc')).toBe('a\\tb\\nc');
});

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['cart', 'cart', 0],
    ['cart', 'card', 1],
    ['', 'cart', 4],
    ['kitten', 'sitting', 3],
  ])('%s and %s differ by %d', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

  test('is the same in both directions', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
      }),
      { seed: 1 },
    );
  });
});

describe('nearest', () => {
  const names = ['cluster', 'listener', 'route', 'endpoint', 'bootstrap'];
  test('finds the word that was meant, best first', () => {
    expect(nearest('clusters', names)[0]).toBe('cluster');
    expect(nearest('lisener', names)).toEqual(['listener']);
    expect(nearest('ROUTE', names)).toEqual(['route']);
  });

  test('offers nothing when nothing is near, and never more than asked for', () => {
    expect(nearest('xyzzy', names)).toEqual([]);
    expect(nearest('cart', ['cart-v1', 'cart-v2', 'cart-v3', 'cart-v4'], 2)).toHaveLength(2);
  });

  test('an equal name comes once', () => {
    expect(nearest('cart', ['cart', 'cart'])).toEqual(['cart']);
  });
});

test('compareText orders by code unit, not by locale', () => {
  expect(['b', 'a', 'B', 'é', 'Z'].sort(compareText)).toEqual(['B', 'Z', 'a', 'b', 'é']);
});
