import { describe, expect, it } from 'vitest';
import { parseCertificates, validityAt } from '../../../src/security/certificate.ts';
import { makeCa, makeLeaf } from '../../helpers/certificates.ts';

const ca = makeCa({ name: 'cluster.local', serial: '0b86594d3f42e6fb9b5ec59b89c18b0b' });
const leaf = makeLeaf(ca, 'spiffe://cluster.local/ns/shop/sa/cart', { serial: '7f' });

function certificates(text: string) {
  return parseCertificates(text).map((parsed) => (parsed.ok ? parsed.certificate : parsed.reason));
}

describe('parseCertificates', () => {
  it('reads every certificate of a chain, leaf first', () => {
    expect(certificates(leaf.pem + ca.pem)).toMatchObject([
      {
        subject: '',
        isCA: false,
        spiffeIds: ['spiffe://cluster.local/ns/shop/sa/cart'],
        trustDomain: 'cluster.local',
      },
      { subject: 'O=cluster.local', isCA: true, spiffeIds: [], trustDomain: undefined },
    ]);
  });

  it('pads the serial number to 32 hex digits, and keeps longer ones', () => {
    const long = makeCa({ serial: '70195b9b0e2a8d2d0853865f9623dd528ab90685' });
    expect(certificates(leaf.pem + ca.pem + long.pem)).toMatchObject([
      { serial: '0000000000000000000000000000007f' },
      { serial: '0b86594d3f42e6fb9b5ec59b89c18b0b' },
      { serial: '70195b9b0e2a8d2d0853865f9623dd528ab90685' },
    ]);
  });

  it('passes over text, keys and CR LF between and in the blocks', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    const text = `# mesh root\n${key}${leaf.pem}-----BEGIN CERTIFICATE-----\nnever closed\n${ca.pem}trailing`;
    expect(certificates(text.replace(/\n/g, '\r\n'))).toHaveLength(2);
  });

  it.each([1, 2])('unwraps %i further layers of base64', (layers) => {
    let text = leaf.pem + ca.pem;
    for (let layer = 0; layer < layers; layer++) text = Buffer.from(text).toString('base64');
    expect(certificates(text)).toMatchObject([{ isCA: false }, { isCA: true }]);
  });

  it('tells a certificate renewed with its key from one with a new key', () => {
    const renewed = makeCa({ name: 'cluster.local', to: '2036-01-01T00:00:00Z', renews: ca });
    const other = makeCa({ name: 'cluster.local' });
    const [first, second, third] = parseCertificates(ca.pem + renewed.pem + other.pem).flatMap((parsed) =>
      parsed.ok ? [parsed.certificate] : [],
    );
    expect(second?.fingerprint).not.toBe(first?.fingerprint);
    expect(second?.keyFingerprint).toBe(first?.keyFingerprint);
    expect(third?.keyFingerprint).not.toBe(first?.keyFingerprint);
  });

  it('takes the trust domain of the last SPIFFE ID and ignores other URIs', () => {
    const uris = [
      'https://shop.example.com/',
      'spiffe://old.example/ns/a/sa/b',
      'spiffe://new.example/ns/a/sa/b',
    ];
    expect(certificates(makeLeaf(ca, '', { uris }).pem)).toMatchObject([
      { spiffeIds: uris.slice(1), trustDomain: 'new.example' },
    ]);
  });

  it('does not take a SPIFFE ID out of another name that contains one', () => {
    const uris = ['https://a.example/, URI:spiffe://forged.example/ns/a/sa/b'];
    expect(certificates(makeLeaf(ca, '', { uris }).pem)).toMatchObject([
      { spiffeIds: [], trustDomain: undefined },
    ]);
  });

  it('says why there is no certificate', () => {
    expect(certificates('')).toEqual(['it is empty']);
    expect(certificates('[redacted]')).toEqual(['it holds no PEM block (10 characters)']);
    expect(certificates('-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----')).toEqual([
      'a PEM block is not base64',
    ]);
    expect(certificates('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')[0]).toMatch(
      /^a PEM block is not an X\.509 certificate \(/,
    );
    expect(certificates('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----')[0]).toMatch(
      /no certificate among its 1 PEM blocks/,
    );
  });
});

describe('validityAt', () => {
  const span = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2026-02-01T00:00:00Z') };

  it.each([
    ['2025-12-31T23:59:59Z', 'not-yet-valid'],
    ['2026-01-01T00:00:00Z', 'not-yet-valid'],
    ['2026-01-01T00:00:01Z', 'valid'],
    ['2026-02-01T00:00:00Z', 'expired'],
  ])('at %s it is %s', (moment, expected) => {
    expect(validityAt(span, new Date(moment))).toBe(expected);
  });
});
