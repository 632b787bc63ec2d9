import { describe, expect, it } from 'vitest';
import { type ProxyTrustInput, rootSets, rootSetsExitCode } from '../../../src/answers/root-sets.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { rootSetsText } from '../../../src/report/root-sets.ts';
import { makeCa, makeLeaf, type TestCertificate } from '../../helpers/certificates.ts';
import { fixtureJson } from '../../helpers/fixture.ts';
import { bundle, envoyTrust } from '../../helpers/secrets.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const oldRoot = makeCa({ to: '2036-01-01T00:00:00Z' });
const newRoot = makeCa({ to: '2036-06-01T00:00:00Z' });
const NONE = { ok: true, value: [] } as const;

function proxy(name: string, issuer: TestCertificate, roots: TestCertificate[], dates = {}): ProxyTrustInput {
  const leaf = makeLeaf(issuer, `spiffe://cluster.local/ns/shop/sa/${name}`, dates);
  return { proxy: { name, namespace: 'shop' }, result: envoyTrust(leaf.pem, bundle(...roots)) };
}

function configMap(namespace: string, ...roots: TestCertificate[]): KubeObject {
  const data = { 'root-cert.pem': bundle(...roots) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio-ca-root-cert', namespace }, data };
}

function text(answer: ReturnType<typeof rootSets>): string {
  return rootSetsText(answer, { color: false, width: Infinity, now: NOW });
}

describe('rootSets', () => {
  it('agrees on one root set, whose proxies are counted and not listed', () => {
    const inputs = ['cart', 'search', 'catalog'].map((name) => proxy(name, oldRoot, [oldRoot]));
    const answer = rootSets(inputs, { ok: true, value: [configMap('shop', oldRoot)] }, NOW);
    expect(answer).toMatchObject({
      verdict: 'agree',
      refusals: [],
      configMaps: { agreeing: 1, findings: [] },
    });
    expect(rootSetsExitCode(answer)).toBe(0);
    expect(text(answer)).toMatch(/^✔ All 3 proxies accept each other: one root set\n/);
    expect(text(answer)).not.toContain('search.shop');
  });

  it('agrees while a rotation leaves root sets that overlap', () => {
    const inputs = [proxy('cart', oldRoot, [oldRoot, newRoot]), proxy('search', oldRoot, [oldRoot])];
    const answer = rootSets(inputs, { ok: true, value: [configMap('shop', oldRoot)] }, NOW);
    expect(answer).toMatchObject({ verdict: 'agree', groups: [{ id: 'A' }, { id: 'B' }] });
    expect(text(answer)).toContain('All 2 proxies accept each other: 2 root sets that overlap');
  });

  it('names the odd proxy and each direction that fails', () => {
    const inputs = [
      proxy('cart', newRoot, [oldRoot, newRoot]),
      proxy('search', newRoot, [oldRoot, newRoot]),
      proxy('forgotten', oldRoot, [oldRoot]),
    ];
    const answer = rootSets(inputs, { ok: true, value: [configMap('shop', newRoot)] }, NOW);
    expect(answer.verdict).toBe('differ');
    expect(answer.refusals).toMatchObject([
      { by: ['B'], byProxies: 1, of: [{ name: 'cart' }, { name: 'search' }], reason: 'unknown-issuer' },
    ]);
    expect(rootSetsExitCode(answer)).toBe(1);
    expect(text(answer)).toContain(
      '✖ 1 proxy of root set B refuses cart.shop, search.shop: its chain ends at issuer',
    );
    expect(text(answer)).toMatch(/B +O=cluster\.local .* forgotten\.shop\n/);
  });

  it('names a proxy that every root set refuses, also its own', () => {
    const expired = { to: '2026-05-01T00:00:00Z' };
    const inputs = [proxy('cart', oldRoot, [oldRoot]), proxy('search', oldRoot, [oldRoot], expired)];
    expect(text(rootSets(inputs, NONE, NOW))).toContain(
      '✖ every proxy refuses search.shop: its certificate expired 2026-05-01T00:00:00Z\n',
    );
  });

  it('merges refusals with one cause whatever their dates', () => {
    const expired = (day: number) => ({ to: `2026-05-0${day}T00:00:00Z` });
    const inputs = [1, 2, 3, 4, 5].map((day) => proxy(`cart-${day}`, oldRoot, [oldRoot], expired(day)));
    const answer = rootSets(inputs, NONE, NOW);
    expect(answer.refusals).toHaveLength(1);
    expect(text(answer)).toContain(
      'cart-1.shop, cart-2.shop, cart-3.shop and 2 more: its certificate expired',
    );
  });

  it('never counts a proxy that could not be read as agreeing', () => {
    const gap: ProxyTrustInput = {
      proxy: { name: 'wishlist', namespace: 'shop' },
      result: { ok: false, reason: 'config_dump was not recorded' },
    };
    const answer = rootSets(
      [proxy('cart', oldRoot, [oldRoot]), gap],
      { ok: true, value: [configMap('shop', oldRoot)] },
      NOW,
    );
    expect(answer).toMatchObject({ verdict: 'agree', gaps: [{ proxy: { name: 'wishlist' } }] });
    expect(text(answer)).toContain('(1 not read)');
    expect(text(answer)).toContain('? wishlist.shop not read: config_dump was not recorded\n');
    expect(rootSets([gap], NONE, NOW).verdict).toBe('unknown');
    expect(text(rootSets([gap], NONE, NOW))).toMatch(/^\? No proxy's certificates could be read/);
  });
});

describe('ConfigMaps istio-ca-root-cert', () => {
  const mesh = [proxy('cart', oldRoot, [oldRoot, newRoot]), proxy('search', oldRoot, [oldRoot, newRoot])];
  const check = (...value: KubeObject[]) => rootSets(mesh, { ok: true, value }, NOW);

  it('may hold fewer roots than the proxies', () => {
    expect(check(configMap('shop', oldRoot), configMap('legacy', newRoot))).toMatchObject({
      verdict: 'agree',
      configMaps: { agreeing: 2, findings: [] },
    });
  });

  it('differ when no proxy trusts their root, which answers no', () => {
    const answer = check(configMap('shop', oldRoot), configMap('legacy', makeCa({ name: 'old mesh' })));
    expect(answer.configMaps).toMatchObject({
      agreeing: 1,
      findings: [{ namespace: 'legacy', state: 'differs' }],
    });
    expect(rootSetsExitCode(answer)).toBe(1);
    expect(text(answer)).toMatch(
      /✖ istio-ca-root-cert differs in namespace legacy: no proxy trusts its root O=old mesh \([0-9a-f]{8}\)/,
    );
  });

  it('differ when only an odd root set trusts them', () => {
    const inputs = [...mesh, proxy('forgotten', newRoot, [makeCa(), oldRoot, newRoot])];
    const stranger = makeCa({ name: 'stranger' });
    const odd = proxy('odd', oldRoot, [oldRoot, stranger]);
    const answer = rootSets([...inputs, odd], { ok: true, value: [configMap('shop', stranger)] }, NOW);
    expect(answer.configMaps.findings[0]?.detail).toContain('only proxies of root set');
  });

  it('are missed only where a proxy lives', () => {
    expect(check(configMap('legacy', oldRoot)).configMaps.findings).toMatchObject([
      { namespace: 'shop', state: 'missing' },
    ]);
  });

  it('are not called missing when only some could be listed', () => {
    const answer = rootSets(mesh, { ok: true, value: [], isPartial: true }, NOW);
    expect(answer.configMaps).toMatchObject({ checked: true, findings: [] });
  });

  it('are noted when they hold a root that no proxy trusts yet', () => {
    const answer = check(configMap('shop', oldRoot, makeCa({ name: 'next' })));
    expect(answer).toMatchObject({ verdict: 'agree', configMaps: { findings: [{ state: 'partly' }] } });
    expect(text(answer)).toMatch(/^! All 2 proxies/);
  });

  it('are named when they have expired or can not be read', () => {
    const expired = makeCa({ to: '2026-05-01T00:00:00Z' });
    const inputs = [proxy('cart', oldRoot, [oldRoot, expired])];
    const broken: KubeObject = { ...configMap('payments'), data: { 'root-cert.pem': 7 } };
    const garbage: KubeObject = { ...configMap('edge'), data: { 'root-cert.pem': 'none' } };
    const { findings } = rootSets(
      inputs,
      { ok: true, value: [configMap('shop', expired), broken, garbage] },
      NOW,
    ).configMaps;
    expect(findings.map(({ namespace, state }) => `${namespace} ${state}`)).toEqual([
      'edge unreadable',
      'payments unreadable',
      'shop expired',
    ]);
  });

  it('are read from a real object', () => {
    const object = fixtureJson('envoy/secrets/istio-ca-root-cert.shop.json') as KubeObject;
    expect(check(object).configMaps.findings).toMatchObject([{ namespace: 'shop', state: 'differs' }]);
  });

  it('that are not at hand are not called agreeing', () => {
    const answer = rootSets(mesh, { ok: false, reason: 'configmaps were not recorded' }, NOW);
    expect(answer).toMatchObject({ verdict: 'agree', configMaps: { checked: false } });
    expect(text(answer)).toContain('? istio-ca-root-cert not checked: configmaps were not recorded\n');
  });
});

describe('expiry', () => {
  it('names what expires first', () => {
    const answer = rootSets([proxy('cart', oldRoot, [oldRoot])], NONE, NOW);
    expect(answer.firstExpiry).toMatchObject({ role: 'workload', notAfter: '2027-01-01T00:00:00Z' });
  });

  it('warns of roots 90 days before, and of workload certificates that were not renewed', () => {
    const ending = makeCa({ to: '2026-08-01T00:00:00Z' });
    const late = { from: '2026-05-31T00:00:00Z', to: '2026-06-01T05:00:00Z' };
    const answer = rootSets(
      [proxy('cart', ending, [ending], late), proxy('search', ending, [ending])],
      NONE,
      NOW,
    );
    expect(answer.expiring).toMatchObject([
      { role: 'workload', name: 'spiffe://cluster.local/ns/shop/sa/cart', proxies: 1 },
      { role: 'root', name: 'O=cluster.local', proxies: 2 },
    ]);
    expect(text(answer)).toContain(
      'root certificate O=cluster.local trusted by 2 proxies ends 2026-08-01 (in 61d)',
    );
  });

  describe('a root that is not valid yet', () => {
    const early = makeCa({ from: '2026-06-02T00:00:00Z', to: '2036-01-01T00:00:00Z' });

    it('vouches for nobody, in the verdict, the table and the ConfigMaps', () => {
      const inputs = [proxy('cart', early, [early]), proxy('search', early, [early])];
      const answer = rootSets(inputs, { ok: true, value: [configMap('shop', early)] }, NOW);
      expect(answer.verdict).toBe('differ');
      expect(answer.configMaps.findings).toMatchObject([{ namespace: 'shop', state: 'not-yet-valid' }]);
      expect(rootSetsExitCode(answer)).toBe(1);
      expect(text(answer)).toContain('2036-01-01 (not valid before 2026-06-02T00:00:00Z)');
      expect(text(answer)).toContain('the root "O=cluster.local" is not valid before 2026-06-02T00:00:00Z');
    });

    it('is told, and what ends soon does not hide that it has not begun', () => {
      const brief = makeCa({ from: '2026-06-02T00:00:00Z', to: '2026-06-02T07:00:00Z' });
      const inputs = [proxy('cart', oldRoot, [oldRoot, brief]), proxy('search', oldRoot, [oldRoot, brief])];
      const answer = rootSets(inputs, { ok: true, value: [configMap('shop', oldRoot)] }, NOW);
      expect(answer.verdict).toBe('agree');
      expect(text(answer)).toMatch(
        /! root certificate O=cluster\.local trusted by 2 proxies is not valid before 2026-06-02T00:00:00Z: until then it vouches for nothing\n/,
      );
      expect(text(answer)).not.toContain('ends 2026-06-02');
    });
  });
});
