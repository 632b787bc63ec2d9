import { describe, expect, it } from 'vitest';
import { chainMatch, type FilterChain } from '../../../../src/envoy/listener.ts';
import { inRange } from '../../../../src/envoy/path/ip.ts';
import { matchRoute } from '../../../../src/envoy/path/match-route.ts';
import { pickChain } from '../../../../src/envoy/path/pick-chain.ts';
import { pickHost } from '../../../../src/envoy/path/pick-host.ts';
import type { PathRequest } from '../../../../src/envoy/path/request.ts';

const request = (over: Partial<PathRequest> = {}): PathRequest => ({
  host: 'cart',
  port: 80,
  ip: '10.96.0.7',
  authority: 'cart.shop',
  path: '/items/7?debug=yes',
  method: 'GET',
  headers: new Map([['x-canary', 'true']]),
  tls: false,
  sni: undefined,
  protocols: ['http/1.1'],
  inbound: false,
  ...over,
});

describe('pickHost', () => {
  const config = (...domains: string[]) => ({
    virtual_hosts: domains.map((domain) => ({ name: domain, domains: [domain] })),
  });

  it.each([
    [['*', '*.shop', 'cart.*', 'cart.shop'], 'cart.shop'],
    [['*', '*.shop', 'cart.*'], '*.shop'],
    [['*', 'cart.*'], 'cart.*'],
    [['*', '*t.shop', '*.shop'], '*t.shop'],
    [['*'], '*'],
    [['other'], undefined],
  ])('of %j takes %s', (domains, expected) => {
    expect(pickHost(config(...domains), request())?.domain).toBe(expected);
  });

  it('minds the port of the Host header unless told not to', () => {
    const authority = 'CART.shop:8080';
    expect(pickHost(config('cart.shop'), request({ authority }))).toBeUndefined();
    const ignoring = { ...config('cart.shop'), ignore_port_in_host_matching: true };
    expect(pickHost(ignoring, request({ authority }))?.domain).toBe('cart.shop');
  });
});

describe('matchRoute', () => {
  it.each([
    [{ prefix: '/items' }, 'yes'],
    [{ prefix: '/Items' }, 'no'],
    [{ prefix: '/Items', case_sensitive: false }, 'yes'],
    [{ path: '/items/7' }, 'yes'],
    [{ path_separated_prefix: '/items' }, 'yes'],
    [{ path_separated_prefix: '/item' }, 'no'],
    [{ safe_regex: { regex: '/items/\\d+' } }, 'yes'],
    [{ safe_regex: { regex: '/items' } }, 'no'],
    [{ safe_regex: { regex: '(a+)+$' } }, 'unknown'],
    [{ connect_matcher: {} }, 'no'],
    [{ prefix: '/', headers: [{ name: 'x-canary', string_match: { exact: 'true' } }] }, 'yes'],
    [{ prefix: '/', headers: [{ name: 'x-canary', exact_match: 'false' }] }, 'no'],
    [{ prefix: '/', headers: [{ name: 'absent', string_match: { exact: 'x' }, invert_match: true }] }, 'yes'],
    [{ prefix: '/', headers: [{ name: 'absent' }] }, 'no'],
    [{ prefix: '/', headers: [{ name: 'absent', present_match: false }] }, 'yes'],
    [{ prefix: '/', headers: [{ name: ':method', string_match: { exact: 'POST' } }] }, 'no'],
    [{ prefix: '/', query_parameters: [{ name: 'debug', string_match: { exact: 'yes' } }] }, 'yes'],
    [{ prefix: '/', query_parameters: [{ name: 'trace' }] }, 'no'],
    [{ prefix: '/', grpc: {} }, 'no'],
    [{ prefix: '/', runtime_fraction: { default_value: { numerator: 5 } } }, 'unknown'],
    [{ prefix: '/', dynamic_metadata: [{ filter: 'jwt' }] }, 'unknown'],
    [{ prefix: 7, headers: 'x' }, 'no'],
  ])('%j: %s', (match, expected) => {
    expect(matchRoute(match, request())).toBe(expected);
  });
});

describe('pickChain', () => {
  const chain = (name: string, match?: object): FilterChain => ({
    name,
    isDefault: match === undefined,
    match: chainMatch(match),
    raw: {},
  });
  const pick = (chains: FilterChain[], over: Partial<PathRequest> = {}) =>
    pickChain(chains, request(over))?.name;

  it('takes the most specific by port, then address, then server name', () => {
    const wide = chain('wide', { prefix_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] });
    const narrow = chain('narrow', { prefix_ranges: [{ address_prefix: '10.96.0.0', prefix_len: 16 }] });
    const port = chain('port', { destination_port: 80 });
    expect(pick([wide, narrow])).toBe('narrow');
    expect(pick([wide, narrow, port])).toBe('port');
    expect(pick([wide, narrow], { ip: '192.0.2.1' })).toBeUndefined();
  });

  it('tells TLS from plaintext and exact names from wildcards', () => {
    const chains = [
      chain('star', { server_names: ['*.example.com'], transport_protocol: 'tls' }),
      chain('exact', { server_names: ['shop.example.com'] }),
      chain('plain', { transport_protocol: 'raw_buffer' }),
    ];
    expect(pick(chains, { tls: true, sni: 'shop.example.com' })).toBe('exact');
    expect(pick(chains, { tls: true, sni: 'cart.example.com' })).toBe('star');
    expect(pick(chains)).toBe('plain');
  });

  it('gives what nothing matches to the default chain, never to one bound to a source', () => {
    const bound = chain('bound', { source_prefix_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] });
    expect(pick([bound, chain('default')])).toBe('default');
  });
});

describe('inRange', () => {
  it.each([
    ['10.1.2.3', '10.1.0.0', 16, true],
    ['10.2.2.3', '10.1.0.0', 16, false],
    ['10.1.2.3', '0.0.0.0', 0, true],
    ['fd00::5', 'fd00::', 64, true],
    ['fd01::5', 'fd00::', 16, false],
    ['10.1.2.3', '::', 0, false],
    ['::ffff:10.1.2.3', '::ffff:0:0', 96, true],
    ['garbage', '10.0.0.0', 8, false],
  ])('%s in %s/%i: %s', (ip, address, length, expected) => {
    expect(inRange(ip, { address, length })).toBe(expected);
  });
});
