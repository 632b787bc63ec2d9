import { describe, expect, it } from 'vitest';
import { diffResources, diffValues } from '../../../src/envoy/diff.ts';

const map = (entries: Record<string, unknown>) => new Map(Object.entries(entries));

describe('diffResources', () => {
  it('tells resources of one side from changed ones and counts the same', () => {
    const diff = diffResources(
      'cluster',
      map({ a: { x: 1 }, b: { x: 1 }, c: {} }),
      map({ b: { x: 2 }, c: {}, d: {} }),
    );
    expect(diff.removed.map(({ name }) => name)).toEqual(['a']);
    expect(diff.added.map(({ name }) => name)).toEqual(['d']);
    expect(diff.changed.map(({ name, changes }) => [name, changes])).toEqual([
      ['b', [{ path: 'x', change: 'changed', left: 1, right: 2 }]],
    ]);
    expect(diff.same).toBe(1);
  });
});

describe('diffValues', () => {
  it('names a change deep inside by the names of virtual host and route', () => {
    const config = (timeout: string) => ({
      virtual_hosts: [
        { name: 'cart:80', routes: [{ name: 'default', match: { prefix: '/' }, route: { timeout } }] },
      ],
    });
    expect(diffValues(config('2s'), config('3s'))).toEqual([
      {
        path: 'virtual_hosts[cart:80].routes[default].route.timeout',
        change: 'changed',
        left: '2s',
        right: '3s',
      },
    ]);
  });

  it('ignores the order of virtual hosts, domains and endpoints, but not of routes', () => {
    const host = (domains: string[]) => ({ name: 'a', domains });
    expect(
      diffValues(
        { virtual_hosts: [host(['x', 'y']), { name: 'b' }] },
        { virtual_hosts: [{ name: 'b' }, host(['y', 'x'])] },
      ),
    ).toEqual([]);
    const [first, second] = [{ match: { prefix: '/a' } }, { match: { prefix: '/' } }];
    const changes = diffValues({ routes: [first, second] }, { routes: [second, first] });
    expect(changes.map(({ path, change }) => [path, change])).toEqual([['routes', 'moved']]);
  });

  it('finds one route inserted in front without calling all others changed', () => {
    const routes = Array.from({ length: 50 }, (_, index) => ({
      match: { prefix: `/${index}` },
      route: { cluster: 'c' },
    }));
    const changes = diffValues({ routes }, { routes: [{ match: { path: '/new' } }, ...routes] });
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ change: 'added' });
  });

  it('pairs a filter chain whose match changed by its name', () => {
    const chain = (port: number) => ({
      filter_chains: [{ name: 'main', filter_chain_match: { destination_port: port } }],
    });
    expect(diffValues(chain(80), chain(81))).toEqual([
      {
        path: 'filter_chains[main].filter_chain_match.destination_port',
        change: 'changed',
        left: 80,
        right: 81,
      },
    ]);
  });

  it('takes versions, times, equal durations, 64-bit texts and empty lists for the same', () => {
    const left = { version_info: '1', last_updated: 'a', timeout: '0.500s', max: '5', list: [] };
    expect(diffValues(left, { version_info: '2', last_updated: 'b', timeout: '0.5s', max: 5 })).toEqual([]);
  });

  it('stays linear: 40,000 changed elements are compared in a blink', () => {
    const list = (tag: string) => Array.from({ length: 40_000 }, (_, index) => ({ name: `h${index}`, tag }));
    const started = performance.now();
    expect(diffValues({ virtual_hosts: list('a') }, { virtual_hosts: list('b').reverse() })).toHaveLength(
      40_000,
    );
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('survives nesting that no message has', () => {
    let [left, right]: unknown[] = [1, 2];
    for (let depth = 0; depth < 5000; depth++) [left, right] = [{ a: left }, { a: right }];
    expect(() => diffValues(left, right)).not.toThrow();
  });
});
