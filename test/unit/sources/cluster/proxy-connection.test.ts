import { expect, test } from 'vitest';
import { connectionOf, needsConnection } from '../../../../src/sources/cluster/proxy-connection.ts';

const page = (...ids: readonly string[]): unknown => ({
  clients: ids.map((connectionId) => ({ connectionId })),
});

test('a proxy needs its connection named when its name is a part of another one', () => {
  expect(needsConnection('a.shop', ['a.shop', 'b.shop'])).toBe(false);
  expect(needsConnection('a.shop', ['a.shop', 'beta.shop'])).toBe(true);
  expect(needsConnection('a.shop', ['a.shopping'])).toBe(true);
});

test('the newest connection of the proxy itself is taken', () => {
  expect(connectionOf('a.shop', page('beta.shop-7', 'a.shop-3', 'a.shop-12', 'a.shopping-9'))).toBe(
    'a.shop-12',
  );
});

test('none is taken where another connection contains it, or where there is none', () => {
  expect(connectionOf('a.shop', page('a.shop-1', 'beta.shop-12'))).toBeUndefined();
  expect(connectionOf('a.shop', page('beta.shop-12'))).toBeUndefined();
  expect(connectionOf('a.shop', null)).toBeUndefined();
  expect(connectionOf('a.shop', page('a.shop-', 'a.shop-x'))).toBeUndefined();
});
