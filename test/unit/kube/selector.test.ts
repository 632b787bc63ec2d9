import { describe, expect, it } from 'vitest';
import {
  equalitySelector,
  matchesSelector,
  objectSelector,
  parseSelector,
} from '../../../src/kube/selector.ts';

const cart = { app: 'cart', version: 'v1' };

function matches(text: string, labels: Record<string, string> | undefined): boolean {
  const selector = parseSelector(text);
  if (selector === undefined) throw new Error(`not a selector: ${text}`);
  return matchesSelector(selector, labels);
}

describe('a selector of the command line', () => {
  it.each([
    ['app=cart', true],
    ['app==cart', true],
    ['app=catalog', false],
    ['app!=catalog', true],
    ['tier!=web', true],
    ['app in (cart, catalog),version=v1', true],
    ['app in (catalog)', false],
    ['version notin (v2)', true],
    ['app', true],
    ['!app', false],
    ['!tier', true],
    ['app=cart,version=v2', false],
  ])('%s selects the cart pod: %s', (text, expected) => {
    expect(matches(text, cart)).toBe(expected);
  });

  it.each(['', 'app=cart=1', 'app in cart', '=x', 'a b'])('refuses "%s"', (text) => {
    expect(parseSelector(text)).toBeUndefined();
  });

  it('treats a pod without labels as having none of the keys', () => {
    expect(matches('app', undefined)).toBe(false);
    expect(matches('app!=cart', undefined)).toBe(true);
  });
});

describe('a selector of an object', () => {
  it('joins matchLabels and matchExpressions', () => {
    const selector = objectSelector({
      matchLabels: { app: 'cart' },
      matchExpressions: [{ key: 'version', operator: 'NotIn', values: ['v2'] }],
    });
    expect(matchesSelector(selector, cart)).toBe(true);
    expect(matchesSelector(selector, { app: 'cart', version: 'v2' })).toBe(false);
  });

  it('does not take inherited property names for labels', () => {
    expect(matchesSelector([{ key: 'constructor', operator: 'Exists', values: [] }], cart)).toBe(false);
  });

  it('skips values that are not text', () => {
    expect(equalitySelector({ app: 'cart', port: 80 })).toEqual([
      { key: 'app', operator: 'In', values: ['cart'] },
    ]);
    expect(equalitySelector('app=cart')).toEqual([]);
  });
});
