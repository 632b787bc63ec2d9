import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSpecificity, fullHost, hostsOverlap, matchesHost } from '../../../src/mesh/host.ts';

describe('fullHost', () => {
  it.each([
    ['cart', 'cart.shop.svc.cluster.local'],
    ['Cart', 'cart.shop.svc.cluster.local'],
    ['cart.payments', 'cart.payments'],
    ['api.example.com', 'api.example.com'],
    ['*', '*'],
    ['*.example.com', '*.example.com'],
    ['10.0.0.1', '10.0.0.1'],
    ['2001:db8::1', '2001:db8::1'],
  ])('takes %s of namespace shop for %s', (host, full) => {
    expect(fullHost(host, 'shop')).toBe(full);
  });
});

describe('matchesHost', () => {
  it.each([
    ['*', 'cart.shop', true],
    ['*.foo.com', 'a.foo.com', true],
    ['*.foo.com', 'a.b.foo.com', true],
    ['*.foo.com', 'foo.com', false],
    ['a.foo.com', 'a.foo.com', true],
    ['a.foo.com', 'b.foo.com', false],
  ])('%s takes in %s: %s', (pattern, host, expected) => {
    expect(matchesHost(pattern, host)).toBe(expected);
  });

  it('is symmetric as overlap, for any hosts', () => {
    const host = fc.stringMatching(/^(\*\.)?[a-z]{1,3}(\.[a-z]{1,3}){0,2}$/);
    fc.assert(fc.property(host, host, (a, b) => hostsOverlap(a, b) === hostsOverlap(b, a)));
  });
});

it('the most specific host comes first: exact names, then the longest wildcard', () => {
  const hosts = ['*', '*.com', 'a.foo.com', '*.foo.com'];
  expect(hosts.sort(compareSpecificity)).toEqual(['a.foo.com', '*.foo.com', '*.com', '*']);
});
