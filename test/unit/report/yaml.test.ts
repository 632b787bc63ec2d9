import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { yamlText } from '../../../src/report/yaml.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const STEERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe('yamlText', () => {
  test.each([
    ['a right-to-left override', 'cart\u202etxt.exe'],
    ['bidirectional marks and isolates', 'a\u061cb\u200ec\u200fd\u2066e\u2069'],
    ['one in several lines', 'first\nse\u202econd\n'],
    ['one behind a backslash and a quote', '\\\u202e"\\'],
    ['escape sequences', '\u001b[31mred\u001b[0m\r\n\u202e'],
    ['C1, DEL and separators', '\u007f\u0085\u009b\u2028\u2029\ufeff'],
  ])('%s comes out escaped and reads as itself', (_, text) => {
    const value = { plain: 'cart', [text]: [text, { deep: text }] };
    const written = yamlText(value);
    expect(written).not.toMatch(STEERS);
    expect(load(written)).toEqual(value);
  });

  test('other text stays unquoted, whatever its script', () => {
    expect(yamlText({ name: 'каталог' })).toBe('name: каталог\n');
  });

  test('a value nested too deeply to be written is cut off, not a failure', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    const written = yamlText({ deep, name: 'cart' });
    expect(written).toContain('nested too deeply');
    expect(written).toMatch(/^name: cart$/m);
  });
});
