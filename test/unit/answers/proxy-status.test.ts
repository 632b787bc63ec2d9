import { describe, expect, test } from 'vitest';
import { meetsFailOn, parseFailOn } from '../../../src/answers/fail-on.ts';
import type { ProxyProblem } from '../../../src/answers/proxy-problem.ts';
import type { AskedIstiod } from '../../../src/answers/proxy-row.ts';
import { type ProxyStatusInputs, proxyStatus } from '../../../src/answers/proxy-status.ts';
import { mergedDocument } from '../../../src/answers/sync-document.ts';
import { mergeSync, type ProxySync, type SyncStatus } from '../../../src/istiod/sync.ts';
import { TYPE_URL } from '../../../src/istiod/xds-types.ts';
import type { ProxyPod } from '../../../src/kube/proxy-pod.ts';
import { MeshscopeError } from '../../../src/util/errors.ts';

const NOW = new Date('2026-11-23T02:11:39Z');
const SENT = '2026-11-23T02:10:00Z';

function proxy(name: string, status: SyncStatus, extra: Partial<ProxySync> = {}): ProxySync {
  return {
    proxyId: `${name}.shop`,
    cluster: 'demo',
    namespace: 'shop',
    version: '1.32.0',
    type: 'sidecar',
    istiod: 'istiod-a',
    types: [
      {
        typeUrl: TYPE_URL.listener,
        status,
        lastSent: SENT,
        error: status === 'ERROR' ? 'refused' : undefined,
      },
    ],
    ...extra,
  };
}

function istiod(proxies: readonly ProxySync[], name = 'istiod-a'): AskedIstiod {
  return { name, namespace: 'istio-system', sync: { istiod: name, istiodVersion: '1.32.1', proxies } };
}

const dead: AskedIstiod = {
  name: 'istiod-b',
  namespace: 'istio-system',
  failure: { code: 'Unreachable', reason: 'connection refused' },
};

function pod(name: string, extra: Partial<ProxyPod> = {}): ProxyPod {
  return {
    proxyId: `${name}.shop`,
    name,
    namespace: 'shop',
    type: 'sidecar',
    labels: {},
    phase: 'Running',
    created: '2026-11-23T02:01:49Z',
    ...extra,
  };
}

function statusOf(inputs: Partial<ProxyStatusInputs>) {
  return proxyStatus({
    now: NOW,
    envoyFilters: [],
    rootNamespace: 'istio-system',
    istiods: [],
    pods: [],
    ...inputs,
  });
}

const states = (inputs: Partial<ProxyStatusInputs>) =>
  statusOf(inputs).rows.map((row) => [row.proxy, row.state]);

