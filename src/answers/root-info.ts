import { type Certificate, certificateDate, type Validity, validityAt } from '../security/certificate.ts';

/** A certificate as answers show it: plain values that can be saved as JSON. Dates are RFC 3339 in UTC. */
export interface CertificateInfo {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly validity: Validity;
  readonly isCA: boolean;
  readonly spiffeIds: readonly string[];
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  /** SHA-256 of the public key, lower-case hex; equal for a root that was renewed with its key. */
  readonly keyFingerprint: string | undefined;
}

/** The certificate as it stands at `now`. */
export function certificateInfo(certificate: Certificate, now: Date): CertificateInfo {
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    serial: certificate.serial,
    notBefore: certificateDate(certificate.notBefore),
    notAfter: certificateDate(certificate.notAfter),
    validity: validityAt(certificate, now),
    isCA: certificate.isCA,
    spiffeIds: certificate.spiffeIds,
    fingerprint: certificate.fingerprint,
    keyFingerprint: certificate.keyFingerprint,
  };
}
