import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { decodeBase64, unwrapBase64 } from './pem.ts';

/** What `bug-report` leaves of a private key: the fingerprint of its public key. */
const MARK = /\[redacted private key of public key sha256:([0-9a-f]{64})\]/;

/**
 * Whether a private key (PEM, wrapped in base64 or not) is that of a certificate; `undefined` when the text holds no key
 * that can be read. A key that was taken out is known by the fingerprint in its place. Nothing of the key is kept or said.
 */
export function isKeyOf(certificate: Certificate, text: string): boolean | undefined {
  const fingerprint = markedKey(text) ?? publicFingerprint(text);
  if (fingerprint === undefined || certificate.keyFingerprint === undefined) return undefined;
  return fingerprint === certificate.keyFingerprint;
}

function markedKey(text: string): string | undefined {
  const inner = decodeBase64(text);
  return MARK.exec(inner === undefined ? text : Buffer.from(inner).toString('latin1'))?.[1];
}

function publicFingerprint(text: string): string | undefined {
  let key: KeyObject;
  try {
    key = createPublicKey(createPrivateKey(unwrapBase64(text)));
    return createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('hex');
  } catch {
    return undefined;
  }
}
