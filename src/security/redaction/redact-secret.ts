import { asObject, asString, type JsonObject } from '../../util/json.ts';
import { REDACTED } from '../../util/secret-text.ts';
import { isMark, markOf, type OnSecret } from './mark.ts';

const CERTIFICATE = /-----BEGIN (?:CERTIFICATE|TRUSTED CERTIFICATE|X509 CRL|PUBLIC KEY)-----/;

/**
 * A Secret without its values. Certificates, revocation lists and public keys stay; of private keys the fingerprint of
 * the public key stays. Names of keys and metadata stay, but for what `kubectl apply` keeps of the values.
 */
export function redactSecret(secret: JsonObject, onSecret: OnSecret): JsonObject {
  const clean: Record<string, unknown> = { ...secret };
  for (const [name, encoded] of [
    ['data', true],
    ['stringData', false],
  ] as const) {
    const values = asObject(secret[name]);
    if (values === undefined) continue;
    clean[name] = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, redactValue(value, encoded, onSecret)]),
    );
  }
  return clean;
}

function redactValue(value: unknown, encoded: boolean, onSecret: OnSecret): unknown {
  const given = asString(value);
  if (given === undefined || given === '') return value;
  const text = encoded ? Buffer.from(given, 'base64').toString('latin1') : given;
  if (isMark(text)) return value;
  if (CERTIFICATE.test(text) && !text.includes('PRIVATE KEY')) return value;
  onSecret('secret-data');
  const mark = text.includes('PRIVATE KEY') ? markOf(text) : REDACTED;
  return encoded ? Buffer.from(mark).toString('base64') : mark;
}
