import { gzipSync } from 'node:zlib';
import { base64, settings } from './form-parts.ts';
import type { Form } from './planted-recording.ts';

const filter = (value: unknown) => ({ spec: { configPatches: [{ patch: { operation: 'ADD', value } }] } });
const code = (what: string, lua: (secret: string) => string): Form => ({
  what: `code of a filter: ${what}`,
  file: 'envoyfilters',
  put: (s) => filter({ inline_code: `function envoy_on_request(h)\n  ${lua(s)}\nend` }),
});
const wasm = (what: string, pluginConfig: (secret: string) => unknown): Form => ({
  what: `settings of a Wasm extension: ${what}`,
  file: 'wasmplugins',
  put: (s) => ({ spec: { url: 'oci://registry.shop/auth:v1', pluginConfig: pluginConfig(s) } }),
});
const packed = (text: string): string => gzipSync(text).toString('base64');
const dump = (
  what: string,
  put: (secret: string) => unknown,
  traces: (secret: string) => readonly string[] = () => [],
): Form => ({ what: `dump: ${what}`, file: 'dump', put, traces });
const mesh = (what: string, yaml: (secret: string) => string): Form => ({
  what: `mesh configuration: ${what}`,
  file: 'configmaps',
  put: (s) => settings({ mesh: yaml(s) }),
});
const jwks = (key: Record<string, string>): string =>
  JSON.stringify({ keys: [{ kid: 'shop', use: 'sig', alg: 'RS256', ...key }] });
const login = (jwtRule: Record<string, unknown>) => ({
  spec: { jwtRules: [{ issuer: 'https://login.shop', ...jwtRule }] },
});
const routed = (headers: unknown) => ({ spec: { http: [{ headers: { request: { set: headers } } }] } });

