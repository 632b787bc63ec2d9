import { asObjects, asString, field, type JsonObject } from '../util/json.ts';

/** The certificates that a ztunnel holds, or could not get, for one identity that it speaks for. */
export interface ZtunnelCertificate {
  /** SPIFFE ID. */
  readonly identity: string;
  /** `Available`, `Initializing`, or `Unavailable: ` with the reason. */
  readonly state: string;
  /** The workload's own certificate first, then intermediates. */
  readonly chain: readonly DumpedCertificate[];
  /** `undefined` in dumps of ztunnels that put the root at the end of the chain. */
  readonly roots: readonly DumpedCertificate[] | undefined;
  readonly object: JsonObject;
}

/** One certificate as ztunnel describes it; empty texts where it says nothing. */
export interface DumpedCertificate {
  /** Decimal, as in the dump. */
  readonly serialNumber: string;
  /** RFC 3339. */
  readonly validFrom: string;
  readonly expirationTime: string;
}

/** The view of an entry of `certificates`. */
export function ztunnelCertificate(object: JsonObject): ZtunnelCertificate {
  const roots = object['rootCerts'];
  return {
    identity: asString(field(object, 'identity')) ?? '',
    state: asString(field(object, 'state')) ?? '',
    chain: asObjects(object['certChain']).map(dumpedCertificate),
    roots: Array.isArray(roots) ? asObjects(roots).map(dumpedCertificate) : undefined,
    object,
  };
}

function dumpedCertificate(object: JsonObject): DumpedCertificate {
  const text = (name: string): string => asString(field(object, name)) ?? '';
  return {
    serialNumber: text('serialNumber'),
    validFrom: text('validFrom'),
    expirationTime: text('expirationTime'),
  };
}

/** The serial number in hexadecimal; the text itself when it is no decimal number. */
export function hexSerial({ serialNumber }: DumpedCertificate): string {
  return /^\d{1,60}$/.test(serialNumber) ? BigInt(serialNumber).toString(16) : serialNumber;
}

/** Whether a moment lies within the certificate's dates (both ends excluded); false where they can't be read. */
export function isValidAt(certificate: DumpedCertificate, moment: Date): boolean {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.expirationTime)];
  return moment.getTime() > from && moment.getTime() < to;
}

/** Why ztunnel has no certificate for an identity; `undefined` while it has one or is still asking. */
export function unavailableReason({ state }: Pick<ZtunnelCertificate, 'state'>): string | undefined {
  if (!state.includes('Unavailable')) return undefined;
  return state.replace(/^Unavailable(?::\s*)?/, '') || 'ztunnel gives no reason';
}
