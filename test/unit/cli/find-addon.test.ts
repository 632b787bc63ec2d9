import { describe, expect, it } from 'vitest';
import { ADDONS, type Addon } from '../../../src/cli/addons.ts';
import type { CommandContext } from '../../../src/cli/context.ts';
import { findAddon } from '../../../src/cli/find-addon.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type { MeshSource, ResourceQuery } from '../../../src/sources/source.ts';

const READY = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-23T02:00:00Z' }],
};

function pod(
  namespace: string,
  name: string,
  labels: Record<string, string>,
  status: object = READY,
): KubeObject {
  const spec = {
    nodeName: 'node-1',
    containers: [{ name: 'app', ports: [{ name: 'web', containerPort: 9091 }] }],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec, status };
}

/** A cluster of these objects, in which the given places may not be listed (`*`: all namespaces at once). */
function cluster(
  objects: readonly KubeObject[],
  closed: readonly string[] = [],
  addon: Addon = ADDONS.prometheus,
) {
  const asked: string[] = [];
  const source = {
    defaultNamespace: 'shop',
    resources: async ({ plural, namespace }: ResourceQuery) => {
      asked.push(`${plural} ${namespace ?? '*'}`);
      if (closed.includes(namespace ?? '*')) {
        const error = {
          code: 'Forbidden',
          asked: `${plural} in ${namespace ?? '*'}`,
          of: 'it',
          reason: 'forbidden',
        };
        return { ok: false, error };
      }
      const kind = plural === 'pods' ? 'Pod' : 'Service';
      const isThere = (one: KubeObject) => namespace === undefined || one.metadata.namespace === namespace;
      return { ok: true, value: objects.filter((one) => one.kind === kind && isThere(one)) };
    },
  } as unknown as MeshSource;
  const find = (globals: object = {}) =>
    findAddon(
      {
        globals,
        source: async () => source,
        istioNamespace: async () => 'istio-system',
      } as unknown as CommandContext,
      addon,
    );
  return { find, asked };
}

const PROMETHEUS = { 'app.kubernetes.io/name': 'prometheus' };

describe('the pod of an addon', () => {
  it('is that of the control plane namespace first, and of all namespaces last', async () => {
    const here = pod('istio-system', 'prometheus-a', PROMETHEUS);
    const [own, far] = [
      pod('shop', 'prometheus-b', PROMETHEUS),
      pod('monitoring', 'prometheus-c', PROMETHEUS),
    ];
    const first = cluster([here, own, far]);
    expect((await first.find()).first).toEqual({
      pod: { name: 'prometheus-a', namespace: 'istio-system' },
      port: 9090,
    });
    expect(first.asked).toEqual(['pods istio-system']);
    expect((await cluster([own, far]).find()).first.pod.name).toBe('prometheus-b');
    expect((await cluster([far]).find()).first.pod.name).toBe('prometheus-c');
  });

  it('is that of -n before any other, but under --compat', async () => {
    const all = cluster([
      pod('istio-system', 'prometheus-a', PROMETHEUS),
      pod('shop', 'prometheus-b', PROMETHEUS),
    ]);
    expect((await all.find({ namespace: 'shop' })).first.pod.name).toBe('prometheus-b');
    expect((await all.find({ namespace: 'shop', compat: true })).first.pod.name).toBe('prometheus-a');
  });

  it('is a ready one, also of another namespace than one that only runs', async () => {
    const all = cluster([
      pod('istio-system', 'prometheus-a', PROMETHEUS, { phase: 'Running' }),
      pod('shop', 'prometheus-b', PROMETHEUS),
    ]);
    expect((await all.find()).first.pod.name).toBe('prometheus-b');
    const one = await cluster([pod('istio-system', 'prometheus-a', PROMETHEUS, { phase: 'Running' })]).find();
    expect([one.first.pod.name, one.notes]).toEqual([
      'prometheus-a',
      ['prometheus-a.istio-system runs but is not ready'],
    ]);
  });

  it('is found by a Service of its name where its labels are others, at the port that the Service leads to', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'prometheus-server', namespace: 'monitoring' },
      spec: { selector: { team: 'sre' }, ports: [{ port: 80, targetPort: 'web' }] },
    };
    const found = await cluster([service, pod('monitoring', 'metrics-0', { team: 'sre' })]).find();
    expect(found.first).toEqual({ pod: { name: 'metrics-0', namespace: 'monitoring' }, port: 9091 });
    expect(found.what).toBe('Service prometheus-server in monitoring');
  });

  it('is not one of the other pods that some charts install with it', async () => {
    const parts = [
      pod('istio-system', 'prometheus-node-exporter-x', { app: 'prometheus', component: 'node-exporter' }),
      pod('istio-system', 'prometheus-server-x', { app: 'prometheus', component: 'server' }),
    ];
    expect((await cluster(parts).find()).first.pod.name).toBe('prometheus-server-x');
    const jaeger = ['collector', 'query'].map((component) =>
      pod('istio-system', `jaeger-${component}`, { app: 'jaeger', 'app.kubernetes.io/component': component }),
    );
    expect((await cluster(jaeger, [], ADDONS.jaeger).find()).first.pod.name).toBe('jaeger-query');
  });

  it('is followed by the next one of the same place alone', async () => {
    const objects = [
      pod('istio-system', 'prometheus-a', PROMETHEUS),
      pod('shop', 'prometheus-b', PROMETHEUS),
    ];
    const choice = await cluster(objects).find();
    objects.splice(0, 1);
    expect(await choice.next()).toEqual({ ok: true, value: undefined });
    objects.push(pod('istio-system', 'prometheus-z', PROMETHEUS));
    expect(await choice.next()).toMatchObject({ ok: true, value: { pod: { name: 'prometheus-z' } } });
  });

  it('that is going away or pending is named with its state', async () => {
    const leaving = pod('istio-system', 'prometheus-a', PROMETHEUS);
    const gone = { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: '2026-11-23T02:11:39Z' } };
    const pending = pod('shop', 'prometheus-b', PROMETHEUS, { phase: 'Pending' });
    await expect(cluster([gone, pending]).find()).rejects.toMatchObject({
      exitCode: 66,
      message: 'none of 2 pods runs',
      lines: [['state', 'prometheus-a.istio-system Terminating, prometheus-b.shop Pending']],
    });
  });

  it('that can not be looked for everywhere is not said to be nowhere', async () => {
    await expect(cluster([], ['*']).find()).rejects.toMatchObject({
      exitCode: 66,
      lines: [
        [
          'looked',
          expect.stringMatching(/^in istio-system, shop, by app\.kubernetes\.io\/name=prometheus, /),
        ],
        ['not', 'pods in *: forbidden'],
      ],
    });
    await expect(cluster([], ['*', 'istio-system', 'shop']).find()).rejects.toMatchObject({ exitCode: 77 });
    const own = cluster([pod('shop', 'prometheus-b', PROMETHEUS)], ['*', 'istio-system']);
    expect((await own.find()).first.pod.name).toBe('prometheus-b');
  });
});
