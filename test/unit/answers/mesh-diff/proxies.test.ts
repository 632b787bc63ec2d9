import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffProxies, type ProxiesDiff } from '../../../../src/answers/mesh-diff/proxies.ts';
import type { ProxySide } from '../../../../src/answers/mesh-diff/proxy-pairs.ts';
import { PROBLEM_KINDS } from '../../../../src/answers/proxy-problem.ts';
import type { ProxyRow } from '../../../../src/answers/proxy-row.ts';

function row(name: string, state: ProxyRow['state'] = 'in-sync', extra: Partial<ProxyRow> = {}): ProxyRow {
  const problems = state === 'in-sync' ? [] : [{ kind: state, types: ['LDS'], detail: `it is ${state}` }];
  const proxy = `${name}.shop`;
  return {
    proxy,
    cluster: 'demo',
    namespace: 'shop',
    type: 'sidecar',
    state,
    problems,
    version: '1.31.0',
    types: [],
    ...extra,
  };
}

function side(rows: readonly ProxyRow[], extra: Partial<ProxySide> = {}): ProxySide {
  return { rows, isWhole: true, workloadOf: () => undefined, ...extra };
}

function diff(left: readonly ProxyRow[], right: readonly ProxyRow[]): ProxiesDiff {
  return diffProxies(side(left), side(right)).diff;
}

describe('a proxy', () => {
  test.each([
    ['worse off', 'in-sync', 'rejected', 'worse'],
    ['better off', 'never-connected', 'in-sync', 'better'],
    ['worse off in another way', 'stale', 'rejected', 'worse'],
  ] as const)('is %s', (_, before, after, what) => {
    expect(diff([row('a', before)], [row('a', after)]).changes).toMatchObject([
      { what, before: { state: before }, after: { state: after } },
    ]);
  });

  test('of another version is neither', () => {
    const { changes } = diff([row('a')], [row('a', 'in-sync', { version: '1.32.0' })]);
    expect(changes).toMatchObject([
      { what: 'other', before: { version: '1.31.0' }, after: { version: '1.32.0' } },
    ]);
  });

  test('with a push under way is in the same state', () => {
    const stale = row('a', 'stale');
    const mild = { ...stale, problems: stale.problems.map((one) => ({ ...one, mild: true })) };
    expect(diff([row('a')], [mild])).toMatchObject({ same: 1, changes: [] });
  });

  test('of which a side knows nothing is neither the same nor worse off', () => {
    expect(diff([row('a')], [row('a', 'unknown')])).toMatchObject({ same: 0, unknown: 1, changes: [] });
  });

  test('that istiod told of on one side, and its own Envoy on the other, is not comparable', () => {
    const [told, own] = [row('a', 'rejected'), row('a', 'rejected')];
    const itself = {
      ...own,
      problems: [...own.problems, { kind: 'unknown' as const, types: [], detail: '' }],
    };
    expect(diff([told], [itself])).toMatchObject({ unknown: 1, changes: [] });
    expect(diff([itself], [itself])).toMatchObject({ same: 1 });
  });

  test('that one side alone has is new or gone, where the other side knows all of them', () => {
    expect(diff([row('a')], [row('b')]).changes).toMatchObject([{ what: 'new' }, { what: 'gone' }]);
    const partial = diffProxies(side([row('a')]), side([], { isWhole: false })).diff;
    expect(partial).toMatchObject({ changes: [], unknown: 1, notCompared: [{ side: 'right' }] });
  });

  test('stands for the pod of its workload whose place it took', () => {
    const { diff: seen, pairs } = diffProxies(
      side([row('cart-v1-db9689b57-djzwj')]),
      side([row('cart-v1-6fc8445995-dw565', 'rejected')]),
    );
    expect(seen.changes).toMatchObject([
      { what: 'worse', replaced: true, before: { proxy: 'cart-v1-db9689b57-djzwj.shop' } },
    ]);
    expect(pairs).toMatchObject([{ replaced: true }]);
  });

  test('stands for no pod of another workload that looks like it', () => {
    const workloadOf = ({ proxy }: ProxyRow): string => (proxy.startsWith('cart-v1') ? 'v1' : 'v2');
    const { pairs } = diffProxies(
      side([row('cart-v1-aaaaa')], { workloadOf }),
      side([row('cart-v2-aaaaa')], { workloadOf }),
    );
    expect(pairs).toEqual([]);
  });

  test('of another cluster with the same name is another one', () => {
    const east = row('a', 'in-sync', { cluster: 'east' });
    const west = row('a', 'rejected', { cluster: 'west' });
    expect(diff([east, west], [west, east])).toMatchObject({ same: 2, changes: [] });
    // Each side has one cluster, whatever it is called.
    expect(diff([east], [west]).changes).toMatchObject([{ what: 'worse' }]);
  });
});

const rows = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom('a-11111', 'a-22222', 'b-11111', 'c-0', 'c-1'),
      fc.constantFrom(...PROBLEM_KINDS, 'in-sync' as const),
    ),
    { selector: ([name]) => name },
  )
  .map((all) => all.map(([name, state]) => row(name, state)));

test('a side does not differ from itself, and the comparison from the other side is the mirror image', () => {
  fc.assert(
    fc.property(rows, rows, (left, right) => {
      expect(diff(left, left).changes).toEqual([]);
      const [seen, back] = [diff(left, right).counts, diff(right, left).counts];
      expect(back).toEqual({
        worse: seen.better,
        better: seen.worse,
        new: seen.gone,
        gone: seen.new,
        other: seen.other,
      });
    }),
  );
});
