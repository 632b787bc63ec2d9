import { expect, it } from 'vitest';
import { gapLines } from '../../../src/cli/gap-lines.ts';

const refused = (what: string) => ({ what, why: 'forbidden: create pods/portforward in shop' });

it('gaps with a reason of their own are a line each, with the next step', () => {
  const gaps = [{ what: 'cart.shop', why: 'it answered 500', next: 'try again' }, refused('catalog.shop')];
  expect(gapLines(gaps)).toEqual([
    'cart.shop: it answered 500 (try again)',
    'catalog.shop: forbidden: create pods/portforward in shop',
  ]);
});

it('three with the same reason are named one by one, more of them together', () => {
  expect(gapLines(['a', 'b', 'c'].map(refused)).length).toBe(3);
  expect(gapLines(['a', 'b', 'c', 'd', 'e'].map(refused))).toEqual([
    'a, b, c and 2 more: forbidden: create pods/portforward in shop',
  ]);
});
