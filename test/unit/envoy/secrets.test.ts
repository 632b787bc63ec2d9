import { describe, expect, it } from 'vitest';
import { isEmptySecret, secretInUse, secretsOf } from '../../../src/envoy/secrets.ts';
import { fixtureDump } from '../../helpers/fixture.ts';

describe('secretsOf', () => {
  it('lists warming secrets before active ones, without private keys', () => {
    const secrets = secretsOf(fixtureDump('envoy/secrets/edge-gateway.json').section('Secrets'));
    expect(secrets.map(({ name, state }) => `${state} ${name}`)).toEqual([
      'warming kubernetes://admin-cert',
      'active default',
      'active kubernetes://shop-cert',
      'active ROOTCA',
    ]);
    expect(secrets.map(isEmptySecret)).toEqual([true, false, false, false]);
    expect(JSON.stringify(secrets)).not.toContain('redacted');
  });

  it('tells where a secret that is not inline comes from', () => {
    const secret = (name: string, source: object) => ({
      name,
      secret: { tls_certificate: { certificate_chain: source } },
    });
    const section = {
      static_secrets: [
        secret('a', { filename: '/etc/certs/tls.crt' }),
        secret('b', { environment_variable: 'CERT' }),
      ],
      dynamic_active_secrets: [secret('c', { inline_string: 'pem' }), secret('d', { inline_bytes: 7 })],
    };
    expect(secretsOf(section).map(({ certificateChain }) => certificateChain)).toEqual([
      { kind: 'inline', field: 'inline_string', text: 'pem' },
      undefined,
      { kind: 'file', path: '/etc/certs/tls.crt' },
      { kind: 'environment', variable: 'CERT' },
    ]);
  });

  it('prefers the active secret of a name to the static one, and never a warming one', () => {
    const secrets = secretsOf({
      dynamic_warming_secrets: [{ name: 'default' }, { name: 'new' }],
      dynamic_active_secrets: [{ name: 'default', version_info: 'active' }],
      static_secrets: [{ name: 'default', version_info: 'static' }],
    });
    expect(secretInUse(secrets, 'default')?.version).toBe('active');
    expect(secretInUse(secrets, 'default')?.state).toBe('active');
    expect(secretInUse(secrets, 'new')).toBeUndefined();
  });
});
