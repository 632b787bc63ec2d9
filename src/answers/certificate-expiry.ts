import type { PodRef } from '../kube/pod-ref.ts';
import { type Certificate, certificateDate } from '../security/certificate.ts';
import type { ProxyTrust } from '../security/proxy-trust.ts';

/** Which certificate of the mesh: a trusted root, an intermediate of a chain, or a proxy's own. */
export type CertificateRole = 'root' | 'intermediate' | 'workload';

/** A certificate and the end of its life. */
export interface FirstExpiry {
  readonly role: CertificateRole;
  readonly name: string;
  /** RFC 3339, as `notAfter`. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** The proxy that presents it, or one that trusts it. */
  readonly proxy: PodRef;
  /** How many proxies hold it. */
  readonly proxies: number;
  readonly fingerprint: string;
}

/** A certificate whose end is near enough to act, or which is not valid yet. */
export interface ExpiryWarning extends FirstExpiry {
  readonly why: string;
}

interface Expiry extends FirstExpiry {
  readonly begins: number;
  readonly ends: number;
}

const DAY_MS = 86_400_000;
/** Roots are rotated by people and must reach every proxy first; 90 days is the usual first alarm. */
const ROOT_WARNING_MS = 90 * DAY_MS;
const INTERMEDIATE_WARNING_MS = 30 * DAY_MS;
/** The agent renews at half of a certificate's life: with a quarter left, renewal has failed for some time. */
const WORKLOAD_WARNING_SHARE = 0.25;

/** Every distinct certificate that the proxies hold, the first to expire first. */
export function certificateExpiries(
  groups: readonly {
    readonly members: readonly { proxy: PodRef; trust: ProxyTrust }[];
    readonly roots: readonly Certificate[];
  }[],
): Expiry[] {
  const byFingerprint = new Map<string, Expiry>();
  const add = (certificate: Certificate, role: CertificateRole, proxy: PodRef, proxies: number): void => {
    const known = byFingerprint.get(certificate.fingerprint);
    byFingerprint.set(certificate.fingerprint, {
      role: known?.role ?? role,
      name: certificate.spiffeIds.at(-1) ?? certificate.subject,
      notBefore: certificateDate(certificate.notBefore),
      notAfter: certificateDate(certificate.notAfter),
      proxy: known?.proxy ?? proxy,
      proxies: (known?.proxies ?? 0) + proxies,
      fingerprint: certificate.fingerprint,
      begins: certificate.notBefore.getTime(),
      ends: certificate.notAfter.getTime(),
    });
  };
  for (const { members, roots } of groups) {
    const first = members[0];
    if (first !== undefined) for (const root of roots) add(root, 'root', first.proxy, members.length);
    for (const { proxy, trust } of members) {
      for (const { chain } of trust.identities) {
        chain.forEach((certificate, index) => {
          const isRoot = byFingerprint.get(certificate.fingerprint)?.role === 'root';
          if (!isRoot) add(certificate, index === 0 ? 'workload' : 'intermediate', proxy, 1);
        });
      }
    }
  }
  return [...byFingerprint.values()].sort((a, b) => a.ends - b.ends);
}

/**
 * The certificates that ask for action at `now`: roots within 90 days of their end, intermediates within 30, and
 * workload certificates with less than a quarter of their life left (the agent should have renewed them at half);
 * and those that are not valid yet, first.
 */
export function expiryWarnings(expiries: readonly Expiry[], now: Date): ExpiryWarning[] {
  const early = (expiry: Expiry): boolean => now.getTime() <= expiry.begins;
  const sorted = [...expiries].sort((a, b) => Number(early(b)) - Number(early(a)));
  return sorted.flatMap((expiry) => {
    const why = early(expiry) ? EARLY[expiry.role] : warningFor(expiry, now);
    if (why === undefined) return [];
    const { role, name, notBefore, notAfter, proxy, proxies, fingerprint } = expiry;
    return [{ role, name, notBefore, notAfter, proxy, proxies, fingerprint, why }];
  });
}

const EARLY: Readonly<Record<CertificateRole, string>> = {
  root: 'until then it vouches for nothing',
  intermediate: 'until then what it signed is refused',
  workload: 'until then every proxy refuses it',
};

/** Whether a workload certificate (times in ms) is so near its end that its renewal must have failed. */
export function workloadRenewalIsLate(
  { begins, ends }: { readonly begins: number; readonly ends: number },
  now: Date,
): boolean {
  return ends - now.getTime() < (ends - begins) * WORKLOAD_WARNING_SHARE;
}

/** Whether a certificate (times in ms) is so near its end that somebody must act; also when it has ended. */
export function endsSoon(
  role: CertificateRole,
  { begins, ends }: { readonly begins: number; readonly ends: number },
  now: Date,
): boolean {
  const left = ends - now.getTime();
  if (role === 'root') return left < ROOT_WARNING_MS;
  if (role === 'intermediate') return left < INTERMEDIATE_WARNING_MS;
  return workloadRenewalIsLate({ begins, ends }, now);
}

const SOON: Readonly<Record<CertificateRole, string>> = {
  root: 'a new root must reach every proxy before this one ends',
  intermediate: 'certificates below it end with it',
  workload: 'it should have been renewed at half of its life',
};

function warningFor(expiry: Expiry, now: Date): string | undefined {
  return endsSoon(expiry.role, expiry, now) ? SOON[expiry.role] : undefined;
}
