import { describe, expect, it } from 'vitest';
import { redactJson } from '../../../../src/security/redaction/redact-json.ts';

/** Variables of processes whose value is a secret, by their names alone. */
const SECRET = [
  'VAULT_TOKEN',
  'DB_PASSWORD',
  'PGPASSWORD',
  'MYSQL_PWD',
  'SMTP_PASS',
  'GITHUB_PAT',
  'AWS_SECRET_ACCESS_KEY',
  'AZURE_STORAGE_KEY',
  'ENCRYPTION_KEY',
  'APIKEY',
  'SENTRY_DSN',
  'GOOGLE_CREDENTIALS',
  'REGISTRY_AUTH',
  'TLS_PASSPHRASE',
  'TLS_KEY_BASE64',
];
/** Variables of istiod that are called alike. */
const PLAIN = {
  JWT_POLICY: 'third-party-jwt',
  TOKEN_AUDIENCES: 'istio-ca',
  XDS_AUTH: 'true',
  OLDPWD: '/home/istio',
  PATH: '/usr/local/bin:/usr/bin',
  PILOT_CERT_PROVIDER: 'istiod',
  KUBERNETES_SERVICE_HOST: '10.96.0.1',
  KEY_FILE: '/etc/certs/key.pem',
  VAULT_TOKEN: '',
};
const VALUE = 'correct horse, battery=staple';

function hidden(value: unknown): { readonly clean: unknown; readonly found: number } {
  let found = 0;
  const clean = redactJson(value, () => {
    found += 1;
  });
  return { clean, found };
}

describe('the environment of a process', () => {
  it.each(SECRET)('shows nothing of %s, however it is written', (name) => {
    const { clean, found } = hidden({
      pairs: [{ name, value: VALUE }],
      lines: [`${name}=${VALUE}`],
      map: { [name]: VALUE },
    });
    expect(clean).toEqual({
      pairs: [{ name, value: '[redacted]' }],
      lines: [`${name}=[redacted]`],
      map: { [name]: '[redacted]' },
    });
    expect(found).toBe(3);
    expect(hidden(clean)).toEqual({ clean, found: 0 });
  });

  it.each(Object.entries(PLAIN))('shows %s=%s', (name, value) => {
    const page = [{ pairs: [{ name, value }], lines: [`${name}=${value}`] }];
    expect(hidden(page)).toEqual({ clean: page, found: 0 });
  });

  it('shows the name of what a pod takes from a Secret', () => {
    const env = [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }];
    expect(hidden({ env })).toEqual({ clean: { env }, found: 0 });
  });

  it('hides secrets in values by their form, too', () => {
    const { clean } = hidden([{ name: 'DATABASE', value: 'postgres://shop:s3cr3t@db/shop' }]);
    expect(clean).toEqual([{ name: 'DATABASE', value: 'postgres://shop:[redacted]@db/shop' }]);
  });
});
