import { humanDuration } from '../util/duration.ts';
import {
  type DumpedCertificate,
  isValidAt,
  unavailableReason,
  type ZtunnelCertificate,
} from '../ztunnel/certificate.ts';
import type { ZtunnelDump } from '../ztunnel/dump.ts';
import { workloadRenewalIsLate } from './certificate-expiry.ts';
import type { Concern } from './concern.ts';

/** The certificates for one identity, and what is wrong with them. */
export interface CertificateRow {
  readonly entry: ZtunnelCertificate;
  /** `Available`, `Initializing`, `Unavailable`: the state without its reason. */
  readonly state: string;
  /** The workload's own certificate; `undefined` where there is none. */
  readonly leaf: DumpedCertificate | undefined;
  readonly roots: readonly DumpedCertificate[];
  readonly concern: Concern | undefined;
}

/** The identities that a ztunnel speaks for, with their certificates. */
export interface ZtunnelCertificates {
  readonly rows: readonly CertificateRow[];
  /** The roots that they trust, the first to expire first. */
  readonly roots: readonly DumpedCertificate[];
}

/** The certificates of a ztunnel as of `now`. */
export function ztunnelCertificates({ certificates }: ZtunnelDump, now: Date): ZtunnelCertificates {
  const rows = certificates.map((entry) => {
    const { chain, roots } = splitChain(entry);
    const [leaf] = chain;
    const state = unavailableReason(entry) === undefined ? entry.state : 'Unavailable';
    return { entry, state, leaf, roots, concern: certificateConcern(entry, chain, now) };
  });
  const roots = new Map(rows.flatMap((row) => row.roots).map((root) => [root.serialNumber, root]));
  return {
    rows,
    roots: [...roots.values()].sort((a, b) => Date.parse(a.expirationTime) - Date.parse(b.expirationTime)),
  };
}

/** ztunnels that do not list roots apart have the root at the end of the chain. */
export function splitChain({ chain, roots }: ZtunnelCertificate): {
  readonly chain: readonly DumpedCertificate[];
  readonly roots: readonly DumpedCertificate[];
} {
  if (roots !== undefined) return { chain, roots };
  return chain.length < 2 ? { chain, roots: [] } : { chain: chain.slice(0, -1), roots: chain.slice(-1) };
}

function certificateConcern(
  entry: ZtunnelCertificate,
  chain: readonly DumpedCertificate[],
  now: Date,
): Concern | undefined {
  const reason = unavailableReason(entry);
  if (reason !== undefined) {
    return { level: 'bad', text: `not issued, so its connections fail: ${reason}` };
  }
  const [leaf] = chain;
  if (leaf === undefined) return { level: 'warn', text: 'no certificate yet' };
  const ended = chain.find((one) => Date.parse(one.expirationTime) <= now.getTime());
  if (ended !== undefined) {
    const ago = humanDuration(now.getTime() - Date.parse(ended.expirationTime));
    return { level: 'bad', text: `expired ${ago} ago: every peer refuses it` };
  }
  if (!chain.every((one) => isValidAt(one, now))) {
    const unread = Number.isNaN(Date.parse(leaf.validFrom)) || Number.isNaN(Date.parse(leaf.expirationTime));
    return unread
      ? { level: 'warn', text: 'its dates can not be read' }
      : { level: 'bad', text: `not valid before ${leaf.validFrom}: every peer refuses it` };
  }
  const [begins, ends] = [Date.parse(leaf.validFrom), Date.parse(leaf.expirationTime)];
  if (!workloadRenewalIsLate({ begins, ends }, now)) return undefined;
  const left = humanDuration(ends - now.getTime());
  return { level: 'warn', text: `expires in ${left}: it should have been renewed at half of its life` };
}
