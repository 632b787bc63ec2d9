import { describe, expect, it } from 'vitest';
import { type Certificate, parseCertificates } from '../../../src/security/certificate.ts';
import { verifyChain } from '../../../src/security/chain.ts';
import { makeCa, makeCertificate, makeLeaf, type TestCertificate } from '../../helpers/certificates.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const CART = 'spiffe://cluster.local/ns/shop/sa/cart';

function read(...certificates: readonly TestCertificate[]): Certificate[] {
  return certificates.flatMap(({ pem }) =>
    parseCertificates(pem).flatMap((one) => (one.ok ? [one.certificate] : [])),
  );
}

function roots(...certificates: readonly TestCertificate[]) {
  return { roots: read(...certificates), byTrustDomain: new Map<string, Certificate[]>() };
}

const root = makeCa();
const leaf = makeLeaf(root, CART);

describe('verifyChain', () => {
  it('accepts a leaf that a trusted root signed', () => {
    expect(verifyChain(read(leaf), roots(root), NOW)).toMatchObject({
      ok: true,
      path: [{ isCA: false }, { isCA: true }],
    });
  });

  it('accepts a leaf through presented intermediates, in any order', () => {
    const intermediate = makeCa({ name: 'istiod-1', issuer: root });
    const lower = makeCa({ name: 'istiod-2', issuer: intermediate });
    const chain = read(makeLeaf(lower, CART), root, intermediate, lower);
    expect(verifyChain(chain, roots(root), NOW)).toMatchObject({ ok: true, path: { length: 4 } });
  });

  it('accepts an intermediate as trusted certificate, as Envoy does', () => {
    const intermediate = makeCa({ name: 'istiod-1', issuer: root });
    expect(verifyChain(read(makeLeaf(intermediate, CART)), roots(intermediate), NOW).ok).toBe(true);
  });

  it('refuses a root of the same name with another key', () => {
    expect(verifyChain(read(leaf), roots(makeCa()), NOW)).toMatchObject({
      ok: false,
      reason: 'unknown-issuer',
      detail: 'its chain ends at issuer "O=cluster.local", which no trusted root signed',
    });
  });

  it('refuses when the intermediate is not presented', () => {
    const intermediate = makeCa({ name: 'istiod-1', issuer: root });
    expect(verifyChain(read(makeLeaf(intermediate, CART)), roots(root), NOW)).toMatchObject({
      reason: 'unknown-issuer',
      about: 'O=istiod-1',
    });
  });

  it('refuses a certificate signed by one that is no CA', () => {
    const impostor = makeCertificate({ name: 'impostor', issuer: root });
    expect(verifyChain(read(makeLeaf(impostor, CART), impostor), roots(root), NOW).ok).toBe(false);
  });

  it('accepts old and new roots side by side during a rotation', () => {
    const next = makeCa();
    expect(verifyChain(read(leaf), roots(root, next), NOW).ok).toBe(true);
    expect(verifyChain(read(makeLeaf(next, CART)), roots(root, next), NOW).ok).toBe(true);
    expect(verifyChain(read(makeLeaf(next, CART)), roots(root), NOW).ok).toBe(false);
  });

  it('takes the renewed root of the same key when the old one has expired', () => {
    const old = makeCa({ to: '2026-02-01T00:00:00Z' });
    const renewed = makeCa({ renews: old });
    const chain = read(makeLeaf(old, CART));
    expect(verifyChain(chain, roots(old, renewed), NOW).ok).toBe(true);
    expect(verifyChain(chain, roots(old), NOW)).toMatchObject({
      reason: 'expired',
      detail: 'the root "O=cluster.local" expired 2026-02-01T00:00:00Z',
    });
  });

  it.each([
    ['expired', { to: '2026-05-31T00:00:00Z' }, 'its certificate expired 2026-05-31T00:00:00Z'],
    [
      'not-yet-valid',
      { from: '2026-06-02T00:00:00Z' },
      'its certificate is not valid before 2026-06-02T00:00:00Z',
    ],
  ])('refuses a leaf that is %s', (reason, dates, detail) => {
    expect(verifyChain(read(makeLeaf(root, CART, dates)), roots(root), NOW)).toMatchObject({
      reason,
      detail,
      about: 'leaf',
    });
  });

  it('consults only the bundle of the leaf trust domain under a SPIFFE validator', () => {
    const trust = { roots: read(root), byTrustDomain: new Map([['cluster.local', read(root)]]) };
    const foreign = makeLeaf(root, 'spiffe://other.example/ns/shop/sa/cart');
    expect(verifyChain(read(leaf), trust, NOW).ok).toBe(true);
    expect(verifyChain(read(foreign), trust, NOW)).toMatchObject({
      reason: 'trust-domain',
      detail: 'trust domain other.example is not among the trusted ones (cluster.local)',
    });
    expect(verifyChain(read(makeCertificate({ name: 'x', issuer: root })), trust, NOW)).toMatchObject({
      reason: 'trust-domain',
    });
  });

  it('names an empty chain and an empty trust set', () => {
    expect(verifyChain([], roots(root), NOW)).toMatchObject({ reason: 'no-certificate' });
    expect(verifyChain(read(leaf), roots(), NOW)).toMatchObject({ reason: 'no-root' });
  });

  it('ends soon on many cross-signed intermediates', () => {
    const base = makeCa({ name: 'loop' });
    const loop = Array.from({ length: 12 }, () => makeCa({ name: 'loop', issuer: base, renews: base }));
    const started = performance.now();
    expect(verifyChain(read(makeLeaf(base, CART), ...loop), roots(root), NOW).ok).toBe(false);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
