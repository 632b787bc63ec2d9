import { describe, expect, it } from 'vitest';
import type { CommandContext, Gap } from '../../../src/cli/context.ts';
import { readMeshObjects } from '../../../src/cli/mesh-objects.ts';
import type { MeshSource, ResourceQuery } from '../../../src/sources/source.ts';
import type { SourceErrorCode } from '../../../src/sources/source-error.ts';
import { object } from '../../helpers/objects.ts';

/** A cluster that answers as `refuse` says, with a note of every question. */
function cluster(
  refuse: (query: ResourceQuery) => SourceErrorCode | undefined,
  globals: Partial<CommandContext['globals']> = {},
) {
  const asked: ResourceQuery[] = [];
  const gaps: Gap[] = [];
  const source: Partial<MeshSource> = {
    kind: 'cluster',
    istioNamespace: 'istio-system',
    istiod: async () => [],
    resources: async (query) => {
      asked.push(query);
      const code = refuse(query);
      if (code === undefined) {
        const namespace = query.namespace ?? 'everywhere';
        return { ok: true, value: [object('Any', `${namespace}/${query.plural}`)] };
      }
      return { ok: false, error: { code, asked: query.plural, of: 'test', reason: `refused: ${code}` } };
    },
  };
  const context = {
    globals: { allNamespaces: false, ...globals },
    terminal: { progress: () => {} },
    source: async () => source,
    istioNamespace: async () => 'istio-system',
    gap: (gap: Gap) => gaps.push(gap),
  } as unknown as CommandContext;
  return { context, asked, gaps };
}

const SHOP = { namespace: 'shop' };

describe('objects of a live mesh', () => {
  it('are read of the whole cluster', async () => {
    const { context, gaps } = cluster(() => undefined);
    const { objects, only } = await readMeshObjects(context, SHOP);
    expect(objects.knows('virtualServices')).toBe(true);
    expect([only, gaps]).toEqual([undefined, []]);
  });

  it('are asked of two namespaces and never of the whole cluster with -n', async () => {
    const { context, asked, gaps } = cluster(() => undefined, { namespace: 'shop' });
    const { objects, only } = await readMeshObjects(context, SHOP);
    expect(only).toEqual(['shop', 'istio-system']);
    expect(new Set(asked.map(({ namespace }) => namespace))).toEqual(new Set(['shop', 'istio-system']));
    expect([objects.knows('services', 'shop'), objects.knows('services', 'other')]).toEqual([true, false]);
    expect(objects.knows('namespaces')).toBe(false);
    expect(gaps).toEqual([]);
  });

  it('are read of two namespaces where the whole is forbidden, with one gap for all kinds', async () => {
    const { context, gaps } = cluster(({ namespace }) => (namespace === undefined ? 'Forbidden' : undefined));
    const { objects } = await readMeshObjects(context, SHOP);
    expect(objects.all('services').map(({ metadata }) => metadata.namespace)).toEqual([
      'shop',
      'istio-system',
    ]);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.why).toMatch(
      /^listing .*services.* of the whole cluster is forbidden; shop and istio-system were read$/,
    );
  });

  it('that can not be read are named, and not taken for absent', async () => {
    const { context, gaps } = cluster(({ plural, namespace }) =>
      plural === 'peerauthentications' && namespace !== 'shop' ? 'Forbidden' : undefined,
    );
    const { objects } = await readMeshObjects(context, SHOP);
    expect(objects.knows('peerAuthentications', 'shop')).toBe(true);
    expect(objects.knows('peerAuthentications', 'istio-system')).toBe(false);
    expect(gaps.map(({ what }) => what)).toContain('peerauthentications of istio-system');
  });

  it('of a kind that the cluster does not serve are none', async () => {
    const { context, gaps } = cluster(({ plural }) => (plural === 'httproutes' ? 'NotFound' : undefined));
    const { objects } = await readMeshObjects(context, SHOP);
    expect([objects.knows('httpRoutes'), objects.all('httpRoutes'), gaps]).toEqual([true, [], []]);
  });

  it('are not known when the cluster does not answer', async () => {
    const { context, gaps } = cluster(({ plural }) => (plural === 'services' ? 'Unreachable' : undefined));
    const { objects } = await readMeshObjects(context, SHOP);
    expect(objects.knows('services', 'shop')).toBe(false);
    expect(gaps).toMatchObject([{ what: 'services', why: 'refused: Unreachable' }]);
  });
});
