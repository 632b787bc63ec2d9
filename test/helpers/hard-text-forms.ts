import { base64, env, jwt, line, settings } from './form-parts.ts';
import type { Form } from './planted-recording.ts';

/** Forms that nobody had in mind when the rules were written: manifests, URLs, logs, files of passwords. */
export const HARD_TEXT_FORMS: readonly Form[] = [
  {
    what: 'what kubectl apply keeps of a Secret as text',
    file: 'secrets',
    put: (s) => ({
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
          kind: 'Secret',
          metadata: { name: 'a' },
          stringData: { greeting: s },
        }),
      },
    }),
  },
  {
    what: 'what another tool keeps of a Secret',
    file: 'secrets',
    put: (s) => ({
      annotations: {
        'kapp.k14s.io/original': JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'a' },
          data: { greeting: base64(s) },
        }),
      },
    }),
  },
  {
    what: 'what kubectl apply keeps of a pod',
    file: 'pods',
    put: (s) => ({
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
          kind: 'Pod',
          metadata: { name: 'a' },
          spec: { containers: [{ name: 'a', env: [{ name: 'DB_PASSWORD', value: s }] }] },
        }),
      },
    }),
  },
  {
    what: 'Secret in YAML in a ConfigMap',
    file: 'configmaps',
    put: (s) =>
      settings({
        'secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: greeting\ndata:\n  greeting: ${base64(s)}\n`,
      }),
  },
  {
    what: 'Secret with text in YAML in a ConfigMap',
    file: 'configmaps',
    put: (s) =>
      settings({
        'secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: greeting}\nstringData:\n  greeting: ${s}\n`,
      }),
  },
  {
    what: 'login of a registry in a ConfigMap',
    file: 'configmaps',
    put: (s) =>
      settings({ '.dockerconfigjson': JSON.stringify({ auths: { r: { username: 'ci', password: s } } }) }),
  },
  {
    what: 'password in a kubeconfig',
    file: 'configmaps',
    put: (s) =>
      settings({ kubeconfig: `users:\n- name: ci\n  user:\n    username: ci\n    password: ${s}\n` }),
  },
  {
    what: 'token in a kubeconfig in one line',
    file: 'configmaps',
    put: (s) => settings({ kubeconfig: `users: [{name: ci, user: {token: ${s}}}]\n` }),
  },
  {
    what: 'parameter of a JDBC URL',
    file: 'pods',
    put: (s) =>
      env('DATABASE', `jdbc:postgresql://db.payments:5432/ledger?user=ledger&password=${s}&ssl=true`),
  },
  {
    what: 'property of a JDBC URL',
    file: 'configmaps',
    put: (s) =>
      settings({
        database: `jdbc:sqlserver://db.payments:1433;databaseName=ledger;user=sa;password=${s};encrypt=true`,
      }),
  },
  {
    what: 'login of a JDBC URL',
    file: 'configmaps',
    put: (s) => settings({ database: `jdbc:oracle:thin:ledger/${s}@//db.payments:1521/ledger` }),
  },
  {
    what: 'URL of a document store',
    file: 'configmaps',
    put: (s) => settings({ database: `mongodb+srv://ledger:${s}@cluster0.example/ledger` }),
  },
  { what: 'URL without a user', file: 'pods', put: (s) => env('CACHE', `redis://:${s}@cache.shop:6379/0`) },
  {
    what: 'URL with a token for a user',
    file: 'configmaps',
    put: (s) => settings({ remote: `https://${s}@git.example/shop.git` }),
  },
  {
    what: 'data source name',
    file: 'pods',
    put: (s) => env('LEDGER_DSN', `ledger:${s}@tcp(db.payments:3306)/ledger?parseTime=true`),
  },
  {
    what: 'connection string',
    file: 'configmaps',
    put: (s) => settings({ database: `Server=db;Database=ledger;User Id=sa;Pwd=${s};` }),
  },
  {
    what: 'header of an access log',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z] "GET / HTTP/1.1" 200 - "authorization: Bearer ${s}" "curl/8"`,
  },
  {
    what: 'field of an access log',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z] "GET / HTTP/1.1" 200 authorization="Bearer ${s}"`,
  },
  {
    what: 'JSON of an access log',
    file: 'proxy-log',
    put: (s) =>
      JSON.stringify({
        start_time: '2026-11-23T02:11:00Z',
        request_headers: { Authorization: [`Bearer ${s}`] },
      }),
  },
  {
    what: 'login without a scheme',
    file: 'proxy-log',
    put: (s) => JSON.stringify({ start_time: '2026-11-23T02:11:00Z', headers: { authorization: [s] } }),
  },
  {
    what: 'cookie that is set',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z][debug][http] set-cookie: sid=${s}; Path=/; HttpOnly`,
  },
  {
    what: 'cookie in JSON',
    file: 'proxy-log',
    put: (s) => JSON.stringify({ start_time: '2026-11-23T02:11:00Z', 'set-cookie': `sid=${s}; HttpOnly` }),
  },
  {
    what: 'cookies in JSON',
    file: 'proxy-log',
    put: (s) => JSON.stringify({ headers: { Cookie: [`sid=${s}`] } }),
  },
  {
    what: 'JWT in a query',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z] "GET /callback?jwt=${jwt(s)}&state=1 HTTP/1.1" 302 -`,
  },
  {
    what: 'JWT of a login in a query',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z] "GET /callback?id_token=${s}&state=1 HTTP/1.1" 302 -`,
  },
  {
    what: 'code of a login in a query',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z] "GET /callback?code=${s}&state=1 HTTP/1.1" 302 -`,
  },
  {
    what: 'header of telemetry in the mesh configuration',
    file: 'configmaps',
    put: (s) =>
      settings({
        mesh: `extensionProviders:\n- name: otel\n  opentelemetry:\n    http:\n      path: /v1/traces\n      headers:\n      - name: api-key\n        value: ${s}\n`,
      }),
  },
  {
    what: 'header of telemetry with the value first',
    file: 'configmaps',
    put: (s) => settings({ mesh: `headers:\n- value: "${s}"\n  name: x-honeycomb-token\n` }),
  },
  {
    what: 'token of telemetry in the mesh configuration',
    file: 'configmaps',
    put: (s) => settings({ mesh: `defaultConfig:\n  tracing:\n    lightstep:\n      accessToken: ${s}\n` }),
  },
  {
    what: 'header of a proxy configuration',
    file: 'proxyconfigs',
    put: (s) => ({
      spec: { environmentVariables: { OTEL_EXPORTER_OTLP_HEADERS: `api-key=${s},x-tenant=shop` } },
    }),
  },
  {
    what: 'login of a proxy configuration',
    file: 'proxyconfigs',
    put: (s) => ({
      spec: { environmentVariables: { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${s}` } },
    }),
  },
  {
    what: 'header of a telemetry',
    file: 'telemetries',
    put: (s) => ({ spec: { tracing: [{ customTags: { note: { literal: { value: `Bearer ${s}` } } } }] } }),
  },
  {
    what: 'password in the next line',
    file: 'configmaps',
    put: (s) => settings({ 'app.yaml': `db:\n  password:\n    ${s}\n  port: 5432\n` }),
  },
  {
    what: 'password in a mapping in one line',
    file: 'configmaps',
    put: (s) => settings({ 'app.yaml': `db: {user: ledger, password: ${s}, port: 5432}\n` }),
  },
  {
    what: 'password in quotes',
    file: 'configmaps',
    put: (s) => settings({ 'app.yaml': `db:\n  password: 'a ${s}'\n` }),
  },
  {
    what: 'password in a list',
    file: 'configmaps',
    put: (s) => settings({ 'app.yaml': `passwords:\n- ${s}\n- other\n` }),
  },
  {
    what: 'password in XML',
    file: 'configmaps',
    put: (s) => settings({ 'app.xml': `<db><user>ledger</user><password>${s}</password></db>` }),
  },
  {
    what: 'attribute in XML',
    file: 'configmaps',
    put: (s) => settings({ 'web.config': `<add key="ApiKey" value="${s}"/>` }),
  },
  {
    what: 'password in TOML',
    file: 'configmaps',
    put: (s) => settings({ 'app.toml': `[db]\npassword = "${s}"\n` }),
  },
  {
    what: 'password of a machine',
    file: 'configmaps',
    put: (s) => settings({ '.netrc': `machine git.example login ci password ${s}\n` }),
  },
  {
    what: 'line of a password file',
    file: 'configmaps',
    put: (s) => settings({ '.pgpass': `db.payments:5432:ledger:ledger:${s}\n` }),
  },
  {
    what: 'hash of a password file',
    file: 'configmaps',
    put: (s) => settings({ users: `admin:$2y$05$${s}\n` }),
  },
  {
    what: 'older hash of a password file',
    file: 'configmaps',
    put: (s) => settings({ users: `admin:$apr1$${s.slice(0, 8)}$${s}\n` }),
  },
  {
    what: 'assignment in a program',
    file: 'configmaps',
    put: (s) => settings({ 'run.sh': `export LEDGER_PASSWORD='${s}'\nexec ledger\n` }),
  },
  {
    what: 'declaration in a program',
    file: 'configmaps',
    put: (s) => settings({ 'a.go': `apiKey := "${s}"\n` }),
  },
  {
    what: 'password as a part of a form',
    file: 'proxy-log',
    put: (s) => line(`body user=ledger&password=${s}&remember=1`),
  },
  {
    what: 'password that is encoded for a URL',
    file: 'proxy-log',
    put: (s) => line(`GET /x?q=password%3D${s}%26a%3D1`),
  },
  {
    what: 'password in JSON in a text in JSON',
    file: 'istiod-log',
    put: (s) => JSON.stringify({ msg: JSON.stringify({ body: JSON.stringify({ password: s }) }) }),
  },
  {
    what: 'signature of a request',
    file: 'proxy-log',
    put: (s) =>
      `[2026-11-23T02:11:00Z][debug][http] 'authorization', 'AWS4-HMAC-SHA256 Credential=AKIASHOP/20261123, SignedHeaders=host, Signature=${s}'`,
  },
  {
    what: 'key as the scheme of a login',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z][debug][http] Authorization: ApiKey ${s}`,
  },
  {
    what: 'password in words',
    file: 'istiod-log',
    put: (s) => line(`login of ledger with password ${s} failed`),
  },
  { what: 'list of passwords', file: 'dump', put: (s) => ({ typed_config: { passwords: [s] } }) },
  {
    what: 'header of a dump',
    file: 'dump',
    put: (s) => ({ request_headers_to_add: [{ header: { key: 'authorization', value: s } }] }),
  },
];
