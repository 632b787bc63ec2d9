import { describe, expect, test } from 'vitest';
import type { PodRef } from '../../src/kube/pod-ref.ts';
import type { Answer, EnvoyPage, MeshSource } from '../../src/sources/source.ts';

/** What one source can be asked in the contract suite; everything else holds for every source. */
export interface ContractFacts {
  readonly now: string;
  readonly clusters: readonly string[];
  readonly istioNamespace: string | undefined;
  /** Envoys, ztunnels and istiods at hand. */
  readonly envoys: number;
  readonly ztunnels: number;
  readonly istiods: number;
  /** A proxy with pages, and which of them. */
  readonly envoy: { readonly pod: PodRef; readonly pages: readonly EnvoyPage[] };
  /** A listed proxy that gave no pages. */
  readonly silent?: PodRef;
  readonly ztunnel?: PodRef;
  /** Kinds that are there, with how many objects of each. */
  readonly kinds: readonly { readonly group: string; readonly plural: string; readonly count: number }[];
  /** A namespace that holds some but not all of the Services. */
  readonly namespace: string;
  /** A live cluster can be asked about everything, whether or not there is any of it. */
  readonly live?: boolean;
  /** Only some namespaces were gathered, and of istiod its debug pages alone. */
  readonly gathered?: boolean;
}

const JSON_PAGES: ReadonlySet<string> = new Set([
  'config_dump',
  'clusters',
  'certs',
  'listeners',
  'server_info',
  'memory',
]);

/** Names as only an attacker would give them. */
const HOSTILE_NAMES = [
  '',
  '.',
  '..',
  '../../../etc/passwd',
  '%2e%2e',
  'a\0b',
  '__proto__',
  'constructor',
  '*',
  'x'.repeat(5000),
];

/** States what every source must do, for one source that `open` opens anew for each test. */
export function describeContract(name: string, facts: ContractFacts, open: () => Promise<MeshSource>): void {
  const using = (body: (source: MeshSource) => Promise<void>) => async (): Promise<void> => {
    const source = await open();
    try {
      await body(source);
    } finally {
      await source.close();
    }
  };
  describe(`${name} keeps the source contract`, () => {
    describeWhole(facts, using);
    describeObjects(facts, using);
    describeProxies(facts, using);
    describeIstiod(facts, using);
  });
}

type Using = (body: (source: MeshSource) => Promise<void>) => () => Promise<void>;

function describeWhole(facts: ContractFacts, using: Using): void {
  test(
    'says when and of what it is',
    using(async (source) => {
      expect(source.label).not.toBe('');
      expect(source.now.toISOString()).toBe(facts.now);
      expect(source.istioNamespace).toBe(facts.istioNamespace);
      expect(await source.clusters()).toEqual(facts.clusters);
    }),
  );
  test(
    'names as capabilities what it can be asked',
    using(async (source) => {
      expect(source.capabilities.has('kubernetes')).toBe(facts.kinds.length > 0);
      expect(source.capabilities.has('istiod')).toBe(facts.istiods > 0);
      expect(source.capabilities.has('envoy')).toBe(facts.envoys > 0);
      expect(source.capabilities.has('ztunnel')).toBe(facts.live === true || facts.ztunnels > 0);
    }),
  );
  test(
    'can be closed twice',
    using(async (source) => {
      await source.close();
      await source.close();
    }),
  );
}

function describeObjects(facts: ContractFacts, using: Using): void {
  test(
    'gives all objects of a kind, sorted by namespace and name',
    using(async (source) => {
      for (const { group, plural, count } of facts.kinds) {
        const objects = answered(await source.resources({ group, plural }));
        expect(objects.length, plural).toBe(count);
        const keys = objects.map((object) => `${object.metadata.namespace ?? ''}\0${object.metadata.name}`);
        expect(keys, plural).toEqual([...keys].sort());
        for (const object of objects) {
          expect(object.kind, plural).not.toBe('');
          expect(object.apiVersion.includes('/'), plural).toBe(group !== '');
        }
      }
    }),
  );
  test(
    'gives the objects of one namespace as a part of all',
    using(async (source) => {
      const all = answered(await source.resources({ group: '', plural: 'services' }));
      const some = answered(
        await source.resources({ group: '', plural: 'services', namespace: facts.namespace }),
      );
      expect(some.length).toBeGreaterThan(0);
      expect(some.length).toBeLessThan(all.length);
      expect(some).toEqual(all.filter((object) => object.metadata.namespace === facts.namespace));
    }),
  );
  test(
    'gives the object of a name alone, in one namespace and in all, and none for a name that is not there',
    using(async (source) => {
      const all = answered(await source.resources({ group: '', plural: 'services' }));
      const [wanted] = all.filter(({ metadata }) => metadata.namespace === facts.namespace);
      if (wanted === undefined) throw new Error('no service');
      const { name } = wanted.metadata;
      const query = { group: '', plural: 'services', name };
      expect(answered(await source.resources({ ...query, namespace: facts.namespace }))).toEqual([wanted]);
      expect(answered(await source.resources(query))).toEqual(
        all.filter(({ metadata }) => metadata.name === name),
      );
      expect(answered(await source.resources({ ...query, name: 'not-there' }))).toEqual([]);
    }),
  );
  test(
    'gives an empty list for a namespace without objects, unless it may have been left out',
    using(async (source) => {
      const answer = await source.resources({ group: '', plural: 'services', namespace: 'nowhere' });
      if (facts.gathered === true) expectFailure(answer);
      else expect(answered(answer)).toEqual([]);
    }),
  );
  test(
    'answers an unknown kind or cluster with a failure, never with an empty list',
    using(async (source) => {
      expectFailure(await source.resources({ group: 'nowhere.example', plural: 'things' }));
      expectFailure(await source.resources({ group: '', plural: 'services', cluster: 'elsewhere' }));
      for (const text of HOSTILE_NAMES.slice(1)) {
        expectFailure(await source.resources({ group: text, plural: text }));
        expectFailure(await source.resources({ group: '', plural: text }));
      }
    }),
  );
}

