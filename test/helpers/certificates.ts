import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A certificate made for a test, with the key that can sign others. */
export interface TestCertificate {
  readonly pem: string;
  readonly name: string;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
}

/** What may differ between test certificates; dates are ISO text. */
export interface CertificateSpec {
  readonly name?: string;
  readonly issuer?: TestCertificate;
  readonly uris?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly ca?: boolean;
  /** Hex of the serial number. */
  readonly serial?: string;
  /** Renews this certificate: same key. */
  readonly renews?: TestCertificate;
}

const SHA256_WITH_ECDSA = sequence(oid('1.2.840.10045.4.3.2'));

/** Makes an X.509 v3 certificate (P-256, SHA-256), self-signed without `issuer`. Valid through 2026 by default. */
export function makeCertificate(spec: CertificateSpec = {}): TestCertificate {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = spec.renews?.key ?? pair.privateKey;
  const publicKey = spec.renews?.publicKey ?? pair.publicKey;
  const name = spec.name ?? '';
  const issuerName = spec.issuer?.name ?? name;
  const body = sequence(
    tagged(0xa0, integer('02')),
    integer(spec.serial ?? '0b86594d3f42e6fb9b5ec59b89c18b0b'),
    SHA256_WITH_ECDSA,
    distinguishedName(issuerName),
    sequence(time(spec.from ?? '2026-01-01T00:00:00Z'), time(spec.to ?? '2027-01-01T00:00:00Z')),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions(spec, publicKey, spec.issuer?.publicKey ?? publicKey))),
  );
  const signature = sign('sha256', body, spec.issuer?.key ?? key);
  const der = sequence(body, SHA256_WITH_ECDSA, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return { pem: pemOf(der), name, key, publicKey };
}

/** A CA: `makeCertificate` that may sign. */
export function makeCa(spec: CertificateSpec = {}): TestCertificate {
  return makeCertificate({ name: 'cluster.local', ...spec, ca: true });
}

/** A workload certificate with a SPIFFE ID and no subject, as istiod issues it. */
export function makeLeaf(
  issuer: TestCertificate,
  spiffeId: string,
  spec: CertificateSpec = {},
): TestCertificate {
  return makeCertificate({ issuer, uris: [spiffeId], ...spec });
}

function extensions(spec: CertificateSpec, own: KeyObject, issuer: KeyObject): Buffer[] {
  const list = [
    extension('2.5.29.19', spec.ca ? sequence(Buffer.from([0x01, 0x01, 0xff])) : sequence()),
    extension('2.5.29.14', tagged(0x04, keyId(own))),
    extension('2.5.29.35', sequence(tagged(0x80, keyId(issuer)))),
  ];
  if (spec.uris) {
    list.push(extension('2.5.29.17', sequence(...spec.uris.map((uri) => tagged(0x86, Buffer.from(uri))))));
  }
  return list;
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tagged(0x04, value));
}

function distinguishedName(organization: string): Buffer {
  if (organization === '') return sequence();
  return sequence(tagged(0x31, sequence(oid('2.5.4.10'), tagged(0x0c, Buffer.from(organization)))));
}

function time(iso: string): Buffer {
  const digits = iso.replace(/[-:T]/g, '').replace(/\.\d+/, '');
  return tagged(0x18, Buffer.from(digits));
}

function integer(hex: string): Buffer {
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return tagged(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