describe('proxyStatus', () => {
  test('worst first: rejected, never connected, stale, version skew, then in sync', () => {
    const istiods = [
      istiod([
        proxy('a', 'SYNCED'),
        proxy('b', 'SYNCED', { version: '1.30.0' }),
        proxy('c', 'STALE'),
        proxy('d', 'ERROR'),
      ]),
    ];
    expect(states({ istiods, pods: [{ pod: pod('a') }, { pod: pod('e') }] })).toEqual([
      ['d.shop', 'rejected'],
      ['e.shop', 'never-connected'],
      ['c.shop', 'stale'],
      ['b.shop', 'version-skew'],
      ['a.shop', 'in-sync'],
    ]);
  });

  test('a pod that is not running says so, with what its proxy container waits for', () => {
    const waiting = { cluster: 'demo', pod: pod('a', { phase: 'Pending', waiting: 'ImagePullBackOff' }) };
    expect(statusOf({ istiods: [istiod([])], pods: [waiting] }).rows[0]?.problems[0]).toMatchObject({
      detail: 'pod is Pending (istio-proxy: ImagePullBackOff), no istiod knows it',
      since: '2026-11-23T02:01:49Z',
    });
  });

  test.each([
    ['pending, its proxy not tried yet', { phase: 'Pending', created: '2026-11-23T01:00:00Z' }, 'starting'],
    ['pending, pulling its image', { phase: 'Pending', waiting: 'ContainerCreating' }, 'starting'],
    ['not ready and young', { ready: false, created: '2026-11-23T02:10:40Z' }, 'starting'],
    ['not ready and a minute old', { ready: false, created: '2026-11-23T02:10:39Z' }, 'never-connected'],
    ['ready and young', { ready: true, created: '2026-11-23T02:11:30Z' }, 'never-connected'],
    ['not ready, of unknown age', { ready: false, created: undefined }, 'never-connected'],
  ])('a pod that is %s: %s', (_, extra, state) => {
    const answer = statusOf({ istiods: [istiod([])], pods: [{ pod: pod('a', extra) }] });
    expect(answer.rows).toMatchObject([{ state }]);
    const met = meetsFailOn(answer.rows, parseFailOn(['never-connected']), NOW);
    expect(met).toBe(state === 'never-connected');
  });

  test('one dead istiod makes missing proxies unknown and leaves the others as they are', () => {
    const istiods = [istiod([proxy('a', 'SYNCED')]), dead];
    const { rows } = statusOf({ istiods, pods: [{ pod: pod('a') }, { pod: pod('b') }] });
    expect(rows.map((row) => [row.proxy, row.state])).toEqual([
      ['b.shop', 'unknown'],
      ['a.shop', 'in-sync'],
    ]);
    expect(rows[0]?.problems[0]?.detail).toBe(
      'no istiod that answered knows it, but istiod-b did not answer',
    );
  });

  test('without any answer every proxy is unknown, none in sync', () => {
    const answer = statusOf({ istiods: [dead], pods: [{ pod: pod('a') }] });
    expect(answer).toMatchObject({
      inSync: 0,
      rows: [{ state: 'unknown', problems: [{ detail: 'no istiod answered' }] }],
    });
  });

  test('a status that istiod does not give is unknown, not in sync', () => {
    expect(
      states({ istiods: [istiod([proxy('a', 'UNKNOWN'), proxy('b', 'SYNCED', { types: [] })])] }),
    ).toEqual([
      ['a.shop', 'unknown'],
      ['b.shop', 'unknown'],
    ]);
  });

  test('a push sent a moment ago is mild', () => {
    const fresh = proxy('a', 'STALE', {
      types: [{ typeUrl: TYPE_URL.route, status: 'STALE', lastSent: '2026-11-23T02:11:30Z' }],
    });
    expect(statusOf({ istiods: [istiod([fresh])] }).rows[0]?.problems[0]).toMatchObject({
      kind: 'stale',
      mild: true,
    });
  });

  describe('ages', () => {
    const typed = (status: SyncStatus, extra: object) => {
      const types = [{ typeUrl: TYPE_URL.listener, status, lastSent: '2026-11-23T02:11:00Z', ...extra }];
      return statusOf({ istiods: [istiod([proxy('a', status, { types })])] }).rows[0]?.problems[0];
    };

    test('count from the last push, so that a push under way is no old fault; the text tells what was acknowledged', () => {
      const acked = { ackedPush: '2026-11-23T02:01:51Z', everAcked: true };
      expect(typed('STALE', acked)).toMatchObject({
        since: '2026-11-23T02:11:00Z',
        mild: false,
        detail: 'last acknowledged the push of 02:01:51Z (9m48s ago)',
      });
    });

    test('a rejected type that was never accepted has no beginning', () => {
      const problem = typed('ERROR', { error: 'refused', everAcked: false });
      expect(problem?.detail).toBe('refused; never accepted; last push 39s ago');
      expect(problem?.since).toBeUndefined();
    });

    test('a rejected type that was accepted before says when', () => {
      const acked = { error: 'refused', ackedPush: '2026-11-23T02:01:51Z', everAcked: true };
      expect(typed('ERROR', acked)).toMatchObject({
        since: '2026-11-23T02:11:00Z',
        detail: 'refused; last accepted the push of 02:01:51Z (9m48s ago)',
      });
    });
  });

  test.each([
    ['1.31.9', 'one minor version behind, supported', true],
    ['1.30.0', '2 minor versions behind, not supported', false],
    ['1.33.0', '1 minor version ahead, not supported', false],
    ['0.8.0', 'another major version, not supported', false],
  ])('version %s: %s', (version, words, mild) => {
    const [problem] =
      statusOf({ istiods: [istiod([proxy('a', 'SYNCED', { version })])] }).rows[0]?.problems ?? [];
    expect(problem).toMatchObject({
      kind: 'version-skew',
      detail: `proxy ${version}, istiod 1.32.1: ${words}`,
      mild,
    });
  });

  test.each(['1.32.9', 'dev', '', '65536.65536.65536'])('version %j is no skew', (version) => {
    expect(states({ istiods: [istiod([proxy('a', 'SYNCED', { version })])] })).toEqual([
      ['a.shop', 'in-sync'],
    ]);
  });

  test('filters by namespace and by revision of the pod', () => {
    const other = proxy('z', 'SYNCED', { proxyId: 'z.edge', namespace: 'edge' });
    const inputs = { istiods: [istiod([proxy('a', 'SYNCED'), proxy('b', 'SYNCED'), other])] };
    expect(states({ ...inputs, namespace: 'edge' })).toEqual([['z.edge', 'in-sync']]);
    const pods = [{ pod: pod('a', { revision: 'canary' }) }, { pod: pod('b', { revision: 'stable' }) }];
    expect(states({ ...inputs, namespace: 'shop', pods, revision: 'canary' })).toEqual([
      ['a.shop', 'in-sync'],
    ]);
  });

  test('the same pod name in two clusters is two proxies', () => {
    const istiods = [istiod([proxy('a', 'SYNCED'), proxy('a', 'STALE', { cluster: 'west' })])];
    const pods = ['demo', 'west', 'east'].map((cluster) => ({ cluster, pod: pod('a') }));
    expect(statusOf({ istiods, pods }).rows.map((row) => [row.cluster, row.state])).toEqual([
      ['east', 'never-connected'],
      ['west', 'stale'],
      ['demo', 'in-sync'],
    ]);
  });

  test('a difference in a SYNCED type is a state of its own; one that a stale type explains is not', () => {
    const differs: ProxyProblem = { kind: 'differs', types: ['LDS'], detail: 'listener x missing in Envoy' };
    const istiods = [istiod([proxy('a', 'SYNCED'), proxy('b', 'STALE')])];
    const differences = new Map([
      ['demo/a.shop', differs],
      ['demo/b.shop', differs],
    ]);
    const { rows } = statusOf({ istiods, differences });
    expect(
      rows.map((row) => [row.proxy, row.state, row.problems.map((problem) => problem.detail)]),
    ).toMatchObject([
      ['a.shop', 'differs', ['SYNCED, but listener x missing in Envoy']],
      ['b.shop', 'stale', [expect.any(String), 'listener x missing in Envoy']],
    ]);
  });
});

