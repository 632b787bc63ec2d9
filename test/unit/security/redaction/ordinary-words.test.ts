import { describe, expect, it } from 'vitest';
import { redactFile, redactLines } from '../../../../src/security/redaction/redact-file.ts';

const SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const UID = 'c1a9c0e2-7b6f-9f3e-8d1c-2b8e5f6a7d90';
const POD = 'cart-v1-6588479589-4ksqx';

/** Lines of logs that speak of secrets, or look like some, and hold none. */
const LINES: readonly string[] = [
  `[2026-11-23T02:11:00.000Z] "GET /cart/7?page=2&sort=asc HTTP/1.1" 200 - via_upstream - "-" 0 178 12 11 "-" "curl/8.5.0" "${UID}" "cart.shop:8080" "10.244.0.12:8080" outbound|8080||cart.shop.svc.cluster.local 10.244.0.7:51234 10.96.14.3:8080 10.244.0.7:40122 - default`,
  `ADS: new connection for node:${POD}.shop-12`,
  `SDS: PUSH for node:${POD}.shop resources:1 size:4.0kB resource:ROOTCA`,
  'generated new workload certificate resourceName=default latency=119.9ms ttl=23h59m59.88s',
  '2026-11-23T02:11:00Z\tinfo\tkube\tsecret: shop/shop-cert-2026 added',
  'failed to fetch key and certificate for kubernetes://shop-cert: secret shop/shop-cert not found',
  'secret default-token-x7k2p in namespace shop changed',
  'file token /var/run/secrets/tokens/istio-token is read',
  `x-request-id: ${UID} traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`,
  'x-b3-traceid: 80f198ee56343ba864fe8b2a57d3eff7, x-b3-spanid: e457b5a2e4d86bd1',
  `x-forwarded-client-cert: By=spiffe://cluster.local/ns/shop/sa/cart;Hash=${SHA};Subject="";URI=spiffe://cluster.local/ns/shop/sa/web`,
  `image docker.io/istio/proxyv2@sha256:${SHA} pulled`,
  'serial 3f:2a:91:bc:00:11:22:33:44:55 of CN=istiod, key usage: digital signature',
  'JWT authentication failed: jwt issuer https://login.shop is not configured',
  'token expired, refreshing token in 12m30s',
  'password authentication failed for user "ledger"',
  'pass through cluster PassthroughCluster, key: value pairs, sort key=name',
  'rpc error: code = Unavailable desc = keepalive ping failed to receive ACK within timeout',
  'Authorization policy shop/allow-web matched, authority=cart.shop:8080 auth=mtls',
  'envoy_cluster_upstream_rq{response_code="200",cluster_name="outbound|80||cart.shop.svc.cluster.local"} 12',
  'cluster.xds-grpc.ssl.session_reused: 12',
  'sds.default.key_rotation_failed: 0',
  'run -u 1000:1000 --user=65532:65532 -p 8080:80; psql -p 5432 -U ledger',
  'mysql -h db -P 3306 -p',
  'redis-cli -p 6379 ping',
  'kubectl get secret shop-cert -n edge',
  '--tokenTTL=24h --cookie-name sid --key-file=/etc/tls.key --tls-cert-file /etc/tls.crt',
  'http://cart.shop:8080/users/a@b.example and https://cart.shop/?email=a@b.example',
  'git@github.com:istio/istio.git ssh://git@github.com/istio',
  'smtp://mail.shop:25 redis://cache.shop:6379/0',
  'user admin on node-7 logged in',
  'the secret is mounted, the token is projected, the password is required',
  'sort_key=created_at2 cache_key=cart:v1:77 partition_key=shop-7 routing_key=orders.created.v2 primary_key=id77',
  'public_key=AAAAB3NzaC1yc2EAAAADAQABAAABAQ public-key: ssh-rsa',
  'session=closed sid=77 code=invalid_grant_type ticket=JIRA-1234',
  'compass: north7 bypass: abc12345 trespass=1',
  'status {\\"volumes\\":[\\"istio-token\\",\\"istiod-ca-cert\\"],\\"imagePullSecrets\\":null}, of sidecar',
  'volumes ["istio-token","istiod-ca-cert"] are mounted',
  'path: /api/v1/tokens/refresh pattern=^/secret/(.*)$',
];

