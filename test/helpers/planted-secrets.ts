/** A secret in one of the forms in which a proxy's configuration may hold it. */
export interface Planted {
  readonly what: string;
  /** What must not be printed, neither as it is nor in base64. */
  readonly secret: string;
  /** The fields that hold it. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What stands beside it and must stay. */
  readonly stays?: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const jwt = (secret: string): string => `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYXJ0In0.${secret}`;
const pem = (secret: string, kind = ''): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\nMIIE${secret}\n-----END ${kind}PRIVATE KEY-----\n`;
const jwk = (member: string, secret: string): string =>
  JSON.stringify({ keys: [{ kty: 'RSA', n: 'public-modulus', e: 'AQAB', [member]: secret }] });
const header = (key: string, value: string): unknown => [{ header: { key, value } }];

type Form = readonly [what: string, fields: (secret: string) => Record<string, unknown>, stays?: string];

/** Fields that hold a secret by their name. */
const BY_NAME: readonly Form[] = [
  ['key bytes', (s) => ({ tls_certificates: [{ private_key: { inline_bytes: base64(s) } }] })],
  ['key text', (s) => ({ tls_certificates: [{ private_key: { inline_string: s } }] })],
  ['key in istiod spelling', (s) => ({ tlsCertificates: [{ privateKey: { inlineBytes: base64(s) } }] })],
  ['key password', (s) => ({ tls_certificates: [{ password: { inline_string: s } }] })],
  ['PKCS 12', (s) => ({ tls_certificates: [{ pkcs12: { inline_bytes: base64(s) } }] })],
  ['Redis password', (s) => ({ downstream_auth_password: { inline_string: s } })],
  ['Redis passwords', (s) => ({ downstream_auth_passwords: [{ inline_bytes: base64(s) }] })],
  ['upstream Redis password', (s) => ({ auth_password: { inline_string: s } })],
  ['client secret', (s) => ({ client_id: 'shop-client', client_secret: s }), 'shop-client'],
  ['token secret', (s) => ({ credentials: { token_secret: { inline_string: s } } })],
  [
    'HMAC secret',
    (s) => ({ credentials: { hmac_secret: { generic_secret: { secret: { inline_bytes: base64(s) } } } } }),
  ],
  ['secret of a typed struct', (s) => ({ value: { clientSecret: { value: s } } })],
  ['ticket keys', (s) => ({ session_ticket_keys: { keys: [{ inline_bytes: base64(s) }] } })],
  ['generic secret', (s) => ({ generic_secret: { secret: { inline_string: s } } })],
  ['generic secrets', (s) => ({ genericSecret: { secrets: { one: { inlineString: s } } } })],
  ['basic auth users', (s) => ({ users: { inline_string: `admin:{SHA}${s}` } })],
  ['AWS secret key', (s) => ({ access_key_id: 'AKIASHOP', secret_access_key: s }), 'AKIASHOP'],
  ['AWS session token', (s) => ({ credential_provider: { inline_credential: { session_token: s } } })],
  ['API keys', (s) => ({ credentials: [{ key: s, client: 'shop-reader' }] }), 'shop-reader'],
  ['injected credential', (s) => ({ credential: { inline_string: s } })],
  ['access token', (s) => ({ google_grpc: { call_credentials: [{ access_token: s }] } })],
  ['Google key', (s) => ({ service_account_jwt_access: { json_key: s } })],
  ['licence of an extension', (s) => ({ pluginConfig: { licenseKey: s } })],
  ['password in short', (s) => ({ pluginConfig: { user: 'shop-db', pwd: s } }), 'shop-db'],
  ['key beside its algorithm', (s) => ({ hmac: { algorithm: 'sha256', key: s } }), 'sha256'],
  ['older password', (s) => ({ PROXY_CONFIG: { proxyMetadata: { DB_PASSWORD_OLD: s } } })],
  ['key of a telemetry service', (s) => ({ initial_metadata: [{ key: 'x-honeycomb-team', value: s }] })],
  ['header of a custom name', (s) => ({ request_headers_to_add: header('x-internal-auth', s) })],
  ['header that is matched', (s) => ({ headers: [{ name: 'x-api-key', string_match: { exact: s } }] })],
  [
    'header that a policy allows',
    (s) => ({ when: [{ key: 'request.headers[x-api-key]', values: [s] }] }),
    'request.headers[x-api-key]',
  ],
  [
    'Secret of Kubernetes',
    (s) => ({ object: { kind: 'Secret', metadata: { name: 'shop-secret' }, data: { greeting: base64(s) } } }),
    'shop-secret',
  ],
  ['proxy metadata', (s) => ({ PROXY_CONFIG: { proxyMetadata: { SHOP_DB_PASSWORD: s } } })],
];

/** Texts that show themselves to be secret, or that what stands beside them shows to be. */
const BY_FORM: readonly Form[] = [
  ['JWT', (s) => ({ annotation: jwt(s) })],
  ['JWT inside a text', (s) => ({ annotation: `login with ${jwt(s)} please` })],
  ['JWT in bytes', (s) => ({ custom: { inline_bytes: base64(jwt(s)) } })],
  ['bearer', (s) => ({ note: `curl -H "Authorization: Bearer ${s}"` })],
  ['basic', (s) => ({ note: `Basic ${base64(`user:${s}`)}` })],
  ['header', (s) => ({ request_headers_to_add: header('x-api-key', s) })],
  ['authorization header', (s) => ({ headers_to_add: [{ key: 'Authorization', value: `Bearer ${s}` }] })],
  ['header bytes', (s) => ({ initial_metadata: [{ key: 'x-shop-token', raw_value: base64(s) }] })],
  ['PEM', (s) => ({ note: `before ${pem(s)} after` }), 'after'],
  ['PEM of RSA', (s) => ({ note: pem(s, 'RSA ') })],
  ['PEM that is cut off', (s) => ({ note: `-----BEGIN EC PRIVATE KEY-----\nMIIE${s}` })],
  ['PEM in bytes', (s) => ({ custom: { inline_bytes: base64(pem(s)) } })],
  ['PEM in base64', (s) => ({ note: base64(pem(s)) })],
  ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].map(
    (member): Form => [
      `JWK ${member}`,
      (s) => ({ local_jwks: { inline_string: jwk(member, s) } }),
      'public-modulus',
    ],
  ),
  ['JWK in bytes', (s) => ({ local_jwks: { inline_bytes: base64(jwk('d', s)) } })],
  ['JWK as an object', (s) => ({ jwks: { keys: [{ kty: 'oct', k: s }] } })],
  ['password in a URL', (s) => ({ uri: `redis://shop:${s}@cache.shop:6379` }), 'cache.shop'],
  [
    'password in a URL with a percent sign',
    (s) => ({ uri: `redis://shop:a%21${s}@cache.shop` }),
    'cache.shop',
  ],
  ['password in a URL with an at sign', (s) => ({ uri: `redis://shop:a@${s}@cache.shop` }), 'cache.shop'],
  ['JWT without its signature', (s) => ({ note: `eyJhbGciOiJub25lIn0.eyJzdWIiOiJ${s}` })],
  ['JSON in a text with an escaped quote', (s) => ({ note: JSON.stringify({ password: `a"${s}` }) })],
  ['key of OpenVPN', (s) => ({ note: pem(s).replaceAll('PRIVATE KEY', 'OpenVPN Static key V1') })],
  ['token in a query', (s) => ({ uri: `https://shop.example/login?access_token=${s}&next=1` }), 'next=1'],
  ['JSON in a text', (s) => ({ note: JSON.stringify({ user: 'shop', password: s }) })],
];

/** One secret of every form, each another text. */
export function plantedSecrets(seed: number): Planted[] {
  return [...BY_NAME, ...BY_FORM].map(([what, fields, stays], index) => {
    const secret = `Zq${seed}x${index}${['Hunter', 'Wq7', 'pLm'][index % 3]}Vt9kS${(seed * 7919 + index * 104729).toString(36)}`;
    return { what, secret, fields: fields(secret), ...(stays === undefined ? {} : { stays }) };
  });
}

/** The texts of a secret that must not be printed: as it is, and in base64 wherever in a text it may have begun. */
export function tracesOf(secret: string): string[] {
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.from('x'.repeat(shift) + secret)
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [secret, ...shifted];
}
