import { type Certificate, certificateDate, parseCertificates, parseDer } from '../certificate.ts';
import { factsBlock } from '../certificate-facts.ts';
import { isIssuedBy } from '../chain.ts';
import { decodeBase64 } from '../pem.ts';

/** A certificate in PEM; its lines may be joined by `\n` as in JSON. */
const BLOCK =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----((?:(?!-----)[\s\S]){0,60000})-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
/** Blocks in which names may stand, and that nothing is judged by. */
const OTHERS =
  /-----BEGIN (X509 CRL|CERTIFICATE REQUEST|NEW CERTIFICATE REQUEST)-----(?:(?!-----)[\s\S]){0,200000}-----END [A-Z0-9 ]*-----/g;
/** As headers carry them in a URL's letters, and without PEM around them, as in `x5c` of a JSON Web Key. */
const ENCODED =
  /-----BEGIN(?:%20|\+)CERTIFICATE-----[A-Za-z0-9+/=%]{0,60000}-----END(?:%20|\+)CERTIFICATE-----/g;
const DER = /(?<![A-Za-z0-9+/])MII[A-Za-z0-9+/]{200,60000}={0,2}/g;
const HIDDEN = '[redacted certificate]';
/** Names that Istio gives the certificates it makes itself. */
const NOBODYS =
  /^(?:(?:O=(?:cluster\.local|Istio|istiod)|CN=(?:Root CA|Intermediate CA|istiod[\w.-]*|cluster\.local)|L=cluster\.local)(?:, |$))*$/;
/** No more authorities are remembered. */
const MOST_AUTHORITIES = 500;

/** How names are hidden in a certificate. */
export interface CertificateNames {
  /** A text with known names hidden. */
  readonly text: (text: string) => string;
  /** A text that is a name as a whole. */
  readonly whole: (text: string) => string;
  readonly learnHost: (host: string) => void;
}

/** Puts facts in the place of certificates that name somebody. Others stay: they say no more than their facts. */
export class CertificateHider {
  readonly #authorities = new Map<string, Certificate>();

  readonly #public: ReadonlySet<string>;

  /** `publicRoots`: PEM of the authorities that every browser knows; gateways trust a file of those. */
  constructor(
    private readonly names: CertificateNames,
    publicRoots: readonly string[] = [],
  ) {
    this.#public = new Set(publicRoots.map((pem) => bare(pem.replace(/-----[^-]*-----/g, ''))));
  }

  /** Remembers the authorities in a text: whether one signed a certificate can't be told later. */
  learn(text: string): void {
    if (this.#authorities.size >= MOST_AUTHORITIES) return;
    for (const parsed of parseCertificates(text))
      if (parsed.ok && parsed.certificate.isCA)
        this.#authorities.set(parsed.certificate.fingerprint, parsed.certificate);
  }

  hide(text: string): string {
    const marked = text.replace(BLOCK, (block: string, body: string) => this.#block(block, body));
    return marked
      .replace(OTHERS, (_, label: string) => `[redacted ${label.toLowerCase()}]`)
      .replace(ENCODED, HIDDEN)
      .replace(DER, (der) => this.#der(der));
  }

  #der(base64: string): string {
    const parsed = parseDer(decodeBase64(base64));
    if (!parsed.ok || this.#isPublic(base64) || !namesSomebody(parsed.certificate)) return base64;
    return HIDDEN;
  }

  #block(block: string, body: string): string {
    const parsed = parseDer(decodeBase64(body.replace(/\\[nr]/g, '\n')));
    if (!parsed.ok) return '[redacted certificate that could not be read]';
    const { certificate } = parsed;
    // One that is made of facts has gone through here before.
    if (certificate.x509 === undefined || this.#isPublic(body) || !namesSomebody(certificate)) return block;
    const marked = factsBlock(this.#facts(certificate));
    return body.includes('\\n') ? marked.replaceAll('\n', '\\n') : marked;
  }

  #isPublic(body: string): boolean {
    return this.#public.has(bare(body));
  }

  #facts(certificate: Certificate): Parameters<typeof factsBlock>[0] {
    const { text, learnHost } = this.names;
    for (const name of certificate.dnsNames) learnHost(name);
    const signers = [...this.#authorities.values()].filter((one) => isIssuedBy(certificate, one));
    return {
      sha256: certificate.fingerprint,
      keySha256: certificate.keyFingerprint,
      serial: certificate.serial,
      notBefore: certificateDate(certificate.notBefore),
      notAfter: certificateDate(certificate.notAfter),
      isCA: certificate.isCA,
      subject: this.#distinguished(certificate.subject),
      issuer: this.#distinguished(certificate.issuer),
      dnsNames: certificate.dnsNames.map(text),
      spiffeIds: certificate.spiffeIds.map(text),
      signers: signers.map(({ fingerprint }) => fingerprint),
    };
  }

  /** `O=Acme, CN=shop.example.com`: what is no known name is one as a whole. */
  #distinguished(name: string): string {
    return name
      .split(', ')
      .map((part) => {
        const at = part.indexOf('=');
        const value = part.slice(at + 1);
        if (at < 0 || NOBODYS.test(part)) return part;
        const renamed = this.names.text(value);
        return part.slice(0, at + 1) + (renamed === value ? this.names.whole(value) : renamed);
      })
      .join(', ');
  }
}

function bare(base64: string): string {
  return base64.replace(/\\[nr]|\s/g, '');
}

function namesSomebody({ subject, issuer, dnsNames, spiffeIds, x509 }: Certificate): boolean {
  if (dnsNames.length > 0 || spiffeIds.length > 0 || x509?.subjectAltName !== undefined) return true;
  return !NOBODYS.test(subject) || !NOBODYS.test(issuer);
}
