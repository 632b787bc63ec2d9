import { describe, expect, test } from 'vitest';
import { longTable } from '../../../src/report/long-table.ts';
import { alignedTable as shortTable } from '../../../src/report/table.ts';

const PIPED = { color: false, width: Infinity };

describe.each([
  ['a short table', shortTable],
  ['a long table', longTable],
])('%s', (_, alignedTable) => {
  test('aligns columns with two blanks between them, without borders and trailing blanks', () => {
    const rows = [
      ['cart-v1', 'in sync', ''],
      ['edge', 'stale', 'CDS'],
    ];
    expect(alignedTable(['PROXY', 'STATE', 'DETAIL'], rows, PIPED)).toBe(
      'PROXY    STATE    DETAIL\ncart-v1  in sync\nedge     stale    CDS\n',
    );
  });

  test('no header and no rows are no text', () => {
    expect(alignedTable([], [], PIPED)).toBe('');
  });

  test('cuts the last column on a narrow terminal, never when piped', () => {
    const row = ['cart', 'x'.repeat(60)];
    expect(alignedTable([], [row], { color: false, width: 30 })).toBe(`cart  ${'x'.repeat(23)}…\n`);
    expect(alignedTable([], [row], PIPED)).toBe(`cart  ${'x'.repeat(60)}\n`);
  });

  test('shows control characters instead of sending them', () => {
    expect(alignedTable([], [['a\u001b[2J', 'b\nc']], PIPED)).toBe('a\\x1b[2J  b\\nc\n');
  });

  test('a cell of 5000 characters pushes its own row out of line, and no other', () => {
    const rows = [
      ['x'.repeat(5000), 'long'],
      ['cart', 'short'],
    ];
    expect(alignedTable(['NAME', 'DETAIL'], rows, PIPED)).toBe(
      `NAME${' '.repeat(98)}DETAIL\n${'x'.repeat(5000)}  long\ncart${' '.repeat(98)}short\n`,
    );
  });

  test('colours do not change the layout', () => {
    const paint = (text: string): string => `\u001b[31m${text}\u001b[39m`;
    const plain = alignedTable(
      [],
      [
        ['bad', 'x'],
        ['y', 'z'],
      ],
      PIPED,
    );
    const colored = alignedTable(
      [],
      [
        [{ text: 'bad', paint }, 'x'],
        ['y', 'z'],
      ],
      { color: true, width: Infinity },
    );
    expect(colored.replaceAll('\u001b[31m', '').replaceAll('\u001b[39m', '')).toBe(plain);
    expect(colored).toContain('\u001b[31mbad');
  });
});

test('short and long tables print the same text, also on a narrow terminal', () => {
  const rows = [
    ['', 'outbound|80||cart', '', 'x'.repeat(90)],
    ['', 'naïve', '', ''],
    ['', 'b', 'c', 'd'],
  ];
  for (const width of [Infinity, 40, 80]) {
    const layout = { color: false, width, indent: 2 };
    expect(longTable(['', 'NAME', 'EMPTY', 'DETAIL'], rows, layout)).toBe(
      shortTable(['', 'NAME', 'EMPTY', 'DETAIL'], rows, layout),
    );
  }
});

test('a name of 70,000 blanks is laid out at once', () => {
  const name = `a${' '.repeat(70_000)}b`;
  expect(shortTable([], [[name, 'x']], PIPED)).toBe(`${name}  x\n`);
  expect(longTable([], [[name, 'x']], PIPED)).toBe(`${name}  x\n`);
});