describe('--fail-on', () => {
  const rows = statusOf({ istiods: [istiod([proxy('a', 'STALE')])] }).rows;

  test.each([
    ['stale', true],
    ['stale>60s', true],
    ['stale > 99s', false],
    ['stale>2m', false],
    ['error', false],
    ['never-connected', false],
  ])('%s: %s', (rule, met) => {
    expect(meetsFailOn(rows, parseFailOn([rule]), NOW)).toBe(met);
  });

  test.each(['stael', 'stale>soon', 'stale<60s', '', 'toString'])(
    '%j is a usage error that shows the forms',
    (rule) => {
      expect(() => parseFailOn([rule])).toThrow(MeshscopeError);
      try {
        parseFailOn([rule]);
      } catch (error) {
        expect(error).toMatchObject({ exitCode: 64, hint: expect.stringContaining('stale>60s') });
      }
    },
  );
});

describe('mergedDocument', () => {
  const resource = (id: string, from: string) => ({
    node: { id, metadata: { CLUSTER_ID: 'demo', NAMESPACE: 'shop' } },
    from,
  });
  const asked = (name: string, lastSent: string, ids: string[]): AskedIstiod => ({
    name,
    namespace: 'istio-system',
    sync: {
      istiod: name,
      proxies: ids.map((id) =>
        proxy(id, 'SYNCED', {
          istiod: name,
          types: [{ typeUrl: TYPE_URL.route, status: 'SYNCED', lastSent }],
        }),
      ),
    },
    document: {
      nonce: name,
      resources: ids.map((id) => resource(`${id}.shop`, name)),
      typeUrl: 'istio.io/debug/syncz',
    },
  });

  test('one istiod: its document, untouched', () => {
    const one = asked('istiod-a', SENT, ['cart']);
    expect(mergedDocument([one], [], undefined)).toBe(one.document);
  });

  test('several: one document, each proxy once from the istiod that sent last', () => {
    const both = [
      asked('istiod-a', SENT, ['cart', 'search']),
      asked('istiod-b', '2026-11-23T02:11:00Z', ['cart']),
    ];
    const chosen = mergeSync(both.flatMap(({ sync }) => sync ?? []));
    expect(mergedDocument(both, chosen, undefined)).toEqual({
      nonce: 'istiod-a',
      resources: [resource('search.shop', 'istiod-a'), resource('cart.shop', 'istiod-b')],
      typeUrl: 'istio.io/debug/syncz',
    });
  });

  test('a namespace without proxies leaves the envelope', () => {
    expect(mergedDocument([asked('istiod-a', SENT, ['cart'])], [], 'edge')).toEqual({
      nonce: 'istiod-a',
      typeUrl: 'istio.io/debug/syncz',
    });
  });
});

