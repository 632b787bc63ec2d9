import { describe, expect, it } from 'vitest';
import { reportCertificates, silentProxies } from '../../../../src/answers/mesh-report/certificates.ts';
import { objectCertificates } from '../../../../src/answers/mesh-report/object-certificates.ts';
import { envoyCertificates } from '../../../../src/answers/mesh-report/proxy-certificates.ts';
import type { ProxyRow } from '../../../../src/answers/proxy-row.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { makeCa, makeCertificate, makeLeaf } from '../../../helpers/certificates.ts';

const now = new Date('2026-06-01T00:00:00Z');
const root = makeCa({ serial: '0a01', to: '2036-01-01T00:00:00Z' });
const DAY = { valid_from: '2026-05-31T12:00:00Z', expiration_time: '2026-06-01T12:00:00Z' };
const CA = {
  serial_number: 'a01',
  valid_from: '2026-01-01T00:00:00Z',
  expiration_time: '2036-01-01T00:00:00Z',
};

function page(...entries: unknown[]): unknown {
  return { certificates: entries };
}

function object(kind: string, name: string, rest: Record<string, unknown>): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop' }, ...rest } as KubeObject;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('proxies that say nothing of their certificates', () => {
  const row = (proxy: string, cluster = 'east'): ProxyRow => ({
    proxy,
    cluster,
    namespace: 'shop',
    type: 'sidecar',
    state: 'in-sync',
    problems: [],
    types: [],
  });
  const pod = (name: string, cluster: string) => ({ name, namespace: 'shop', cluster });

  it('are those that could not be asked, however a recording calls its cluster', () => {
    const rows = [row('cart.shop'), row('ledger.shop')];
    const silent = [{ who: 'ledger.shop', why: 'no page of it is at hand' }];
    expect(silentProxies(rows, [pod('cart', 'east')])).toEqual(silent);
    expect(silentProxies(rows, [pod('cart', 'kind-1')])).toEqual(silent);
    expect(silentProxies(rows, [pod('cart', 'east'), pod('ledger', 'east')])).toEqual([]);
  });

  it('are told apart by their cluster', () => {
    const rows = [row('cart.shop', 'east'), row('cart.shop', 'west')];
    expect(silentProxies(rows, [pod('cart', 'east'), pod('other', 'west')])).toEqual([
      { who: 'cart.shop', why: 'no page of it is at hand' },
    ]);
  });

  it('are one line where none could be asked', () => {
    expect(silentProxies([row('a.shop'), row('b.shop')], [])).toEqual([
      { who: 'the proxies', why: 'no page of a proxy is at hand' },
    ]);
    expect(silentProxies([], [])).toEqual([]);
  });

  it('are those whose Envoy holds none', () => {
    const none = { held: [], unread: [{ who: 'cart.shop', why: 'its Envoy holds none' }] };
    expect(envoyCertificates(page(), 'cart.shop')).toEqual(none);
    expect(envoyCertificates(page({ ca_cert: [], cert_chain: [] }), 'cart.shop')).toEqual(none);
  });
});

