import { expect, it } from 'vitest';
import { describeLive } from '../bench.ts';
import { inParallel } from '../servers/mesh/load-objects.ts';

describeLive('Kubernetes objects of a live cluster', (bench) => {
  it('answers every recorded kind with the recorded objects', async () => {
    const source = bench.open('admin');
    for (const { path, plural, items } of bench.mesh.objects()) {
      if (!['pods', 'services', 'virtualservices', 'destinationrules', 'envoyfilters'].includes(plural))
        continue;
      const group = path.startsWith('/apis/') ? (path.split('/')[2] ?? '') : '';
      const answer = await source.resources({ group, plural });
      const names = (answer.ok ? answer.value : []).map(
        ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
      );
      for (const { metadata } of items) expect(names).toContain(`${metadata.namespace}/${metadata.name}`);
    }
  });

  it('finds a kind that is not served in the preferred version of its group', async () => {
    const answer = await bench
      .open('admin')
      .resources({ group: 'networking.istio.io', plural: 'envoyfilters' });
    expect(answer.ok && answer.value[0]?.apiVersion).toBe('networking.istio.io/v1alpha3');
  });

  it('says that a kind is not installed', async () => {
    const source = bench.open('admin');
    const answer = await source.resources({ group: 'networking.istio.io', plural: 'widgets' });
    expect(answer.ok ? '' : answer.error.reason).toBe(
      'the cluster has no such kind: its CRD is not installed',
    );
  });

  it('reads a list of more than one page, sorted and without a missing part', async () => {
    await bench.admin.create('/api/v1/namespaces', { metadata: { name: 'paging' } });
    const names = Array.from({ length: 1_101 }, (_, index) => `settings-${String(index).padStart(4, '0')}`);
    await inParallel(names, (name) =>
      bench.admin.create('/api/v1/namespaces/paging/configmaps', { metadata: { name } }),
    );
    const answer = await bench
      .open('admin')
      .resources({ group: '', plural: 'configmaps', namespace: 'paging' });
    expect(answer.ok && answer.value.map(({ metadata }) => metadata.name)).toEqual(names);
    expect(answer.ok && answer.missing).toBe(undefined);
  });

  it('sends metadata alone where no more is asked for, and one object by its name', async () => {
    const source = bench.open('admin');
    const query = { group: '', plural: 'pods', namespace: 'shop' };
    const whole = await source.resources(query);
    const metadata = await source.resources({ ...query, metadataOnly: true });
    const names = (answer: typeof whole): string[] =>
      answer.ok ? answer.value.map((object) => object.metadata.name) : [];
    expect(names(metadata)).toEqual(names(whole));
    expect(names(whole).length).toBeGreaterThan(3);
    expect(metadata.ok && metadata.value.every((object) => object['spec'] === undefined)).toBe(true);
    const [name = ''] = names(whole);
    expect(names(await source.resources({ ...query, name }))).toEqual([name]);
    expect(names(await source.resources({ group: '', plural: 'namespaces', name: 'shop' }))).toEqual([
      'shop',
    ]);
    expect(names(await source.resources({ group: '', plural: 'namespaces', name: 'shoq' }))).toEqual([]);
  });

  it('says who may not list what, and the rule to ask for', async () => {
    const answer = await bench.open('shop-only').resources({ group: '', plural: 'pods' });
    expect(answer.ok ? undefined : answer.error).toMatchObject({
      code: 'Forbidden',
      asked: 'pods',
      reason: 'forbidden: list pods in all namespaces',
      rule: '{apiGroups: [""], resources: ["pods"], verbs: ["list"]} in a ClusterRole',
      next: expect.stringMatching(/^-n NAMESPACE asks for less; --print-rbac/),
    });
  });

  it('proposes no namespace for what lives in none', async () => {
    const kind = { group: 'admissionregistration.k8s.io', plural: 'mutatingwebhookconfigurations' };
    const answer = await bench.open('shop-only').resources(kind);
    expect(answer.ok ? undefined : answer.error).toMatchObject({
      code: 'Forbidden',
      next: expect.stringMatching(/^--print-rbac/),
    });
  });

  it('lists the proxies of one namespace for a user who may read nothing else', async () => {
    const answer = await bench.open('shop-only', { namespace: 'shop' }).proxies();
    const names = answer.ok ? answer.value.map(({ pod }) => pod.namespace) : [];
    expect([...new Set(names)]).toEqual(['shop']);
    expect(names.length).toBe(9);
  });

  it('acts as another user when told to', async () => {
    const source = bench.open('admin', { as: { user: 'nobody' } });
    const answer = await source.resources({ group: '', plural: 'pods' });
    expect(answer.ok ? '' : answer.error.reason).toBe('forbidden: list pods in all namespaces');
  });

  it("names the cluster as the mesh's control plane does", async () => {
    expect(await bench.open('admin').clusters()).toEqual(['demo']);
  });

  it('reads a log', async () => {
    const [pod] = bench.proxies.filter(({ name }) => name.startsWith('cart-'));
    if (pod === undefined) throw new Error('no cart proxy');
    const answer = await bench.open('admin').logs({ pod, container: 'istio-proxy' });
    const text = answer.ok ? Buffer.from(answer.value).toString('utf8') : answer.error.reason;
    const recorded = bench.mesh.logs('proxies', pod).get('istio-proxy') ?? '';
    expect(linesOf(text)).toEqual(linesOf(recorded));
  });
});

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