/** Forms that configuration of Istio and Envoy is known to hold secrets in. */
export const REAL_MESH_FORMS: readonly Form[] = [
  ...['d', 'p', 'dq', 'qi'].map(
    (member): Form => ({
      what: `private member ${member} in the keys of a login`,
      file: 'requestauthentications',
      put: (s) => login({ jwks: jwks({ kty: 'RSA', n: 'public', e: 'AQAB', [member]: s }) }),
    }),
  ),
  {
    what: 'symmetric key of a login',
    file: 'requestauthentications',
    put: (s) => login({ jwks: jwks({ kty: 'oct', k: s }) }),
  },
  {
    what: 'login in the address of keys',
    file: 'requestauthentications',
    put: (s) => login({ jwksUri: `https://mesh:${s}@login.shop/keys` }),
  },
  {
    what: 'key in the address of keys',
    file: 'requestauthentications',
    put: (s) => login({ jwksUri: `https://login.shop/keys?subscription-key=${s}` }),
  },
  {
    what: 'header that a policy allows',
    file: 'authorizationpolicies',
    put: (s) => ({ spec: { rules: [{ when: [{ key: 'request.headers[x-api-key]', values: [s] }] }] } }),
  },
  code('table of headers', (s) => `h:httpCall("auth", {[":path"] = "/", ["x-shop-token"] = "${s}"}, "", 50)`),
  code('authorization in a table', (s) => `local q = {["authorization"] = "${s}"}`),
  code('header with a short name', (s) => `h:headers():add("x-auth", "${s}")`),
  code('long string', (s) => `local password = [[${s}]]`),
  code('concatenation', (s) => `h:headers():add("authorization", "Bearer " .. "${s}")`),
  code('constant', (s) => `local SHARED_SECRET <const> = '${s}'`),
  code('comparison', (s) => `if h:headers():get("x-api-key") ~= "${s}" then h:respond({}, "") end`),
  wasm('login', (s) => ({ upstream: { auth: { username: 'edge', password: s } } })),
  wasm('key of a signature', (s) => ({ verify: { hmac: { algorithm: 'sha256', key: s } } })),
  wasm('login of a store', (s) => ({ redis: { service: 'cache.shop', auth: s } })),
  wasm('consumers', (s) => ({ consumers: [{ name: 'partner', credential: s }] })),
  wasm('secret of an app', (s) => ({ appSecret: s })),
  wasm('password in short', (s) => ({ db: { user: 'edge', pwd: s } })),
  wasm('password in shorter', (s) => ({ db: { user: 'edge', pass: s } })),
  wasm('licence', (s) => ({ licenseKey: s })),
  wasm('keys', (s) => ({ api_keys: [s] })),
  wasm('settings in YAML in a text', (s) => ({ raw: `tenant: shop\nclient_secret: ${s}\n` })),
  {
    what: 'header that a route sets',
    file: 'virtualservices',
    put: (s) => routed({ authorization: `Basic ${base64(`edge:${s}`)}` }),
  },
  {
    what: 'header of a custom name that a route sets',
    file: 'virtualservices',
    put: (s) => routed({ 'x-internal-auth': s }),
  },
  {
    what: 'key of a service that a route sets',
    file: 'virtualservices',
    put: (s) => routed({ 'Ocp-Apim-Subscription-Key': s }),
  },
  {
    what: 'header that a route matches',
    file: 'virtualservices',
    put: (s) => ({ spec: { http: [{ match: [{ headers: { 'x-api-key': { exact: s } } }] }] } }),
  },
  {
    what: 'authorization that a route matches',
    file: 'virtualservices',
    put: (s) => ({ spec: { http: [{ match: [{ headers: { authorization: { exact: `Bearer ${s}` } } }] }] } }),
  },
  {
    what: 'address with a login in an annotation',
    file: 'serviceentries',
    put: (s) => ({
      annotations: { 'shop.example/upstream': `amqp://ledger:${s}@mq.partner.example:5671/v` },
    }),
  },
  {
    what: 'address with a percent sign in the password',
    file: 'serviceentries',
    put: (s) => ({ annotations: { 'shop.example/upstream': `rediss://cache:a%21${s}@cache.example:6380` } }),
  },
  {
    what: 'YAML in an annotation',
    file: 'serviceentries',
    put: (s) => ({ annotations: { 'shop.example/probe': `http:\n  basicAuth:\n    password: ${s}\n` } }),
  },
  dump('login of the registry of an extension', (s) => ({
    environment_variables: {
      key_values: {
        ISTIO_META_WASM_IMAGE_PULL_SECRET: JSON.stringify({ auths: { r: { auth: base64(`ci:${s}`) } } }),
      },
    },
  })),
  dump('settings of an extension in a wrapped text', (s) => ({
    configuration: {
      '@type': 'type.googleapis.com/google.protobuf.StringValue',
      value: JSON.stringify({ introspection: { bearer: 'x', clientSecret: s } }),
    },
  })),
  dump('settings of an extension in a wrapped text of YAML', (s) => ({
    configuration: {
      '@type': 'type.googleapis.com/google.protobuf.StringValue',
      value: `tenant: shop\napi_token: ${s}\n`,
    },
  })),
  dump('YAML in bytes', (s) => ({ custom: { inline_bytes: base64(`user: ledger\npassword: ${s}\n`) } })),
  dump('secret of OAuth for signatures', (s) => ({ hmac_secret: { inline_string: s } })),
  dump('header that a policy matches', (s) => ({
    principals: [{ header: { name: 'x-api-key', string_match: { exact: s } } }],
  })),
  dump('header that a route matches', (s) => ({
    match: { headers: [{ name: 'authorization', string_match: { prefix: `Bearer ${s}` } }] },
  })),
  dump('metadata of a call to a telemetry service', (s) => ({
    grpc_service: { initial_metadata: [{ key: 'x-honeycomb-team', value: s }] },
  })),
  dump('header that is added for an authorizer', (s) => ({
    authorization_request: { headers_to_add: [{ key: 'x-ext-authz-secret', value: s }] },
  })),
  dump('substitution in a header', (s) => ({
    request_headers_to_add: [{ header: { key: 'x-partner', value: `token=${s}` } }],
  })),
  dump(
    'configuration packed in base64',
    (s) => ({
      patch: packed(JSON.stringify({ password: s })),
    }),
    (s) => [packed(JSON.stringify({ password: s }))],
  ),
  mesh(
    'header of a telemetry service',
    (s) =>
      `extensionProviders:\n- name: honeycomb\n  opentelemetry:\n    grpc:\n      initialMetadata:\n      - name: x-honeycomb-team\n        value: ${s}\n`,
  ),
  mesh(
    'header of a request to an authorizer',
    (s) =>
      `extensionProviders:\n- name: ext\n  envoyExtAuthzHttp:\n    includeAdditionalHeadersInCheck:\n      x-ext-auth: ${s}\n`,
  ),
  mesh(
    'header of a telemetry service in one line',
    (s) => `headers: [{name: x-honeycomb-team, value: ${s}}]\n`,
  ),
  mesh(
    'key of telemetry',
    (s) => `defaultConfig:\n  proxyMetadata:\n    DD_API_KEY: ${s}\n    DD_SITE: eu\n`,
  ),
  mesh('address with a token', (s) => `tracing:\n  url: https://in.shop/v1/traces?apikey=${s}\n`),
];
