import type { EnvoySecret, SecretData } from '../envoy/secrets.ts';
import { type Certificate, certificateDate, parseDer, validityAt } from '../security/certificate.ts';
import { pemBlocks } from '../security/pem.ts';

/** One line of the reference's secret table; cells of a secret without a readable certificate are empty. */
export interface SecretRow {
  readonly name: string;
  readonly type: '' | 'CA' | 'Cert Chain';
  readonly status: 'WARMING' | 'ACTIVE';
  readonly valid: boolean;
  readonly serial: string;
  readonly notAfter: string;
  readonly notBefore: string;
  readonly trustDomain: string;
}

/**
 * The rows of the reference's `proxy-config secret`: warming secrets, then active ones, only the first PEM block of
 * each chain, only inline bytes; one row a trust domain for a SPIFFE validator. Static secrets are not shown there.
 * Source: spec of proxy-config §7.
 */
export function secretRows(secrets: readonly EnvoySecret[], now: Date): SecretRow[] {
  return secrets.flatMap((secret) => {
    if (secret.state === 'static') return [];
    const data = inlineBytes(secret.certificateChain) ?? inlineBytes(secret.trustedCa);
    if (data !== undefined || secret.spiffeBundles.length === 0) return [toRow(secret, data, undefined, now)];
    return secret.spiffeBundles.map((bundle) =>
      toRow(secret, inlineBytes(bundle.data), bundle.trustDomain, now),
    );
  });
}

/** Whether the reference shows its TRUST DOMAIN column: when every row has one. */
export function hasTrustDomainColumn(rows: readonly SecretRow[]): boolean {
  return rows.length > 0 && rows.every(({ trustDomain }) => trustDomain !== '');
}

function inlineBytes(data: SecretData | undefined): string | undefined {
  return data?.kind === 'inline' && data.field === 'inline_bytes' ? data.text : undefined;
}

function toRow(
  secret: EnvoySecret,
  pem: string | undefined,
  domain: string | undefined,
  now: Date,
): SecretRow {
  const certificate = pem === undefined ? undefined : firstCertificate(pem);
  return {
    name: secret.name,
    type: certificate === undefined ? '' : certificate.isCA ? 'CA' : 'Cert Chain',
    status: secret.state === 'warming' ? 'WARMING' : 'ACTIVE',
    valid: certificate !== undefined && validityAt(certificate, now) === 'valid',
    serial: certificate?.serial ?? '',
    notAfter: certificate === undefined ? '' : certificateDate(certificate.notAfter),
    notBefore: certificate === undefined ? '' : certificateDate(certificate.notBefore),
    trustDomain: domain ?? certificate?.trustDomain ?? '',
  };
}

/** The first well-formed PEM block, whatever its label says, as a certificate. */
function firstCertificate(pem: string): Certificate | undefined {
  const block = pemBlocks(pem).find(({ der }) => der !== undefined);
  const parsed = block && parseDer(block.der);
  return parsed?.ok ? parsed.certificate : undefined;
}
