import { secretsOf } from '../../src/envoy/secrets.ts';
import { type ProxyTrustResult, trustOfEnvoy } from '../../src/security/proxy-trust.ts';
import type { TestCertificate } from './certificates.ts';

/** PEM texts of certificates joined as a chain or bundle. */
export function bundle(...certificates: readonly TestCertificate[]): string {
  return certificates.map(({ pem }) => pem).join('');
}

/** A `SecretsConfigDump` with the two secrets that Istio's agent serves. */
export function secretsSection(chain: string, roots: string): Record<string, unknown> {
  return {
    dynamic_active_secrets: [
      {
        name: 'default',
        secret: { tls_certificate: { certificate_chain: inline(chain), private_key: inline('x') } },
      },
      { name: 'ROOTCA', secret: { validation_context: { trusted_ca: inline(roots) } } },
    ],
  };
}

/** Envoy's inline bytes of a text. */
export function inline(text: string): { inline_bytes: string } {
  return { inline_bytes: Buffer.from(text).toString('base64') };
}

/** What an Envoy with this chain and these roots presents and trusts. */
export function envoyTrust(chain: string, roots: string): ProxyTrustResult {
  return trustOfEnvoy(secretsOf(secretsSection(chain, roots)));
}
