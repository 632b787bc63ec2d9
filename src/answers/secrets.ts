import type { EnvoySecret, SecretData, SecretState } from '../envoy/secrets.ts';
import { type Certificate, certificateDate, parseCertificates, validityAt } from '../security/certificate.ts';
import { isIssuedBy } from '../security/chain.ts';
import { isUndelivered } from '../security/proxy-trust.ts';
import { type CertificateInfo, certificateInfo } from './root-info.ts';

/**
 * What a secret is for: a chain to present, roots to trust, roots by trust domain, a value for some filter, keys for
 * session tickets, or nothing that was sent.
 */
export type SecretRole =
  | 'certificate'
  | 'roots'
  | 'SPIFFE roots'
  | 'generic secret'
  | 'ticket keys'
  | 'empty';

/** One secret of a proxy with every certificate in it. */
export interface SecretEntry {
  readonly name: string;
  readonly state: SecretState;
  readonly role: SecretRole;
  readonly certificates: readonly CertificateInfo[];
  readonly trustDomains: readonly string[];
  /** RFC 3339; the end of the first certificate to expire (of a root set: of the last, for one valid root suffices). */
  readonly expires: string | undefined;
  /** Worst first: `bad` breaks connections now. */
  readonly problems: readonly { readonly level: 'bad' | 'warn'; readonly text: string }[];
}

/** All secrets of one proxy. Private keys are never read. */
export interface SecretsAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'ProxySecrets';
  readonly secrets: readonly SecretEntry[];
}

type Problem = SecretEntry['problems'][number];

/** Every secret with its whole chain as it stands at `now`: dates of all certificates, order of the chain, delivery. */
export function secretsAnswer(secrets: readonly EnvoySecret[], now: Date): SecretsAnswer {
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'ProxySecrets',
    secrets: secrets.map((secret) => toEntry(secret, now)),
  };
}

function toEntry(secret: EnvoySecret, now: Date): SecretEntry {
  const role = roleOf(secret);
  const parts = role === 'SPIFFE roots' ? secret.spiffeBundles.map(({ data }) => data) : [dataOf(secret)];
  const problems: Problem[] = [];
  if (secret.error !== undefined)
    problems.push({ level: 'bad', text: `Envoy refused the last version: ${secret.error}` });
  const certificates = parts.flatMap((data) => readCertificates(data, role, problems));
  if (role === 'empty') problems.push(emptyProblem(secret));
  else if (role === 'certificate') problems.push(...chainProblems(certificates, now));
  else if (certificates.length > 0) problems.push(...rootProblems(certificates, now));
  return {
    name: secret.name,
    state: secret.state,
    role,
    certificates: certificates.map((certificate) => certificateInfo(certificate, now)),
    trustDomains: secret.spiffeBundles.map(({ trustDomain }) => trustDomain),
    expires: expiry(certificates, role),
    problems: problems.sort((a, b) => Number(a.level === 'warn') - Number(b.level === 'warn')),
  };
}

function roleOf(secret: EnvoySecret): SecretRole {
  if (secret.certificateChain !== undefined) return 'certificate';
  if (secret.trustedCa !== undefined) return 'roots';
  if (secret.spiffeBundles.length > 0) return 'SPIFFE roots';
  return secret.other ?? 'empty';
}

function dataOf(secret: EnvoySecret): SecretData | undefined {
  return secret.certificateChain ?? secret.trustedCa;
}

function readCertificates(
  data: SecretData | undefined,
  role: SecretRole,
  problems: Problem[],
): Certificate[] {
  if (role === 'empty' || role === 'generic secret' || role === 'ticket keys') return [];
  if (data === undefined) problems.push({ level: 'bad', text: 'it is empty' });
  if (data === undefined || data.kind !== 'inline') {
    if (data?.kind === 'file')
      problems.push({ level: 'warn', text: `not in the dump: file ${data.path} on the pod` });
    if (data?.kind === 'environment') {
      problems.push({
        level: 'warn',
        text: `not in the dump: environment variable ${data.variable} of the pod`,
      });
    }
    return [];
  }
  return parseCertificates(data.text).flatMap((parsed) => {
    if (parsed.ok) return [parsed.certificate];
    problems.push({ level: 'bad', text: parsed.reason });
    return [];
  });
}

function emptyProblem(secret: EnvoySecret): Problem {
  return isUndelivered(secret)
    ? {
        level: 'bad',
        text: 'asked for, but nothing was sent: listeners and clusters that need it refuse TLS',
      }
    : { level: 'warn', text: 'it holds no certificate' };
}

function chainProblems(chain: readonly Certificate[], now: Date): Problem[] {
  const problems: Problem[] = [];
  chain.forEach((certificate, index) => {
    const name =
      index === 0 ? 'the certificate' : `certificate ${index + 1} of the chain (${certificate.subject})`;
    const validity = validityAt(certificate, now);
    if (validity === 'expired')
      problems.push({ level: 'bad', text: `${name} expired ${certificateDate(certificate.notAfter)}` });
    if (validity === 'not-yet-valid') {
      problems.push({
        level: 'bad',
        text: `${name} is not valid before ${certificateDate(certificate.notBefore)}`,
      });
    }
    const next = chain[index + 1];
    if (next !== undefined && !isIssuedBy(certificate, next)) {
      problems.push({
        level: 'warn',
        text: `${name} is not signed by the one that follows it (${next.subject})`,
      });
    }
  });
  return problems;
}

/** One valid root is enough for a set of roots; expired ones beside it are worth a note only in small sets. */
function rootProblems(roots: readonly Certificate[], now: Date): Problem[] {
  const invalid = roots.filter((root) => validityAt(root, now) !== 'valid');
  if (invalid.length === roots.length) return [{ level: 'bad', text: 'no root in it is valid now' }];
  if (invalid.length === 0 || roots.length > 10) return [];
  return [{ level: 'warn', text: `${invalid.length} of its ${roots.length} roots are not valid now` }];
}

function expiry(certificates: readonly Certificate[], role: SecretRole): string | undefined {
  const ends = certificates.map(({ notAfter }) => notAfter.getTime());
  if (ends.length === 0) return undefined;
  return certificateDate(new Date(role === 'certificate' ? Math.min(...ends) : Math.max(...ends)));
}
