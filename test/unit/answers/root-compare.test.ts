import { describe, expect, it } from 'vitest';
import { compareRoots, rootCompareExitCode } from '../../../src/answers/root-compare.ts';
import { rootCompareText } from '../../../src/report/root-compare.ts';
import { makeCa, makeLeaf } from '../../helpers/certificates.ts';
import { bundle, envoyTrust } from '../../helpers/secrets.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const oldRoot = makeCa();
const newRoot = makeCa();

function side(name: string, chain: string, roots: string) {
  const trust = envoyTrust(chain, roots);
  if (!trust.ok) throw new Error(trust.reason);
  return { proxy: { name, namespace: 'shop' }, trust: trust.value };
}

function leaf(issuer: typeof oldRoot, name: string, dates = {}) {
  return makeLeaf(issuer, `spiffe://cluster.local/ns/shop/sa/${name}`, dates).pem;
}

describe('compareRoots', () => {
  it('passes equal roots', () => {
    const answer = compareRoots(
      side('cart', leaf(oldRoot, 'cart'), bundle(oldRoot)),
      side('search', leaf(oldRoot, 'search'), bundle(oldRoot)),
      NOW,
    );
    expect(answer).toMatchObject({ verdict: 'both', shared: { length: 1 }, onlyA: [], onlyB: [] });
    expect(rootCompareExitCode(answer)).toBe(0);
  });

  it('passes old + new roots against new ones while both leaves are new', () => {
    const answer = compareRoots(
      side('cart', leaf(newRoot, 'cart'), bundle(oldRoot, newRoot)),
      side('search', leaf(newRoot, 'search'), bundle(newRoot)),
      NOW,
    );
    expect(answer).toMatchObject({ verdict: 'both', onlyA: { length: 1 }, onlyB: [] });
  });

  it('tells the direction that fails although a root is shared', () => {
    const answer = compareRoots(
      side('cart', leaf(oldRoot, 'cart'), bundle(oldRoot, newRoot)),
      side('search', leaf(newRoot, 'search'), bundle(newRoot)),
      NOW,
    );
    expect(answer.verdict).toBe('one-way');
    expect(answer.aAcceptsB).toMatchObject([{ accepted: true }]);
    expect(answer.bAcceptsA).toMatchObject([{ accepted: false, reason: 'unknown-issuer' }]);
    expect(rootCompareExitCode(answer)).toBe(1);
    const text = rootCompareText(answer, { color: false, width: Infinity, now: NOW });
    expect(text).toContain('✖ cart.shop accepts search.shop, but search.shop refuses cart.shop\n');
    expect(text).toMatch(/O=cluster\.local {2}[0-9a-f]{16} {2}2027-01-01 \(in 214d\) {2}only cart\.shop\n/);
    expect(text).toMatch(/ {2}both\n/);
  });

  it('refuses both ways between meshes', () => {
    const answer = compareRoots(
      side('cart', leaf(oldRoot, 'cart'), bundle(oldRoot)),
      side('search', leaf(newRoot, 'search'), bundle(newRoot)),
      NOW,
    );
    expect(answer).toMatchObject({ verdict: 'none', shared: [] });
    expect(rootCompareExitCode(answer)).toBe(1);
  });

  it('refuses an expired certificate under equal roots', () => {
    const answer = compareRoots(
      side('cart', leaf(oldRoot, 'cart', { to: '2026-05-01T00:00:00Z' }), bundle(oldRoot)),
      side('search', leaf(oldRoot, 'search'), bundle(oldRoot)),
      NOW,
    );
    expect(answer).toMatchObject({ verdict: 'one-way', bAcceptsA: [{ accepted: false, reason: 'expired' }] });
  });

  it('says from when a root is valid that is not yet, and refuses what it signed', () => {
    const early = makeCa({ from: '2026-06-02T00:00:00Z', to: '2026-06-02T07:00:00Z' });
    const answer = compareRoots(
      side('cart', leaf(early, 'cart'), bundle(early)),
      side('search', leaf(early, 'search'), bundle(early)),
      NOW,
    );
    expect(answer.verdict).toBe('none');
    expect(rootCompareText(answer, { color: false, width: Infinity, now: NOW })).toContain(
      '2026-06-02 (not valid before 2026-06-02T00:00:00Z)',
    );
  });
});
