import { createHash, X509Certificate } from 'node:crypto';
import { certificateOfFacts } from './certificate-facts.ts';
import { pemBlocks, unwrapBase64 } from './pem.ts';

/** An X.509 certificate as the mesh uses it. Holds no private key. */
export interface Certificate {
  /** `O=cluster.local`, parts joined by `, `; empty for workload certificates, whose name is the SPIFFE ID. */
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hex, zero-padded to 32 digits (the reference's form). */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** It may sign other certificates. */
  readonly isCA: boolean;
  readonly spiffeIds: readonly string[];
  /** Host of the last SPIFFE ID (the reference's choice); `undefined` without one. */
  readonly trustDomain: string | undefined;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  /** SHA-256 of the public key, lower-case hex: equal where a CA certificate was renewed with the same key. */
  readonly keyFingerprint: string | undefined;
  /** Lower case. */
  readonly dnsNames: readonly string[];
  /** Fingerprints of the certificates that signed it, where its bytes are hidden and only facts were kept. */
  readonly signers?: readonly string[] | undefined;
  /** `undefined` where its names were hidden: facts took its place. */
  readonly x509: X509Certificate | undefined;
}

/** A certificate, or why there is none at this place of the text. */
export type ParsedCertificate =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly reason: string };

/** Where a moment stands in a certificate's life. */
export type Validity = 'valid' | 'expired' | 'not-yet-valid';

const CERTIFICATE_LABELS = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);

/**
 * Every certificate of a PEM text, leaf first as chains are written. Keys and other blocks are passed over; a text
 * wrapped in base64 once or twice more is unwrapped. A text without any certificate gives one reason.
 */
export function parseCertificates(text: string): ParsedCertificate[] {
  if (text.trim() === '') return [{ ok: false, reason: 'it is empty' }];
  const blocks = pemBlocks(unwrapBase64(text));
  const parsed = blocks.filter(({ label }) => CERTIFICATE_LABELS.has(label)).map(({ der }) => parseDer(der));
  if (parsed.length > 0) return parsed;
  const found = blocks.length === 0 ? 'no PEM block' : `no certificate among its ${blocks.length} PEM blocks`;
  return [{ ok: false, reason: `it holds ${found} (${text.length} characters)` }];
}

/** One certificate from DER bytes; `undefined` bytes stand for a PEM block that is not base64. */
export function parseDer(der: Uint8Array | undefined): ParsedCertificate {
  if (der === undefined) return { ok: false, reason: 'a PEM block is not base64' };
  try {
    const facts = certificateOfFacts(der);
    if (facts !== undefined) return { ok: true, certificate: withTrustDomain(facts) };
    return { ok: true, certificate: toCertificate(new X509Certificate(der)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: `a PEM block is not an X.509 certificate (${why})` };
  }
}

/** Whether `moment` lies between the certificate's dates (both ends excluded, as the reference does). */
export function validityAt(certificate: Pick<Certificate, 'notBefore' | 'notAfter'>, moment: Date): Validity {
  if (moment.getTime() <= certificate.notBefore.getTime()) return 'not-yet-valid';
  return moment.getTime() < certificate.notAfter.getTime() ? 'valid' : 'expired';
}

/** `2026-11-24T02:02:55Z`: a certificate's date as RFC 3339 in UTC, without fractions of a second. */
export function certificateDate(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function toCertificate(x509: X509Certificate): Certificate {
  const notBefore = new Date(x509.validFrom);
  const notAfter = new Date(x509.validTo);
  if (Number.isNaN(notBefore.getTime()) || Number.isNaN(notAfter.getTime()))
    throw new Error('unreadable dates');
  const names = x509.subjectAltName ?? '';
  return withTrustDomain({
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    serial: x509.serialNumber.toLowerCase().replace(/^0+/, '').padStart(32, '0'),
    notBefore,
    notAfter,
    isCA: x509.ca,
    dnsNames: [...names.matchAll(/DNS:([^,\s]+)/g)].map(([, name = '']) => name.toLowerCase()),
    spiffeIds: uriNames(names).filter((uri) => uri.startsWith('spiffe://')),
    fingerprint: createHash('sha256').update(x509.raw).digest('hex'),
    keyFingerprint: keyFingerprint(x509),
    x509,
  });
}

function withTrustDomain(certificate: Omit<Certificate, 'trustDomain'>): Certificate {
  const last = certificate.spiffeIds.at(-1);
  return { ...certificate, trustDomain: last === undefined ? undefined : trustDomainOf(last) };
}

/** `cluster.local` of `spiffe://cluster.local/ns/shop/sa/cart`; `undefined` when the text is no SPIFFE ID. */
export function trustDomainOf(spiffeId: string): string | undefined {
  return /^spiffe:\/\/([^/?#]+)/.exec(spiffeId)?.[1];
}

/** Node writes one attribute a line, and nothing (`undefined`) for an empty name. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** Keys of a kind that Node can't read (a foreign curve, say) have no fingerprint; the certificate still counts. */
function keyFingerprint(x509: X509Certificate): string | undefined {
  try {
    return createHash('sha256')
      .update(x509.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex');
  } catch {
    return undefined;
  }
}

/**
 * The URI names in Node's text of the subject alternative names: `URI:spiffe://…, DNS:…`. A name that itself holds a
 * comma or quote is written as a JSON string, so it can't pass for another entry.
 */
function uriNames(text: string): string[] {
  const names: string[] = [];
  for (const [, kind, quoted, plain] of text.matchAll(
    /([A-Za-z ]+):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g,
  )) {
    if (kind !== 'URI') continue;
    names.push(quoted === undefined ? (plain ?? '') : unquote(quoted));
  }
  return names;
}

function unquote(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}
