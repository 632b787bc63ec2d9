import { describe, expect, test } from 'vitest';
import { goYaml } from '../../../src/report/go-yaml.ts';

describe('goYaml', () => {
  test('keys in natural order, lists not indented, maps on the line of the dash', () => {
    const value = { b: [{ y: 1, x: [true, null] }], http2_options: {}, http_options: [], a10: 1, a9: 2 };
    expect(goYaml(value)).toBe(
      'a9: 2\na10: 1\nb:\n- x:\n  - true\n  - null\n  "y": 1\nhttp_options: []\nhttp2_options: {}\n',
    );
  });

  test.each([
    ['istiod', 'istiod'],
    ['', '""'],
    ['true', '"true"'],
    ['1.30', '"1.30"'],
    ['0x1F', '"0x1F"'],
    ['12:30', '"12:30"'],
    ['2026-11-23T01:27:49.27Z', '"2026-11-23T01:27:49.27Z"'],
    ['2026-11-23T01:27:49Z/42', '2026-11-23T01:27:49Z/42'],
    ['@type', "'@type'"],
    ['{"ID":"a"}', '\'{"ID":"a"}\''],
    ['a: b', "'a: b'"],
    ['a\tb', '"a\\tb"'],
    ["don't", "don't"],
    ['\u001b[31m', '"\\e[31m"'],
    ['cart\u202etxt', '"cart\\u202Etxt"'],
    ['\u061c\u2066', '"\\u061C\\u2066"'],
  ])('%j is written %s', (text, written) => {
    expect(goYaml({ key: text })).toBe(`key: ${written}\n`);
  });

  test('several lines stand as a block, unless blanks at an end of a line would be lost', () => {
    expect(goYaml({ key: 'one\ntwo\n' })).toBe('key: |\n  one\n  two\n');
    expect(goYaml({ key: 'one \ntwo' })).toBe('key: "one \\ntwo"\n');
  });

  test('long texts are folded behind column 80', () => {
    const words = Array.from({ length: 20 }, (_, i) => `word${i}`).join(' ');
    expect(goYaml({ details: words }).split('\n')).toEqual([
      'details: word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11',
      '  word12 word13 word14 word15 word16 word17 word18 word19',
      '',
    ]);
  });
});