/** Objects and parts of dumps whose words commands need. */
const VALUES: Readonly<Record<string, unknown>> = {
  'a reference to the Secret of a registry': {
    kind: 'WasmPlugin',
    metadata: { name: 'auth', uid: UID, resourceVersion: '123456' },
    spec: { imagePullSecret: 'regcred', sha256: SHA },
  },
  'a certificate by its name': {
    spec: { servers: [{ tls: { mode: 'SIMPLE', credentialName: 'shop-cert' } }] },
  },
  'files of keys': {
    spec: {
      trafficPolicy: { tls: { privateKey: '/etc/certs/key.pem', caCertificates: '/etc/certs/ca.pem' } },
    },
  },
  'the mounts and variables of a pod': {
    kind: 'Pod',
    metadata: { name: POD },
    spec: {
      imagePullSecrets: [{ name: 'regcred' }],
      volumes: [
        { projected: { sources: [{ serviceAccountToken: { audience: 'istio-ca', path: 'istio-token' } }] } },
        { secret: { secretName: 'shop-cert', defaultMode: 420 } },
      ],
      containers: [
        {
          env: [
            { name: 'JWT_POLICY', value: 'third-party-jwt' },
            { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
            { name: 'BEARER_TOKEN', value: '/var/run/secrets/token' },
            { name: 'USE_AUTH', value: 'true' },
            { name: 'API_KEY', value: '$(OTHER)' },
            { name: 'SORT_KEY', value: 'abc123456' },
          ],
        },
      ],
    },
    status: { containerStatuses: [{ imageID: `docker.io/istio/proxyv2@sha256:${SHA}` }] },
  },
  'public keys of a login': {
    spec: {
      jwtRules: [
        {
          issuer: 'https://login.shop',
          jwks: JSON.stringify({ keys: [{ kty: 'RSA', n: SHA, e: 'AQAB', kid: '2011-04-29' }] }),
          fromHeaders: [{ name: 'x-jwt-assertion', prefix: 'Bearer ' }],
          fromParams: ['access_token'],
          forwardOriginalToken: true,
        },
      ],
    },
  },
  'conditions of a policy': {
    spec: {
      rules: [
        {
          from: [{ source: { principals: ['cluster.local/ns/shop/sa/cart'] } }],
          when: [
            { key: 'request.auth.claims[groups]', values: ['admins7'] },
            { key: 'request.headers[x-tenant]', values: ['acme12345'] },
          ],
        },
      ],
    },
  },
  'patterns of a header': {
    header: { name: 'authorization', string_match: { safe_regex: { regex: '^Bearer .+$' } } },
  },
  'settings of a mesh': {
    kind: 'ConfigMap',
    data: {
      mesh: 'accessLogFile: /dev/stdout\ndefaultConfig:\n  proxyMetadata:\n    SECRET_TTL: 24h\ntrustDomain: cluster.local\n',
      'root-cert.pem': '-----BEGIN CERTIFICATE-----\nMIIC/DCCAeSgAwIBAgIQVv\n-----END CERTIFICATE-----\n',
      values: JSON.stringify({
        global: { imagePullSecrets: ['regcred'], sds: { token: { aud: 'istio-ca' } } },
      }),
    },
  },
  'names of secrets in a dump': {
    name: 'kubernetes://shop-cert',
    sds_config: { ads: {} },
    validation_context_sds_secret_config: { name: 'ROOTCA' },
    session_ticket_keys_sds_secret_config: { name: 'tickets' },
    stateful_session: { cookie: { name: 'sid', path: '/', ttl: '60s' } },
    version_info: '2026-11-23T02:11:00Z/123',
    nonce: 'p7x9Qz1=abcd',
  },
  'hashes and checksums': {
    annotations: { 'checksum/config': SHA, 'prometheus.io/path': '/metrics' },
    etag: 'W/"33a64df551425fcc55e4d42a148795d9f25f89d4"',
    locality: 'eu-west-1/eu-west-1b',
  },
};

describe('what holds no secret', () => {
  it.each(LINES)('stays in a log: %s', (line) => {
    const found: string[] = [];
    expect(redactLines(line, (rule) => found.push(rule))).toBe(line);
    expect(found).toEqual([]);
  });

  it.each(Object.entries(VALUES))('stays in JSON: %s', (_, value) => {
    const found: string[] = [];
    const text = JSON.stringify(value);
    const clean = redactFile('a.json', Buffer.from(text), (rule) => found.push(rule));
    expect(Buffer.from(clean).toString()).toBe(text);
    expect(found).toEqual([]);
  });
});

describe('texts that are made to take long', () => {
  const long = (part: string): string => part.repeat(Math.ceil(200_000 / part.length));
  it.each([
    ...[
      'a',
      '=',
      '-',
      '\\',
      '"',
      'password',
      'password=',
      'password="',
      "password='",
      'password:\t',
      'x-a-key',
    ],
    ...[
      'password\\":\\"',
      '"password":"\\',
      'password=[[',
      '--password ',
      'password%3D',
      '<password ',
      'a.sess',
    ],
    ...['://a:b@', 'postgres://a:b@', 'eyJhbGciOi.', 'Digest ', 'mysql ', 'user a on ', 'machine a login '],
    ...[
      '-----BEGIN PRIVATE KEY-----\n',
      `${'A'.repeat(64)}\n`,
      'name: session\n',
      'password: |\n',
      '? ',
      '- ',
    ],
  ])('are done at once: %j', (part) => {
    expect(redactLines(long(part)).length).toBeGreaterThan(0);
  });
});
