import { base64, block, env, line, settings, token } from './form-parts.ts';
import type { Form } from './planted-recording.ts';

/** Forms that nobody had in mind when the rules were written. */
export const HARD_FORMS: readonly Form[] = [
  {
    what: 'service account of a cloud in a ConfigMap',
    file: 'configmaps',
    put: (s) =>
      settings({
        'gcp.json': JSON.stringify(
          {
            type: 'service_account',
            project_id: 'shop',
            private_key: block('PRIVATE KEY', s),
            client_email: 'a@b.example',
          },
          null,
          2,
        ),
      }),
  },
  {
    what: 'session token of a cloud',
    file: 'configmaps',
    put: (s) => settings({ credentials: `[default]\naws_session_token = ${s}\n` }),
  },
  {
    what: 'session token in JSON',
    file: 'configmaps',
    put: (s) => settings({ 'aws.json': JSON.stringify({ AccessKeyId: 'ASIASHOP', SessionToken: s }) }),
  },
  { what: 'session token variable', file: 'pods', put: (s) => env('AWS_SESSION_TOKEN', s) },
  {
    what: 'access key in JSON',
    file: 'configmaps',
    put: (s) => settings({ 'aws.json': JSON.stringify({ Credentials: { SecretAccessKey: s } }) }),
  },
  {
    what: 'fine-grained token of a code host',
    file: 'istiod-log',
    put: (s) => line(`clone with ${token('github', '_pat_', s)}`),
  },
  {
    what: 'token of an installation',
    file: 'configmaps',
    put: (s) => settings({ note: `ci uses ${token('gh', 's_', s)}` }),
  },
  {
    what: 'web hook of a chat',
    file: 'configmaps',
    put: (s) => settings({ alert: `https://hooks.slack.com/services/T0SHOP/B0SHOP/${s}` }),
  },
  {
    what: 'restricted key of a payment service',
    file: 'proxy-log',
    put: (s) => line(`charge by ${token('rk', '_live_', s)}`),
  },
  {
    what: 'secret of a web hook',
    file: 'configmaps',
    put: (s) => settings({ hook: token('whs', 'ec_', s) }),
  },
  {
    what: 'key of a mail service',
    file: 'configmaps',
    put: (s) => settings({ mail: token('S', 'G.', s.slice(0, 22).padEnd(22, 'x'), '.', s.padEnd(43, 'y')) }),
  },
  {
    what: 'key of a language model',
    file: 'configmaps',
    put: (s) => settings({ ai: token('sk', '-proj-', s) }),
  },
  {
    what: 'token of a package index',
    file: 'istiod-log',
    put: (s) => line(`upload with ${token('py', 'pi-', s)}`),
  },
  {
    what: 'token of a container registry',
    file: 'istiod-log',
    put: (s) => line(`pull with ${token('dckr', '_pat_', s)}`),
  },
  {
    what: 'token of a dashboard',
    file: 'configmaps',
    put: (s) => settings({ dashboards: token('gl', 'sa_', s) }),
  },
  {
    what: 'token of a shop system',
    file: 'configmaps',
    put: (s) => settings({ store: token('shp', 'at_', s) }),
  },
  {
    what: 'token of a cloud host',
    file: 'configmaps',
    put: (s) => settings({ droplet: token('do', 'p_v1_', s) }),
  },
  {
    what: 'key of an encrypted file',
    file: 'configmaps',
    put: (s) => settings({ sops: token('AGE-SECRET', '-KEY-1', s) }),
  },
  {
    what: 'account key of storage',
    file: 'configmaps',
    put: (s) =>
      settings({
        storage: `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${s}==;EndpointSuffix=core.windows.net`,
      }),
  },
  {
    what: 'shared access key',
    file: 'pods',
    put: (s) =>
      env('BUS', `Endpoint=sb://shop.servicebus.example/;SharedAccessKeyName=send;SharedAccessKey=${s}=`),
  },
  {
    what: 'signature of a shared URL',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z] "GET /files/a.pdf?sv=2024-01-01&sig=${s}&se=2027 HTTP/1.1" 200 -`,
  },
  {
    what: 'signature of a signed URL',
    file: 'proxy-log',
    put: (s) =>
      `[2026-11-23T02:11:00Z] "GET /b?X-Amz-Credential=AKIASHOP&X-Amz-Signature=${s} HTTP/1.1" 200 -`,
  },
  {
    what: 'token of a signed URL',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z] "GET /b?X-Amz-Security-Token=${s}&x=1 HTTP/1.1" 200 -`,
  },
  {
    what: 'basic auth of a filter',
    file: 'envoyfilters',
    put: (s) => ({
      spec: {
        configPatches: [
          {
            patch: {
              value: {
                name: 'envoy.filters.http.basic_auth',
                typed_config: { users: { inline_string: `admin:{SHA}${s}` } },
              },
            },
          },
        ],
      },
    }),
  },
  {
    what: 'header in the code of a filter',
    file: 'envoyfilters',
    put: (s) => ({
      spec: {
        configPatches: [
          {
            patch: {
              value: {
                inlineCode: `function envoy_on_request(h)\n  h:headers():add("Authorization", "Basic ${base64(`edge:${s}`)}")\nend`,
              },
            },
          },
        ],
      },
    }),
  },
  {
    what: 'key in the code of a filter',
    file: 'envoyfilters',
    put: (s) => ({
      spec: { configPatches: [{ patch: { value: { inlineCode: `local api_key = "${s}"\nlocal x = 1` } } }] },
    }),
  },
  {
    what: 'header of a custom name in the code of a filter',
    file: 'envoyfilters',
    put: (s) => ({
      spec: {
        configPatches: [
          { patch: { value: { inlineCode: `h:headers():replace("x-shop-api-key", "${s}")` } } },
        ],
      },
    }),
  },
  {
    what: 'credentials of a Wasm extension',
    file: 'wasmplugins',
    put: (s) => ({
      spec: { pluginConfig: { basic_auth_rules: [{ prefix: '/', credentials: [`ok:${s}`] }] } },
    }),
  },
  {
    what: 'credentials in base64 of a Wasm extension',
    file: 'wasmplugins',
    put: (s) => ({
      spec: { pluginConfig: { basic_auth_rules: [{ prefix: '/', credentials: [base64(`ok:${s}`)] }] } },
    }),
  },
  {
    what: 'variable of a Wasm extension',
    file: 'wasmplugins',
    put: (s) => ({ spec: { vmConfig: { env: [{ name: 'SHOP_TOKEN', valueFrom: 'INLINE', value: s }] } } }),
  },
  {
    what: 'key on one line with escapes',
    file: 'pods',
    put: (s) => env('SIGNING', block('EC PRIVATE KEY', s, '\\n')),
  },
  {
    what: 'key on one line with escapes in YAML',
    file: 'configmaps',
    put: (s) => settings({ 'app.yaml': `signer:\n  pem: "${block('PRIVATE KEY', s, '\\n')}"\n` }),
  },
  {
    what: 'key with blanks for line ends',
    file: 'pods',
    put: (s) => env('SIGNING', block('PRIVATE KEY', s, ' ')),
  },
  {
    what: 'key with line ends of Windows',
    file: 'configmaps',
    put: (s) => settings({ 'id.pem': block('PRIVATE KEY', s, '\r\n') }),
  },
  {
    what: 'key in base64 of base64',
    file: 'configmaps',
    put: (s) => settings({ blob: base64(base64(`${block('PRIVATE KEY', s)}\n`)) }),
  },
  {
    what: 'key in base64 in YAML',
    file: 'configmaps',
    put: (s) => settings({ 'app.yaml': `signer:\n  pem: ${base64(block('PRIVATE KEY', s))}\n` }),
  },
  {
    what: 'key in base64 over several lines',
    file: 'configmaps',
    put: (s) =>
      settings({
        'app.yaml': `signer:\n  pem: |\n    ${base64(block('PRIVATE KEY', s))
          .match(/.{1,40}/g)
          ?.join('\n    ')}\nport: 1\n`,
      }),
  },
  { what: 'key of SSH', file: 'configmaps', put: (s) => settings({ id: block('OPENSSH PRIVATE KEY', s) }) },
  {
    what: 'key of PGP',
    file: 'configmaps',
    put: (s) => settings({ gpg: block('PGP PRIVATE KEY BLOCK', s) }),
  },
  {
    what: 'key in DER',
    file: 'istiod-page',
    put: (s) => ({ signer: { bytes: `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${s}` } }),
  },
  {
    what: 'key of an elliptic curve in DER',
    file: 'istiod-page',
    put: (s) => ({ signer: `MHcCAQEEI${s}oAoGCCqGSM49` }),
  },
  {
    what: 'key in a debug page',
    file: 'istiod-page',
    put: (s) => ({ certs: [{ name: 'cacerts', contents: block('RSA PRIVATE KEY', s) }] }),
  },
  {
    what: 'Secret in a debug page',
    file: 'istiod-page',
    put: (s) => ({ object: { kind: 'Secret', metadata: { name: 'a' }, data: { x: base64(s) } } }),
  },
];
