import { describe, expect, it } from 'vitest';

interface Item {
  index: number;
}

// The page's own modules are JavaScript without types.
const { compareBy, isWanted, nextDirection, sortKey, wordsOf } = (await import(
  `${'../../../../src/report/report-page'}/sorting.js`
)) as {
  compareBy: (
    kind: string,
    direction: string,
    keys: ReadonlyMap<Item, unknown>,
  ) => (a: Item, b: Item) => number;
  isWanted: (item: object, words: readonly string[], chosen: readonly (readonly string[])[]) => boolean;
  nextDirection: (direction: string) => string;
  sortKey: (kind: string, text: string) => unknown;
  wordsOf: (text: string) => string[];
};

function sorted(kind: string, direction: string, texts: readonly string[]): string[] {
  const items = texts.map((text, index) => ({ index, text }));
  const keys = new Map<Item, unknown>(items.map((item) => [item, sortKey(kind, item.text)]));
  return items.sort(compareBy(kind, direction, keys)).map(({ text }) => text);
}

describe('the order of a table', () => {
  it('is by number or text, with what is not known last whichever way it goes', () => {
    expect(sorted('number', 'ascending', ['10', '', '9', '-3'])).toEqual(['-3', '9', '10', '']);
    expect(sorted('number', 'descending', ['10', '', '9', '-3'])).toEqual(['10', '9', '-3', '']);
    expect(sorted('text', 'ascending', ['b', '-', 'C', 'a'])).toEqual(['a', 'b', 'C', '-']);
  });

  it('leaves equal ones as they came', () => {
    expect(sorted('text', 'descending', ['b', 'A', 'a', 'B'])).toEqual(['b', 'B', 'A', 'a']);
  });

  it('goes up, down, and back to how the page came', () => {
    expect(nextDirection('none')).toBe('ascending');
    expect(nextDirection('ascending')).toBe('descending');
    expect(nextDirection('descending')).toBe('none');
  });
});

describe('the filter of a list', () => {
  const item = { text: 'cart-v1 shop sidecar', values: { state: 'stale', namespace: '' } };

  it('wants all words in any order, whatever their case', () => {
    expect(isWanted(item, wordsOf(' Sidecar  CART '), [])).toBe(true);
    expect(isWanted(item, wordsOf('cart gateway'), [])).toBe(false);
    expect(isWanted(item, wordsOf(''), [])).toBe(true);
  });

  it('wants the chosen values exactly, an empty one too', () => {
    expect(isWanted(item, [], [['state', 'stale']])).toBe(true);
    expect(isWanted(item, [], [['state', 'sta']])).toBe(false);
    expect(isWanted(item, [], [['namespace', '']])).toBe(true);
  });
});
