import { expect, test } from 'vitest';
import { jsonText } from '../../../src/report/json.ts';

test('characters that steer a terminal come out escaped and read as themselves', () => {
  const value = { 'a\u202e': ['\u001b[31m', '\u009b\u061c\u200f\u2028\u2066\ufeff', '\\\u202e'] };
  const written = jsonText(value);
  expect(written).toMatch(/^[\n\x20-\x7e]*$/);
  expect(JSON.parse(written)).toEqual(value);
});

test('a value nested too deeply to be written is cut off, not a failure', () => {
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  const written = jsonText({ deep, name: 'cart' });
  expect(written).toContain('nested too deeply');
  expect(JSON.parse(written)).toMatchObject({ name: 'cart' });
});
