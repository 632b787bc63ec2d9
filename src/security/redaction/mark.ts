import { createHash, createPublicKey } from 'node:crypto';
import { REDACTED } from '../../util/secret-text.ts';
import type { RuleId } from './rules.ts';

/** Is told of each secret that is found. */
export type OnSecret = (rule: RuleId) => void;

/** Whether a text already is what stands in the place of a secret. */
export function isMark(text: string): boolean {
  return /^\s*(?:(?:bearer|basic|digest|token)\s+)?\[redacted[^\]]*\]\s*$/i.test(text);
}

/**
 * What stands in the place of a secret. Of a private key that can be read it is the sha256 of its public key (DER,
 * SubjectPublicKeyInfo), so that whether it belongs to a certificate can still be told.
 */
export function markOf(secret: string): string {
  if (!secret.includes('PRIVATE KEY')) return REDACTED;
  const fingerprint = publicKeyFingerprint(secret);
  return fingerprint === undefined ? REDACTED : `[redacted private key of public key sha256:${fingerprint}]`;
}

/** Which rule a secret falls under by its own form, where the place that it was found at does not tell. */
export function ruleOfForm(secret: string): RuleId {
  if (secret.includes('PRIVATE KEY')) return 'private-key';
  if (/^ey[JA][\w-]*\.[\w-]+\./.test(secret)) return 'token';
  return /^(?:LS0t|ZXlK)/.test(secret) ? 'encoded' : 'named-value';
}

function publicKeyFingerprint(pem: string): string | undefined {
  // What is cut off, or holds next to nothing, is no key: to have it refused takes long.
  if (pem.length < 100 || !pem.includes('-----END ')) return undefined;
  const lines = pem.replaceAll('\\n', '\n').replaceAll(/^[ \t]+/gm, '');
  try {
    const der = createPublicKey(lines).export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(der).digest('hex');
  } catch {
    return undefined;
  }
}
