import { asObjects, asString, field, type JsonObject } from '../util/json.ts';

/** A certificate as Envoy's admin page `certs` tells it; empty texts where it says nothing. */
export interface PageCertificate {
  /** Hexadecimal. */
  readonly serial: string;
  /** URI, DNS and IP names, as in the certificate. */
  readonly names: readonly string[];
  /** RFC 3339. */
  readonly validFrom: string;
  readonly expirationTime: string;
}

/** The certificates of one TLS context: what it trusts, and what it presents. */
export interface TlsCertificates {
  readonly trusted: readonly PageCertificate[];
  readonly presented: readonly PageCertificate[];
}

/** The TLS contexts of the page `certs`; empty when it is something else. */
export function certsOf(page: unknown): readonly TlsCertificates[] {
  return asObjects(field(page, 'certificates')).map((entry) => ({
    trusted: asObjects(entry['ca_cert']).map(pageCertificate),
    presented: asObjects(entry['cert_chain']).map(pageCertificate),
  }));
}

function pageCertificate(object: JsonObject): PageCertificate {
  const text = (name: string): string => asString(field(object, name)) ?? '';
  return {
    serial: text('serial_number'),
    names: asObjects(object['subject_alt_names']).flatMap(
      (name) => asString(name['uri']) ?? asString(name['dns']) ?? asString(name['ip_address']) ?? [],
    ),
    validFrom: text('valid_from'),
    expirationTime: text('expiration_time'),
  };
}
