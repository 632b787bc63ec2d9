import { type Certificate, certificateDate, validityAt } from './certificate.ts';

/** What a verifier trusts: roots for everybody, and roots that count only for members of one trust domain. */
export interface TrustSet {
  readonly roots: readonly Certificate[];
  /** Filled when a SPIFFE validator is configured; then `roots` is not consulted. */
  readonly byTrustDomain: ReadonlyMap<string, readonly Certificate[]>;
}

/** Why a presented chain is refused. */
export type RefusalReason =
  | 'no-certificate'
  | 'no-root'
  | 'trust-domain'
  | 'unknown-issuer'
  | 'expired'
  | 'not-yet-valid';

/**
 * Whether a chain is accepted: the path from the leaf to the root that vouches for it, or the reason it is not.
 * `about` names the certificate or issuer at fault, `leaf` for the presented one: refusals with equal reason and
 * `about` have one cause.
 */
export type Verification =
  | { readonly ok: true; readonly path: readonly Certificate[] }
  | {
      readonly ok: false;
      readonly reason: RefusalReason;
      readonly about: string;
      readonly detail: string;
    };

/** No path is longer than this; Envoy's own limit is 100, real chains have two to four certificates. */
const MAX_DEPTH = 10;
/** Bound on steps through cross-signed intermediates, which would otherwise multiply. */
const MAX_STEPS = 500;

/**
 * Whether a verifier with `trust` accepts the chain that a peer presents, leaf first, at `moment`. Signatures are
 * verified step by step; a certificate of the trust set ends the path even when it is not self-signed (Envoy allows
 * an intermediate as trusted CA), and every certificate of the path must be within its dates.
 */
export function verifyChain(presented: readonly Certificate[], trust: TrustSet, moment: Date): Verification {
  const [leaf, ...others] = presented;
  if (leaf === undefined) return refuse('no-certificate', 'it presents no certificate');
  const roots = rootsFor(leaf, trust);
  if (!Array.isArray(roots)) return roots;
  if (roots.length === 0) return refuse('no-root', 'no root certificate is trusted');
  const paths = findPaths(leaf, others, roots);
  const [first] = paths;
  if (first === undefined) return unknownIssuer(leaf, others);
  const valid = paths.find((path) =>
    path.every((certificate) => validityAt(certificate, moment) === 'valid'),
  );
  return valid ? { ok: true, path: valid } : outOfDate(first, moment);
}

/** Roots that count for this leaf: those of its trust domain under a SPIFFE validator, otherwise all. */
function rootsFor(leaf: Certificate, trust: TrustSet): Certificate[] | Extract<Verification, { ok: false }> {
  if (trust.byTrustDomain.size === 0) return [...trust.roots];
  if (leaf.trustDomain === undefined) return refuse('trust-domain', 'its certificate carries no SPIFFE ID');
  const bundle = trust.byTrustDomain.get(leaf.trustDomain);
  if (bundle !== undefined) return [...bundle];
  const known = [...trust.byTrustDomain.keys()].join(', ');
  return refuse('trust-domain', `trust domain ${leaf.trustDomain} is not among the trusted ones (${known})`);
}

/** All paths from the leaf to a root, through the presented intermediates, by real signatures. */
function findPaths(
  leaf: Certificate,
  others: readonly Certificate[],
  roots: readonly Certificate[],
): Certificate[][] {
  const found: Certificate[][] = [];
  let steps = 0;
  const walk = (path: readonly Certificate[]): void => {
    const last = path.at(-1);
    if (last === undefined || path.length > MAX_DEPTH || steps++ >= MAX_STEPS) return;
    if (roots.some((root) => root.fingerprint === last.fingerprint)) {
      found.push([...path]);
      return;
    }
    for (const root of roots) if (isIssuedBy(last, root)) found.push([...path, root]);
    for (const next of others) {
      const used = path.some((certificate) => certificate.fingerprint === next.fingerprint);
      if (!used && next.isCA && isIssuedBy(last, next)) walk([...path, next]);
    }
  };
  walk([leaf]);
  return found;
}

/**
 * Names and key identifiers match, the issuer may sign, and the signature verifies under its key. Where names are
 * hidden, that was found out when they were.
 */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (certificate.signers !== undefined) return certificate.signers.includes(issuer.fingerprint);
  if (certificate.x509 === undefined || issuer.x509 === undefined) return false;
  try {
    return certificate.x509.checkIssued(issuer.x509) && certificate.x509.verify(issuer.x509.publicKey);
  } catch {
    return false;
  }
}

function unknownIssuer(leaf: Certificate, others: readonly Certificate[]): Verification {
  let top = leaf;
  for (let step = 0; step < MAX_DEPTH; step++) {
    const current: Certificate = top;
    const next = others.find(
      (other) => other.fingerprint !== current.fingerprint && isIssuedBy(current, other),
    );
    if (next === undefined) break;
    top = next;
  }
  return refuse(
    'unknown-issuer',
    `its chain ends at issuer "${top.issuer}", which no trusted root signed`,
    top.issuer,
  );
}

function outOfDate(path: readonly Certificate[], moment: Date): Verification {
  const bad = path.find((certificate) => validityAt(certificate, moment) !== 'valid');
  if (bad === undefined) return { ok: true, path };
  const role = bad === path.at(-1) ? 'the root' : 'the intermediate';
  const what = bad === path[0] ? 'its certificate' : `${role} "${bad.subject}"`;
  const about = bad === path[0] ? 'leaf' : bad.fingerprint;
  return validityAt(bad, moment) === 'expired'
    ? refuse('expired', `${what} expired ${certificateDate(bad.notAfter)}`, about)
    : refuse('not-yet-valid', `${what} is not valid before ${certificateDate(bad.notBefore)}`, about);
}

function refuse(reason: RefusalReason, detail: string, about = 'leaf'): Extract<Verification, { ok: false }> {
  return { ok: false, reason, about, detail };
}