describe('the certificates of a mesh', () => {
  it('stand once each, with all who hold them, under the name that any of them tells', () => {
    const leaf = {
      serial_number: '0F',
      subject_alt_names: [{ uri: 'spiffe://cluster.local/ns/shop/sa/cart' }],
      ...DAY,
    };
    const envoy = envoyCertificates(
      page({ ca_cert: [CA], cert_chain: [leaf] }, { ca_cert: [CA], cert_chain: [leaf] }),
      'cart.shop',
    );
    const objects = objectCertificates([
      object('ConfigMap', 'istio-ca-root-cert', { data: { 'root-cert.pem': root.pem } }),
    ]);
    expect(reportCertificates([envoy, objects], now)).toEqual({
      certificates: [
        {
          role: 'workload',
          name: 'spiffe://cluster.local/ns/shop/sa/cart',
          serial: 'f',
          notBefore: '2026-05-31T12:00:00Z',
          notAfter: '2026-06-01T12:00:00Z',
          state: 'valid',
          holders: ['cart.shop'],
        },
        {
          role: 'root',
          name: 'O=cluster.local',
          serial: 'a01',
          notBefore: '2026-01-01T00:00:00Z',
          notAfter: '2036-01-01T00:00:00Z',
          state: 'valid',
          holders: ['ConfigMap shop/istio-ca-root-cert', 'cart.shop'],
        },
      ],
      unread: [],
    });
  });

  it.each([
    ['workload', '2026-05-31T00:00:00Z', '2026-06-01T05:00:00Z', 'soon'],
    ['workload', '2026-05-31T12:00:00Z', '2026-06-01T12:00:00Z', 'valid'],
    ['workload', '2026-05-31T00:00:00Z', '2026-06-01T00:00:00Z', 'expired'],
    ['workload', '2026-06-01T00:00:01Z', '2026-06-02T00:00:00Z', 'not yet valid'],
    ['root', '2026-01-01T00:00:00Z', '2026-08-29T00:00:00Z', 'soon'],
    ['root', '2026-01-01T00:00:00Z', '2026-08-31T00:00:00Z', 'valid'],
    ['server', '2026-01-01T00:00:00Z', '2026-06-30T00:00:00Z', 'soon'],
    ['server', '2026-01-01T00:00:00Z', '2026-07-02T00:00:00Z', 'valid'],
  ] as const)('of role %s from %s to %s are %s', (role, from, to, state) => {
    const held = {
      role,
      name: 'a',
      serial: '1',
      begins: Date.parse(from),
      ends: Date.parse(to),
      holder: 'b',
    };
    expect(reportCertificates([{ held: [held], unread: [] }], now).certificates[0]?.state).toBe(state);
  });

  it('are without the public authorities that a proxy trusts outside the mesh', () => {
    const many = Array.from({ length: 140 }, (_, index) => ({ ...CA, serial_number: `${index}` }));
    expect(envoyCertificates(page({ ca_cert: many, cert_chain: [] }), 'a.b').held).toEqual([]);
  });

  it('tell a certificate that an Envoy presents to clients from its identity', () => {
    const { held } = envoyCertificates(
      page({
        cert_chain: [{ serial_number: '1', subject_alt_names: [{ dns: 'shop.example.com' }], ...DAY }],
      }),
      'gateway.edge',
    );
    expect(held.map(({ role, name }) => [role, name])).toEqual([['server', 'shop.example.com']]);
  });

  it('come out of TLS Secrets and those of the own CA, and never out of a token or a private key', () => {
    const server = makeCertificate({ name: 'shop.example.com', issuer: root, serial: '05' });
    const { held, unread } = objectCertificates([
      object('Secret', 'tls', {
        type: 'kubernetes.io/tls',
        data: { 'tls.crt': base64(server.pem + root.pem) },
      }),
      object('Secret', 'cacerts', {
        type: 'Opaque',
        data: { 'ca-cert.pem': base64(root.pem), 'ca-key.pem': 'x' },
      }),
      object('Secret', 'token', {
        type: 'kubernetes.io/service-account-token',
        data: { 'ca.crt': base64(root.pem) },
      }),
      object('Secret', 'other', { type: 'Opaque', data: { cert: base64('a cookie') } }),
      object('Secret', 'broken', { type: 'kubernetes.io/tls', data: { 'tls.crt': base64('nothing') } }),
    ]);
    expect(held.map(({ holder, role, name }) => [holder, role, name])).toEqual([
      ['Secret shop/tls', 'server', 'O=shop.example.com'],
      ['Secret shop/tls', 'root', 'O=cluster.local'],
      ['Secret shop/cacerts', 'root', 'O=cluster.local'],
    ]);
    expect(unread.map(({ who }) => who)).toEqual(['Secret shop/broken']);
  });

  it('of Istio alone come out of webhooks', () => {
    const webhook = (name: string): KubeObject =>
      object('ValidatingWebhookConfiguration', name, {
        webhooks: [{ clientConfig: { caBundle: base64(root.pem) } }],
      });
    const { held } = objectCertificates([webhook('istio-validator'), webhook('cert-manager')]);
    expect(held.map(({ holder }) => holder)).toEqual(['ValidatingWebhookConfiguration shop/istio-validator']);
  });

  it('whose dates can not be read are named, not left out', () => {
    const leaf = makeLeaf(root, 'spiffe://a/b');
    expect(leaf.pem).toContain('CERTIFICATE');
    const odd = envoyCertificates(
      page({ cert_chain: [{ serial_number: '1', valid_from: 'yesterday' }] }),
      'a.b',
    );
    expect(reportCertificates([odd], now)).toEqual({
      certificates: [],
      unread: [{ who: 'a.b', why: 'the dates of a certificate can not be read' }],
    });
  });

  it.each([
    undefined,
    null,
    3,
    [],
    { certificates: 'x' },
    { certificates: [null, { ca_cert: [3], cert_chain: {} }] },
  ])('of a page that is %j are none', (odd) => {
    expect(envoyCertificates(odd, 'a.b').held).toEqual([]);
  });
});
