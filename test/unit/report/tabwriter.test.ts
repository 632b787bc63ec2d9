import { describe, expect, test } from 'vitest';
import { tabwriterTable } from '../../../src/report/tabwriter.ts';

describe('tabwriterTable', () => {
  test('pads every column but the last to its widest cell', () => {
    expect(
      tabwriterTable(
        [
          ['NAME', 'PORT', 'TYPE'],
          ['cart', '9080', 'EDS'],
          ['a', '15014', ''],
        ],
        2,
      ),
    ).toBe('NAME  PORT   TYPE\ncart  9080   EDS\na     15014  \n');
  });

  test('a row without the column ends its run: widths above and below are their own', () => {
    expect(tabwriterTable([['a', 'x'], ['only'], ['longer', 'x']], 1)).toBe('a x\nonly\nlonger x\n');
  });

  test('counts characters, not UTF-16 units, and shows control characters', () => {
    expect(
      tabwriterTable(
        [
          ['𝒞', 'x'],
          ['ab', 'x'],
        ],
        1,
      ),
    ).toBe('𝒞  x\nab x\n');
    expect(tabwriterTable([['\u001b[31m', 'x']], 1)).toBe('\\x1b[31m x\n');
  });

  test('no rows are no text', () => {
    expect(tabwriterTable([], 2)).toBe('');
  });
});