function describeProxies(facts: ContractFacts, using: Using): void {
  test(
    'lists each proxy once, sorted, with its cluster',
    using(async (source) => {
      const proxies = answered(await source.proxies());
      expect(proxies.filter((proxy) => proxy.kind === 'envoy')).toHaveLength(facts.envoys);
      expect(proxies.filter((proxy) => proxy.kind === 'ztunnel')).toHaveLength(facts.ztunnels);
      const keys = proxies.map(({ pod }) => `${pod.namespace}\0${pod.name}`);
      expect(keys).toEqual([...new Set(keys)].sort());
      for (const { pod } of proxies) expect(facts.clusters).toContain(pod.cluster);
    }),
  );
  test(
    'gives the pages of an Envoy in their formats, twice the same',
    using(async (source) => {
      for (const page of facts.envoy.pages) {
        const [bytes, again] = await Promise.all([
          source.envoy(facts.envoy.pod, page),
          source.envoy(facts.envoy.pod, page),
        ]);
        expect(answered(again)).toEqual(answered(bytes));
        const text = Buffer.from(answered(bytes)).toString('utf8');
        if (JSON_PAGES.has(page)) expect(JSON.parse(text), page).toBeTypeOf('object');
        if (page === 'stats') expect(text).toContain('# TYPE envoy_cluster');
        if (page === 'config_dump') expect(text).toContain('EndpointsConfigDump');
      }
    }),
  );
  test(
    'gives the config_dump of a ztunnel',
    using(async (source) => {
      if (facts.ztunnel === undefined) return;
      const dump: unknown = JSON.parse(
        Buffer.from(answered(await source.ztunnel(facts.ztunnel, 'config_dump'))).toString(),
      );
      expect(dump).toHaveProperty('workloads');
    }),
  );
  test(
    'says why a listed proxy gave nothing',
    using(async (source) => {
      if (facts.silent === undefined) return;
      const proxies = answered(await source.proxies());
      expect(proxies.map(({ pod }) => pod.name)).toContain(facts.silent.name);
      expectFailure(await source.envoy(facts.silent, 'config_dump'));
    }),
  );
  test(
    'answers an unknown pod, container or cluster with a failure',
    using(async (source) => {
      for (const name of HOSTILE_NAMES) {
        const pod = { name, namespace: name };
        expectFailure(await source.envoy(pod, 'config_dump'));
        expectFailure(await source.ztunnel(pod, 'config_dump'));
        expectFailure(await source.logs({ pod, container: 'istio-proxy' }));
        expectFailure(await source.logs({ pod: facts.envoy.pod, container: name }));
      }
      expectFailure(await source.envoy({ ...facts.envoy.pod, cluster: 'elsewhere' }, 'config_dump'));
    }),
  );
  test(
    'gives the log of a proxy',
    using(async (source) => {
      const log = answered(await source.logs({ pod: facts.envoy.pod, container: 'istio-proxy' }));
      expect(Buffer.from(log).toString()).toContain('xdsproxy');
      expectFailure(await source.logs({ pod: facts.envoy.pod, container: 'istio-proxy', previous: true }));
    }),
  );
}

function describeIstiod(facts: ContractFacts, using: Using): void {
  test(
    'asks every istiod and keeps its answer apart',
    using(async (source) => {
      const replies = await source.istiod({ channel: 'debug', name: 'syncz' });
      expect(replies).toHaveLength(facts.istiods);
      for (const { istiod, answer } of replies) {
        expect(istiod.namespace).toBe(facts.istioNamespace);
        expect(JSON.parse(Buffer.from(answered(answer)).toString())).toBeInstanceOf(Array);
      }
      const metrics = await source.istiod({ channel: 'metrics', name: '' });
      for (const { answer } of facts.gathered === true ? [] : metrics)
        expect(Buffer.from(answered(answer)).toString()).toContain('pilot_');
    }),
  );
  test(
    'answers an unknown page with one failure an istiod',
    using(async (source) => {
      for (const name of HOSTILE_NAMES) {
        for (const channel of ['debug', 'xds', 'controlz'] as const) {
          const replies = await source.istiod({ channel, name, proxy: { name, namespace: name } });
          expect(replies).toHaveLength(facts.istiods);
        }
        for (const { answer } of await source.istiod({ channel: 'debug', name })) expectFailure(answer);
      }
    }),
  );
}

function answered<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.error.asked}: ${answer.error.code}: ${answer.error.reason}`);
  return answer.value;
}

function expectFailure(answer: Answer<unknown>): void {
  expect(answer.ok).toBe(false);
  if (answer.ok) return;
  expect(['NotRecorded', 'NotFound']).toContain(answer.error.code);
  expect(answer.error.asked).not.toBe('');
  expect(answer.error.of).not.toBe('');
  expect(answer.error.reason).not.toBe('');
}
