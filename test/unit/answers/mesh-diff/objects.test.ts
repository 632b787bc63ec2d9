import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffObjects, type KindList, type ObjectsDiff } from '../../../../src/answers/mesh-diff/objects.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { fixtureJson } from '../../../helpers/fixture.ts';
import { mutate, places } from '../../../helpers/mutate.ts';
import { object } from '../../../helpers/objects.ts';

function list(objects: readonly KubeObject[], isWhole = true): KindList {
  return { objects, isWhole: () => isWhole };
}

function diff(
  left: readonly KubeObject[] | KindList,
  right: readonly KubeObject[] | KindList,
  sameCluster = true,
): ObjectsDiff {
  const side = (one: readonly KubeObject[] | KindList): KindList => ('objects' in one ? one : list(one));
  return diffObjects([{ kind: 'things', left: side(left), right: side(right) }], [], sameCluster);
}

const cart = (spec: Record<string, unknown>, metadata: Record<string, unknown> = {}): KubeObject =>
  object('Deployment', 'shop/cart', spec, { uid: 'one', ...metadata });

const changesOf = ({ changes }: ObjectsDiff) => changes.flatMap((change) => change.changes);

describe('an object', () => {
  test('that one side lacks was added or removed', () => {
    expect(diff([cart({})], [])).toMatchObject({ counts: { removed: 1 }, same: 0 });
    expect(diff([], [cart({})])).toMatchObject({ counts: { added: 1 }, changes: [{ what: 'added' }] });
  });

  test('that is missing in a list that may lack some is neither', () => {
    const partial = diff([cart({})], list([], false));
    expect(partial.changes).toEqual([]);
    expect(partial.notCompared).toEqual([
      { kind: 'things', side: 'right', why: 'the second side may lack some', partly: true },
    ]);
  });

  test('is the same whatever the API server notes of it', () => {
    const noted = cart(
      { replicas: 2 },
      {
        resourceVersion: '2',
        generation: 3,
        managedFields: [{ manager: 'kubectl' }],
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
          'deployment.kubernetes.io/revision': '2',
        },
      },
    );
    const result = diff([cart({ replicas: 2 })], [noted]);
    expect(result).toMatchObject({ same: 1, changes: [] });
  });

  test('is the same when only heartbeats and times of its status differ', () => {
    const node = (beat: string, ready: string): KubeObject => ({
      ...object('Node', '/a'),
      status: {
        conditions: [{ type: 'Ready', status: ready, lastHeartbeatTime: beat, lastTransitionTime: beat }],
        images: [{ names: [beat] }],
      },
    });
    expect(diff([node('1', 'True')], [node('2', 'True')]).same).toBe(1);
    expect(changesOf(diff([node('1', 'True')], [node('2', 'False')]))).toEqual([
      { path: 'status.conditions[Ready].status', change: 'changed', from: 'True', to: 'False' },
    ]);
  });

  test('of another version of its group is the same', () => {
    const beta = { ...cart({ replicas: 2 }), apiVersion: 'apps/v1beta1' };
    expect(diff([{ ...cart({ replicas: 2 }), apiVersion: 'apps/v1' }], [beta]).same).toBe(1);
  });

  test('with another UID was recreated, in the same cluster alone', () => {
    const [before, after] = [cart({ replicas: 2 }), cart({ replicas: 2 }, { uid: 'two' })];
    expect(diff([before], [after])).toMatchObject({
      counts: { recreated: 1 },
      changes: [{ what: 'recreated' }],
    });
    expect(diff([before], [after], false)).toMatchObject({ same: 1, changes: [] });
    expect(diff([before], [cart({ replicas: 3 }, { uid: 'two' })]).changes).toMatchObject([
      { what: 'changed', recreated: true, changes: [{ path: 'spec.replicas', from: 2, to: 3 }] },
    ]);
  });

  test('says what makes it where that is a controller', () => {
    const pod = {
      ...object('Pod', 'shop/cart-abc-x', {}, { labels: { 'pod-template-hash': 'abc' } }),
    };
    const owned = {
      ...pod,
      metadata: {
        ...pod.metadata,
        ownerReferences: [{ kind: 'ReplicaSet', name: 'cart-abc', controller: true, uid: '1' }],
      },
    };
    expect(diff([owned], []).changes[0]?.owner).toEqual({
      kind: 'Deployment',
      namespace: 'shop',
      name: 'cart',
    });
    expect(diff([object('Endpoints', 'shop/cart')], []).changes[0]?.owner).toMatchObject({ kind: 'Service' });
    expect(diff([object('Pod', 'shop/alone')], []).changes[0]?.owner).toBeUndefined();
  });

  test("of Istio comes before others, whatever their names' order", () => {
    const istio = { ...object('VirtualService', 'z/z'), apiVersion: 'networking.istio.io/v1' };
    const { changes } = diff([object('Deployment', 'a/a'), istio], []);
    expect(changes.map(({ resource }) => resource.kind)).toEqual(['VirtualService', 'Deployment']);
  });
});

