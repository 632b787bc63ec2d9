import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/envoy/redact.ts';

describe('withoutSecrets', () => {
  it('takes out keys in every form and spelling, and keeps the rest', () => {
    const value = {
      tls_certificate: {
        certificate_chain: { inline_bytes: 'Q0VSVA==' },
        private_key: { inline_bytes: 'S0VZ' },
      },
      tlsCertificate: { privateKey: { inlineString: 'KEY' } },
      list: [{ generic_secret: { secret: { inline_string: 'KEY' } } }],
      password: 'KEY',
    };
    const text = JSON.stringify(withoutSecrets(value));
    expect(text).not.toMatch(/KEY|S0VZ/);
    expect(text).toContain('Q0VSVA==');
  });

  it('leaves what Envoy redacted itself as it is, sharing it', () => {
    const value = { private_key: { inline_bytes: 'W3JlZGFjdGVkXQ==' }, other: [1, { a: null }] };
    expect(withoutSecrets(value)).toBe(value);
  });
});