describe('a proxy that is known by its own pages alone', () => {
  const recorded = [
    { proxyId: 'cart.shop', namespace: 'shop', cluster: 'demo', type: 'sidecar' as const, readable: true },
  ];

  test.each([
    ['unknown while there is no istiod', [], 'unknown', 'there is no istiod to ask'],
    ['unknown while an istiod is silent', [dead], 'unknown', 'no istiod answered'],
    ['never connected when all istiods answered', [istiod([])], 'never-connected', 'no istiod knows it'],
  ])('is %s', (_, istiods, state, detail) => {
    const { rows, inSync } = statusOf({ istiods, recorded });
    expect(rows).toMatchObject([{ proxy: 'cart.shop', type: 'sidecar', state }]);
    expect(rows[0]?.problems[0]?.detail).toContain(detail);
    expect(inSync).toBe(0);
  });

  test.each([
    [undefined, 'pods were not recorded; its pages could not be read'],
    [[], 'its pod was not recorded; its pages could not be read'],
  ])('whose pages could not be read is unknown (pods: %j)', (pods, detail) => {
    const unreadable = recorded.map((one) => ({ ...one, readable: false }));
    expect(statusOf({ istiods: [istiod([])], recorded: unreadable, pods }).rows).toMatchObject([
      { state: 'unknown', problems: [{ detail }] },
    ]);
  });

  test('comes once, and with the state that istiod tells', () => {
    const { rows } = statusOf({ istiods: [istiod([proxy('cart', 'SYNCED')])], recorded });
    expect(rows).toMatchObject([{ proxy: 'cart.shop', state: 'in-sync' }]);
  });

  test('is left out with other namespaces', () => {
    expect(statusOf({ istiods: [], recorded, namespace: 'edge' }).rows).toEqual([]);
  });
});