describe('elements of lists', () => {
  test('are told by what the field calls them, wherever they stand', () => {
    const env = (...names: string[]) => ({
      containers: [{ name: 'app', env: names.map((name) => ({ name, value: name })) }],
    });
    expect(changesOf(diff([cart(env('A', 'B'))], [cart(env('C', 'A', 'B'))]))).toEqual([
      { path: 'spec.containers[app].env[C]', change: 'added', to: { name: 'C', value: 'C' } },
    ]);
  });

  test('without a name are told by their place when as many are left on both sides', () => {
    const routes = (timeout: string) => ({ http: [{ match: [{ uri: { prefix: '/' } }], timeout }] });
    expect(changesOf(diff([cart(routes('2s'))], [cart(routes('9s'))]))).toEqual([
      { path: 'spec.http[0].timeout', change: 'changed', from: '2s', to: '9s' },
    ]);
  });

  test('in another order are said to have moved, but for what an object reports of itself', () => {
    const hosts = (...names: string[]) => cart({ hosts: names });
    expect(changesOf(diff([hosts('a', 'b')], [hosts('b', 'a')]))).toEqual([
      { path: 'spec.hosts', change: 'moved' },
    ]);
    const reported = (...ips: string[]) => ({ ...cart({}), status: { ips: ips.map((ip) => ({ ip })) } });
    expect(diff([reported('1', '2')], [reported('2', '1')]).same).toBe(1);
  });

  test('that are volumes with a name of chance are the same', () => {
    const pod = (end: string) =>
      cart({
        volumes: [{ name: `kube-api-access-${end}`, projected: {} }],
      });
    const { changes } = diff([pod('abcde')], [pod('fghij')]);
    expect(changes).toEqual([]);
  });
});

const name = fc.constantFrom(
  'name',
  'type',
  'key',
  'value',
  'port',
  'hosts',
  '__proto__',
  'constructor',
  'a.b/c',
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>('a', 'b', '', 0, 1, true, null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(name, tie('json'), { maxKeys: 4 }),
  ),
}));
const spec = fc.dictionary(name, json, { maxKeys: 4 });
const objects = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), spec, fc.constantFrom('1', '2')), {
    selector: ([id]) => id,
    maxLength: 4,
  })
  .map((all) => all.map(([id, own, uid]) => object('Thing', `shop/${id}`, own, { uid })));

describe('whatever is changed in an object of the shop mesh', () => {
  const lists = [
    'apps/v1/deployments',
    'core/v1/services',
    'networking.istio.io/v1/virtualservices',
    'security.istio.io/v1/authorizationpolicies',
    'core/v1/pods',
  ].map(
    (name) =>
      (fixtureJson(`meshes/shop/clusters/demo/kubernetes/${name}.json`) as { items: KubeObject[] }).items,
  );

  test('is found there, and nothing else', () => {
    const how = fc.constantFrom('add' as const, 'remove' as const);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), how, (list, at, place, kind) => {
        const before = lists[list % lists.length] ?? [];
        const index = at % before.length;
        const own = before[index]?.['spec'];
        const spec = mutate(own, place % places(own), kind);
        const after = before.map((one, i) => (i === index ? { ...one, spec } : one));
        const seen = diff(before, after);
        // An empty list is the same as none.
        const isNone = JSON.stringify(withoutEmpty(spec)) === JSON.stringify(withoutEmpty(own));
        expect(seen.counts).toMatchObject({ added: 0, removed: 0, changed: isNone ? 0 : 1 });
        for (const { resource, changes } of seen.changes) {
          expect(resource.name).toBe(before[index]?.metadata.name);
          for (const { path } of changes) expect(path).toMatch(/^spec/);
        }
      }),
      { numRuns: 300 },
    );
  });

  function withoutEmpty(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutEmpty);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).filter(
      ([, one]) => !(Array.isArray(one) && one.length === 0) && one !== null,
    );
    return Object.fromEntries(members.map(([key, one]) => [key, withoutEmpty(one)]));
  }
});

describe('whatever the objects are', () => {
  test('a mesh does not differ from itself', () => {
    fc.assert(
      fc.property(objects, (all) => {
        const copy = structuredClone(all);
        expect(diff(all, copy)).toMatchObject({ changes: [], same: all.length });
      }),
    );
  });

  test('the comparison from the other side is its mirror image', () => {
    const mirrored = {
      added: 'removed',
      removed: 'added',
      changed: 'changed',
      moved: 'moved',
      recreated: 'recreated',
    };
    fc.assert(
      fc.property(objects, objects, (left, right) => {
        const seen = diff(left, right);
        const back = diff(right, left);
        expect(back.changes.map(({ what, resource }) => [what, resource.name])).toEqual(
          seen.changes.map(({ what, resource }) => [mirrored[what], resource.name]),
        );
        expect(back.changes.map(({ changes }) => changes.length)).toEqual(
          seen.changes.map(({ changes }) => changes.length),
        );
      }),
    );
  });
});
