import type { EnvoySecret, SecretData } from '../envoy/secrets.ts';
import { isEmptySecret, secretInUse } from '../envoy/secrets.ts';
import { asArray, asObject, asString, field } from '../util/json.ts';
import { type Certificate, type ParsedCertificate, parseCertificates } from './certificate.ts';
import type { TrustSet } from './chain.ts';

/** One identity that a proxy presents: its chain, leaf first. */
export interface ProxyIdentity {
  /** SPIFFE ID of the leaf, or the name that the proxy gives the identity. */
  readonly name: string;
  readonly chain: readonly Certificate[];
}

/** What a proxy presents to its peers and what it accepts from them. */
export interface ProxyTrust {
  /** One for an Envoy; one a workload in its care for a ztunnel. */
  readonly identities: readonly ProxyIdentity[];
  readonly trust: TrustSet;
  /** Parts that are there but unreadable, in words. */
  readonly problems: readonly string[];
}

/** A proxy's identity and roots, or why they can't be told. */
export type ProxyTrustResult =
  | { readonly ok: true; readonly value: ProxyTrust }
  | { readonly ok: false; readonly reason: string };

/** Name of the secret with a proxy's own certificate, as Istio's agent serves it. */
const IDENTITY_SECRET = 'default';
/** Name of the secret with the mesh roots, as Istio's agent serves it. */
const ROOT_SECRET = 'ROOTCA';

/**
 * The identity (secret `default`) and trusted roots (secret `ROOTCA`) that an Envoy uses. Fails with the reason when
 * either is missing, still warming, only named as a file, or holds no readable certificate.
 */
export function trustOfEnvoy(secrets: readonly EnvoySecret[]): ProxyTrustResult {
  const identity = secretInUse(secrets, IDENTITY_SECRET);
  const root = secretInUse(secrets, ROOT_SECRET);
  if (identity === undefined) return missing(secrets, IDENTITY_SECRET);
  if (root === undefined) return missing(secrets, ROOT_SECRET);
  const problems: string[] = [];
  const chain = read(identity.certificateChain, `secret ${IDENTITY_SECRET}`);
  const roots = read(root.trustedCa, `secret ${ROOT_SECRET}`);
  const byTrustDomain = new Map<string, Certificate[]>();
  for (const { trustDomain, data } of root.spiffeBundles) {
    const bundle = read(data, `secret ${ROOT_SECRET}, trust domain ${trustDomain}`);
    byTrustDomain.set(trustDomain, [...(byTrustDomain.get(trustDomain) ?? []), ...bundle.certificates]);
    problems.push(...bundle.problems);
  }
  if (chain.certificates.length === 0) return { ok: false, reason: chain.problems.join('; ') };
  if (roots.certificates.length === 0 && byTrustDomain.size === 0)
    return { ok: false, reason: roots.problems.join('; ') };
  problems.push(...chain.problems, ...(byTrustDomain.size === 0 ? roots.problems : []));
  const name = chain.certificates[0]?.spiffeIds.at(-1) ?? chain.certificates[0]?.subject ?? '';
  return {
    ok: true,
    value: {
      identities: [{ name, chain: chain.certificates }],
      trust: { roots: roots.certificates, byTrustDomain },
      problems,
    },
  };
}

/**
 * The identities and roots that a ztunnel holds, from its `config_dump`. Its roots are the union over its
 * certificates; an identity without a certificate yet is a problem, not a failure.
 */
export function trustOfZtunnel(dump: unknown): ProxyTrustResult {
  const identities: ProxyIdentity[] = [];
  const roots = new Map<string, Certificate>();
  const problems: string[] = [];
  const entries = field(dump, 'certificates');
  const list = Array.isArray(entries) ? entries : Object.values(asObject(entries) ?? {});
  for (const entry of list) {
    const name = asString(field(entry, 'identity')) ?? '';
    const chain = readAll(asArray(field(entry, 'certChain')), name);
    const root = readAll(asArray(field(entry, 'rootCerts')), `roots of ${name}`);
    for (const certificate of root.certificates) roots.set(certificate.fingerprint, certificate);
    if (chain.certificates.length > 0) identities.push({ name, chain: chain.certificates });
    else problems.push(`${name} has no certificate (${asString(field(entry, 'state')) ?? 'state unknown'})`);
    problems.push(...chain.problems, ...root.problems);
  }
  if (roots.size === 0) return { ok: false, reason: 'its config_dump holds no root certificate' };
  return {
    ok: true,
    value: { identities, trust: { roots: [...roots.values()], byTrustDomain: new Map() }, problems },
  };
}

/** Every certificate the proxy trusts, once: mesh roots and the roots of SPIFFE bundles. */
export function trustedRoots({ trust }: ProxyTrust): Certificate[] {
  const roots = new Map<string, Certificate>();
  for (const root of [...trust.roots, ...[...trust.byTrustDomain.values()].flat()])
    roots.set(root.fingerprint, root);
  return [...roots.values()];
}

function missing(secrets: readonly EnvoySecret[], name: string): ProxyTrustResult {
  const warming = secrets.some((secret) => secret.name === name && secret.state === 'warming');
  const others = secrets.length === 0 ? 'its config_dump holds no secrets' : `it has no secret ${name}`;
  return { ok: false, reason: warming ? `its secret ${name} is still warming` : others };
}

interface Reading {
  readonly certificates: Certificate[];
  readonly problems: string[];
}

function read(data: SecretData | undefined, what: string): Reading {
  if (data === undefined) return { certificates: [], problems: [`${what} is empty`] };
  if (data.kind === 'file')
    return { certificates: [], problems: [`${what} is the file ${data.path} on the pod`] };
  if (data.kind === 'environment') {
    return {
      certificates: [],
      problems: [`${what} is the environment variable ${data.variable} of the pod`],
    };
  }
  return sort(parseCertificates(data.text), what);
}

function readAll(entries: readonly unknown[], what: string): Reading {
  return sort(
    entries.flatMap((entry) => parseCertificates(asString(field(entry, 'pem')) ?? '')),
    what,
  );
}

function sort(parsed: readonly ParsedCertificate[], what: string): Reading {
  const certificates: Certificate[] = [];
  const problems: string[] = [];
  for (const entry of parsed) {
    if (entry.ok) certificates.push(entry.certificate);
    else problems.push(`${what}: ${entry.reason}`);
  }
  return { certificates, problems };
}

/** Whether a secret that the proxy needs never arrived: asked for, and nothing sent. */
export function isUndelivered(secret: EnvoySecret): boolean {
  return secret.version === 'uninitialized' || (secret.state === 'warming' && isEmptySecret(secret));
}
