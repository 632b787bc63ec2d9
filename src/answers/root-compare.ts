import type { PodRef } from '../kube/pod-ref.ts';
import type { Certificate } from '../security/certificate.ts';
import { type Verification, verifyChain } from '../security/chain.ts';
import { type ProxyTrust, trustedRoots } from '../security/proxy-trust.ts';
import { ExitCode } from '../util/errors.ts';
import { type CertificateInfo, certificateInfo } from './root-info.ts';

/** One of the two proxies: what it presents and what it trusts. */
export interface ComparedProxy {
  readonly proxy: PodRef;
  readonly identities: readonly { readonly name: string; readonly chain: readonly CertificateInfo[] }[];
  readonly roots: readonly CertificateInfo[];
  readonly trustDomains: readonly string[];
  readonly problems: readonly string[];
}

/** Whether one proxy accepts an identity of the other: by which root, or why not. */
export type DirectedTrust =
  | { readonly identity: string; readonly accepted: true; readonly root: CertificateInfo }
  | { readonly identity: string; readonly accepted: false; readonly reason: string; readonly detail: string };

/** Two proxies' trust in each other, direction by direction. */
export interface RootCompareAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'RootCompare';
  readonly verdict: 'both' | 'one-way' | 'none';
  readonly a: ComparedProxy;
  readonly b: ComparedProxy;
  /** Whether `a` accepts what `b` presents, an entry an identity. */
  readonly aAcceptsB: readonly DirectedTrust[];
  readonly bAcceptsA: readonly DirectedTrust[];
  /** Fingerprints of roots that both trust, and that only one does. */
  readonly shared: readonly string[];
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
}

/** A proxy that could be read. */
export interface CompareInput {
  readonly proxy: PodRef;
  readonly trust: ProxyTrust;
}

/**
 * Whether each of two proxies accepts the certificate that the other presents, at `now`. Equal root sets are not
 * asked for: during a rotation old + new against new passes where the signatures do.
 */
export function compareRoots(a: CompareInput, b: CompareInput, now: Date): RootCompareAnswer {
  const aAcceptsB = directed(a.trust, b.trust, now);
  const bAcceptsA = directed(b.trust, a.trust, now);
  const rootsA = new Set(trustedRoots(a.trust).map(({ fingerprint }) => fingerprint));
  const rootsB = new Set(trustedRoots(b.trust).map(({ fingerprint }) => fingerprint));
  return {
    apiVersion: 'meshscope.io/v1',
    kind: 'RootCompare',
    verdict: verdictOf(allAccepted(aAcceptsB), allAccepted(bAcceptsA)),
    a: describe(a, now),
    b: describe(b, now),
    aAcceptsB,
    bAcceptsA,
    shared: [...rootsA].filter((fingerprint) => rootsB.has(fingerprint)),
    onlyA: [...rootsA].filter((fingerprint) => !rootsB.has(fingerprint)),
    onlyB: [...rootsB].filter((fingerprint) => !rootsA.has(fingerprint)),
  };
}

/** 0 when both accept each other, 1 otherwise. */
export function rootCompareExitCode(answer: RootCompareAnswer): ExitCode {
  return answer.verdict === 'both' ? ExitCode.ok : ExitCode.no;
}

function verdictOf(aAccepts: boolean, bAccepts: boolean): RootCompareAnswer['verdict'] {
  if (aAccepts && bAccepts) return 'both';
  return aAccepts || bAccepts ? 'one-way' : 'none';
}

function allAccepted(directions: readonly DirectedTrust[]): boolean {
  return directions.length > 0 && directions.every(({ accepted }) => accepted);
}

function directed(verifier: ProxyTrust, presenter: ProxyTrust, now: Date): DirectedTrust[] {
  return presenter.identities.map(({ name, chain }) =>
    toDirected(name, verifyChain(chain, verifier.trust, now), now),
  );
}

function toDirected(identity: string, result: Verification, now: Date): DirectedTrust {
  if (!result.ok) return { identity, accepted: false, reason: result.reason, detail: result.detail };
  const root = result.path.at(-1) as Certificate;
  return { identity, accepted: true, root: certificateInfo(root, now) };
}

function describe({ proxy, trust }: CompareInput, now: Date): ComparedProxy {
  return {
    proxy,
    identities: trust.identities.map(({ name, chain }) => ({
      name,
      chain: chain.map((certificate) => certificateInfo(certificate, now)),
    })),
    roots: trustedRoots(trust).map((root) => certificateInfo(root, now)),
    trustDomains: [...trust.trust.byTrustDomain.keys()],
    problems: trust.problems,
  };
}
