import { asObject, asString, asStrings, type JsonObject } from '../util/json.ts';
import type { Certificate } from './certificate.ts';

/** What is kept of a certificate whose names are hidden: enough to judge it by. */
export interface CertificateFacts {
  /** SHA-256 of the certificate and of its public key, lower-case hex. */
  readonly sha256: string;
  readonly keySha256: string | undefined;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly isCA: boolean;
  readonly subject: string;
  readonly issuer: string;
  readonly dnsNames: readonly string[];
  readonly spiffeIds: readonly string[];
  /** SHA-256 of the known certificates that signed it. */
  readonly signers: readonly string[];
}

/**
 * A PEM block with the facts of a certificate in its place, and a line above it that people read. The block keeps its
 * label, so that a chain keeps its length; what is in it is no certificate.
 */
export function factsBlock(facts: CertificateFacts): string {
  const { sha256, notBefore, notAfter } = facts;
  const body = Buffer.from(JSON.stringify({ redacted: 'certificate', ...facts })).toString('base64');
  const lines = body.match(/.{1,64}/g) ?? [];
  return [
    `[redacted certificate sha256:${sha256} notBefore:${notBefore} notAfter:${notAfter}]`,
    '-----BEGIN CERTIFICATE-----',
    ...lines,
    '-----END CERTIFICATE-----',
  ].join('\n');
}

/** The certificate that a block of facts stands for; `undefined` when the bytes are none. */
export function certificateOfFacts(bytes: Uint8Array): Omit<Certificate, 'trustDomain'> | undefined {
  // DER begins with 0x30, JSON of an object with a brace.
  if (bytes[0] !== 0x7b) return undefined;
  const facts = parsed(bytes);
  const text = (name: keyof CertificateFacts): string => asString(facts?.[name]) ?? '';
  const notBefore = new Date(text('notBefore'));
  const notAfter = new Date(text('notAfter'));
  if (facts?.['redacted'] !== 'certificate' || Number.isNaN(notBefore.getTime() + notAfter.getTime()))
    return undefined;
  return {
    subject: text('subject'),
    issuer: text('issuer'),
    serial: text('serial'),
    notBefore,
    notAfter,
    isCA: facts['isCA'] === true,
    dnsNames: asStrings(facts['dnsNames']),
    spiffeIds: asStrings(facts['spiffeIds']),
    fingerprint: text('sha256'),
    keyFingerprint: text('keySha256') || undefined,
    signers: asStrings(facts['signers']),
    x509: undefined,
  };
}

function parsed(bytes: Uint8Array): JsonObject | undefined {
  try {
    return asObject(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}
