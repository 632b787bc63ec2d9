import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { unwrapBase64 } from './pem.ts';

/**
 * Whether a private key (PEM, wrapped in base64 or not) is that of a certificate; `undefined` when the text holds no key
 * that can be read, as where it was taken out. Nothing of the key is kept or said.
 */
export function isKeyOf(certificate: Certificate, text: string): boolean | undefined {
  let key: KeyObject;
  try {
    key = createPrivateKey(unwrapBase64(text));
  } catch {
    return undefined;
  }
  return certificate.x509.checkPrivateKey(key);
}
