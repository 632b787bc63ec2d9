import type { Spot } from '../spot.ts';

const MUTUAL: ReadonlySet<string> = new Set(['MUTUAL', 'OPTIONAL_MUTUAL']);
const TERMINATING: ReadonlySet<string> = new Set(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL']);
const CERTIFICATE_FIELDS = [
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'tlsCertificates',
  'credentialName',
  'credentialNames',
] as const;

/** Cipher suites that Envoy knows (BoringSSL names). */
const CIPHERS: ReadonlySet<string> = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-PSK-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-PSK-AES128-CBC-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'ECDHE-PSK-AES256-CBC-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'PSK-AES128-CBC-SHA',
  'AES256-SHA',
  'PSK-AES256-CBC-SHA',
  'DES-CBC3-SHA',
]);

/** TLS of a server: of a Gateway, or of the ingress of a Sidecar (analyzers, section 4.1, rules 16 to 26). */
export function checkServerTls(tls: Spot): void {
  if (!tls.isSet) return;
  const mode = tls.get('mode').text || 'PASSTHROUGH';
  checkProtocol(tls);
  if (mode === 'ISTIO_MUTUAL') {
    for (const name of CERTIFICATE_FIELDS)
      if (tls.has(name))
        tls.error(`ISTIO_MUTUAL uses the certificates of the mesh: ${name} can not be set`, name);
    return;
  }
  if (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH') {
    for (const name of CERTIFICATE_FIELDS)
      if (tls.has(name)) tls.warn(`${mode} does not end TLS here: ${name} is not used`, name);
  }
  checkCertificates(tls, mode);
}

function checkProtocol(tls: Spot): void {
  const least = tls.get('minProtocolVersion').text;
  const ciphers = tls.get('cipherSuites');
  if ((least === 'TLSV1_0' || least === 'TLSV1_1') && !ciphers.isSet)
    tls.warn(`TLS versions below 1.2 need cipherSuites that they can use`, 'minProtocolVersion');
  const seen = new Set<string>();
  ciphers.texts.forEach((cipher, index) => {
    if (seen.has(cipher)) ciphers.warn(`the cipher suite ${cipher} is listed twice`, index);
    seen.add(cipher);
    if (cipher !== '' && cipher !== 'ALL' && /^[A-Za-z0-9]/.test(cipher) && !CIPHERS.has(cipher))
      ciphers.warn(`the cipher suite ${cipher} is not known`, index);
  });
}

function checkCertificates(tls: Spot, mode: string): void {
  const has = (name: string): boolean => tls.get(name).text !== '' || tls.items(name).length > 0;
  const sources = [
    has('serverCertificate') || has('privateKey'),
    has('credentialName'),
    has('credentialNames'),
    has('tlsCertificates'),
  ].filter(Boolean);
  if (sources.length > 1)
    tls.error(
      'only one of serverCertificate and privateKey, credentialName, credentialNames, tlsCertificates can be set',
    );
  if (TERMINATING.has(mode) && (has('credentialName') || has('credentialNames'))) return;
  if (MUTUAL.has(mode) && !has('caCertificates'))
    tls.error(`${mode} needs caCertificates to verify clients with`, 'mode');
  if (TERMINATING.has(mode)) {
    const holders = has('tlsCertificates') ? tls.items('tlsCertificates') : [tls];
    for (const holder of holders) {
      if (holder.get('serverCertificate').text === '') holder.error(`${mode} needs serverCertificate`);
      if (holder.get('privateKey').text === '') holder.error(`${mode} needs privateKey`);
    }
  }
  if (tls.items('tlsCertificates').length > 2)
    tls.warn('only two tlsCertificates are used: one RSA and one ECDSA', 'tlsCertificates');
  if (has('caCrl') && (has('credentialName') || has('credentialNames')))
    tls.error('caCrl can not be set together with a credential', 'caCrl');
  if (has('caCrl') && mode === 'SIMPLE')
    tls.error('caCrl needs a mode in which clients are verified', 'caCrl');
}
