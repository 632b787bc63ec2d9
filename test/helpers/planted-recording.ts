import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HARD_FORMS } from './hard-forms.ts';
import { HARD_TEXT_FORMS } from './hard-text-forms.ts';
import { REAL_FORMS } from './real-forms.ts';
import { ROOT } from './run.ts';

/** A form in which a secret lies in a recording: the file and what is put into it. */
export interface Form {
  readonly what: string;
  readonly file:
    | ('secrets' | 'pods' | 'configmaps' | 'envoyfilters' | 'wasmplugins' | 'proxyconfigs' | 'telemetries')
    | ('requestauthentications' | 'authorizationpolicies' | 'serviceentries' | 'virtualservices')
    | ('istiod-log' | 'istiod-page' | 'proxy-log' | 'dump');
  readonly put: (secret: string) => unknown;
  /** What shows the secret where it stands neither as it is nor in base64. */
  readonly traces?: (secret: string) => readonly string[];
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const jwt = (secret: string): string =>
  `eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJsZWRnZXIifQ.${secret}`;
const pem = (secret: string): string =>
  `-----BEGIN RSA PRIVATE KEY-----\nMIIEow${secret}\nQIDAQAB\n-----END RSA PRIVATE KEY-----\n`;
const secretOf = (type: string, data: Record<string, string>) => ({
  type,
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
});
const pod = (container: Record<string, unknown>) => ({
  spec: { containers: [{ name: 'app', ...container }] },
});
const settings = (data: Record<string, string>) => ({ data });

const EASY_FORMS: readonly Form[] = [
  { what: 'value of a Secret', file: 'secrets', put: (s) => secretOf('Opaque', { greeting: s }) },
  { what: 'stringData', file: 'secrets', put: (s) => ({ stringData: { greeting: s } }) },
  { what: 'key of TLS', file: 'secrets', put: (s) => secretOf('kubernetes.io/tls', { 'tls.key': pem(s) }) },
  {
    what: 'login of a registry',
    file: 'secrets',
    put: (s) =>
      secretOf('kubernetes.io/dockerconfigjson', {
        '.dockerconfigjson': JSON.stringify({ auths: { r: { auth: base64(`u:${s}`) } } }),
      }),
  },
  {
    what: 'what kubectl apply keeps of a Secret',
    file: 'secrets',
    put: (s) => ({
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
          kind: 'Secret',
          metadata: { name: 'a' },
          data: { a: base64(s) },
        }),
      },
    }),
  },
  { what: 'variable', file: 'pods', put: (s) => pod({ env: [{ name: 'LEDGER_DB_PASSWORD', value: s }] }) },
  {
    what: 'variable with a URL',
    file: 'pods',
    put: (s) => pod({ env: [{ name: 'DATABASE', value: `postgres://ledger:${s}@db.payments:5432/ledger` }] }),
  },
  { what: 'argument', file: 'pods', put: (s) => pod({ args: ['--db-password', s] }) },
  { what: 'argument with =', file: 'pods', put: (s) => pod({ args: [`--api-token=${s}`] }) },
  {
    what: 'shell',
    file: 'pods',
    put: (s) => pod({ command: ['sh', '-c', `exec ledger --password ${s} --verbose`] }),
  },
  {
    what: 'header of a probe',
    file: 'pods',
    put: (s) =>
      pod({ livenessProbe: { httpGet: { httpHeaders: [{ name: 'Authorization', value: `Bearer ${s}` }] } } }),
  },
  {
    what: 'kubeconfig token',
    file: 'configmaps',
    put: (s) => settings({ kubeconfig: `users:\n- name: ci\n  user:\n    token: ${s}\n` }),
  },
  {
    what: 'kubeconfig key',
    file: 'configmaps',
    put: (s) =>
      settings({ kubeconfig: `users:\n- name: ci\n  user:\n    client-key-data: ${base64(pem(s))}\n` }),
  },
  {
    what: 'property',
    file: 'configmaps',
    put: (s) => settings({ 'app.properties': `db.url=jdbc:x\ndb.password=${s}\n` }),
  },
  {
    what: 'property with blanks',
    file: 'configmaps',
    put: (s) => settings({ credentials: `[default]\naws_secret_access_key = ${s}\n` }),
  },
  { what: 'setting by its name', file: 'configmaps', put: (s) => settings({ 'db.password': s }) },
  {
    what: 'JSON setting',
    file: 'configmaps',
    put: (s) => settings({ 'app.json': JSON.stringify({ clientId: 'a', clientSecret: s }) }),
  },
  {
    what: 'YAML block',
    file: 'configmaps',
    put: (s) =>
      settings({
        'app.yaml': `db:\n  password: >-\n    ${s.slice(0, 12)}\n    ${s.slice(12)}\n  port: 5432\n`,
      }),
  },
  {
    what: 'key in a YAML block',
    file: 'configmaps',
    put: (s) => settings({ 'app.yaml': `key: |\n  ${pem(s).replaceAll('\n', '\n  ')}\nport: 1\n` }),
  },
  {
    what: 'base64 of settings',
    file: 'configmaps',
    put: (s) => settings({ blob: base64(`user=ledger\npassword=${s}\n`) }),
  },
  {
    what: 'base64 of a token in a text',
    file: 'configmaps',
    put: (s) => settings({ note: `use ${base64(jwt(s))} until Friday` }),
  },
  {
    what: 'registry login in a setting',
    file: 'configmaps',
    put: (s) =>
      settings({ 'config.json': JSON.stringify({ auths: { 'ghcr.io': { auth: base64(`ci:${s}`) } } }) }),
  },
  {
    what: 'token of a code host',
    file: 'configmaps',
    put: (s) => settings({ remote: `https://ghp_${s}@github.example/shop.git` }),
  },
  {
    what: 'client secret of a filter',
    file: 'envoyfilters',
    put: (s) => ({ spec: { configPatches: [{ patch: { value: { typed_config: { client_secret: s } } } }] } }),
  },
  {
    what: 'token of a Wasm extension',
    file: 'envoyfilters',
    put: (s) => ({ spec: { pluginConfig: { api_key: s } } }),
  },
  {
    what: 'header added by a filter',
    file: 'envoyfilters',
    put: (s) => ({
      spec: { patch: { request_headers_to_add: [{ header: { key: 'x-api-key', value: s } }] } },
    }),
  },
  {
    what: 'Authorization in a log',
    file: 'istiod-log',
    put: (s) => `2026-11-23T02:11:00Z\tdebug\thttp\tGET /x Authorization: Bearer ${s}`,
  },
  {
    what: 'JSON in a log',
    file: 'istiod-log',
    put: (s) => JSON.stringify({ time: '2026-11-23T02:11:00Z', level: 'info', msg: 'login', password: s }),
  },
  {
    what: 'key in a log',
    file: 'istiod-log',
    put: (s) => `2026-11-23T02:11:00Z\terror\tca\tcan't read "${pem(s).replaceAll('\n', '\\n')}"`,
  },
  {
    what: 'assignment in a log',
    file: 'istiod-log',
    put: (s) => `2026-11-23T02:11:00Z\tinfo\tstart\tenv DB_PASSWORD=${s} PORT=1`,
  },
  {
    what: 'headers of Envoy in a log',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z][debug][http] 'authorization', 'Bearer ${s}'`,
  },
  {
    what: 'cookie in a log',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z][debug][http] 'cookie', 'session=${s}; theme=dark'`,
  },
  {
    what: 'parameter of a path',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z] "GET /v1/cart?user=7&access_token=${s}&page=2 HTTP/1.1" 200 -`,
  },
  {
    what: 'token in a log',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z][info][wasm] got ${jwt(s)} from issuer`,
  },
  {
    what: 'basic login in a log',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z][debug][http] authorization: Basic ${base64(`ledger:${s}`)}`,
  },
  {
    what: 'key of a cloud in a log',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z][info][wasm] maps key AIza${s}0123456 in use`,
  },
  {
    what: 'token of a chat in a log',
    file: 'proxy-log',
    put: (s) => `[2026-11-23T02:11:00Z][info][wasm] posting with xoxb-${s}`,
  },
  {
    what: 'key in a dump',
    file: 'dump',
    put: (s) => ({ tls_certificates: [{ private_key: { inline_bytes: base64(pem(s)) } }] }),
  },
  {
    what: 'secret of OAuth in a dump',
    file: 'dump',
    put: (s) => ({ typed_config: { credentials: { token_secret: { inline_string: s } } } }),
  },
  {
    what: 'token in the metadata of a dump',
    file: 'dump',
    put: (s) => ({ metadata: { filter_metadata: { shop: { note: `Bearer ${s}` } } } }),
  },
];

const FORMS: readonly Form[] = [...EASY_FORMS, ...HARD_FORMS, ...HARD_TEXT_FORMS, ...REAL_FORMS];

/** A secret of a planted recording. */
export interface PlantedSecret {
  readonly what: string;
  readonly secret: string;
  /** What shows it, where it is neither itself nor base64 of it. */
  readonly traces: readonly string[];
}

const CLUSTER = 'clusters/demo';
const POD = 'cart-v1-db9689b57-djzwj';
const FILES: Readonly<Record<Form['file'], string>> = {
  secrets: `${CLUSTER}/kubernetes/core/v1/secrets.json`,
  pods: `${CLUSTER}/kubernetes/core/v1/pods.json`,
  configmaps: `${CLUSTER}/kubernetes/core/v1/configmaps.json`,
  envoyfilters: `${CLUSTER}/kubernetes/networking.istio.io/v1alpha3/envoyfilters.json`,
  wasmplugins: `${CLUSTER}/kubernetes/extensions.istio.io/v1alpha1/wasmplugins.json`,
  proxyconfigs: `${CLUSTER}/kubernetes/networking.istio.io/v1beta1/proxyconfigs.json`,
  telemetries: `${CLUSTER}/kubernetes/telemetry.istio.io/v1/telemetries.json`,
  requestauthentications: `${CLUSTER}/kubernetes/security.istio.io/v1/requestauthentications.json`,
  authorizationpolicies: `${CLUSTER}/kubernetes/security.istio.io/v1/authorizationpolicies.json`,
  serviceentries: `${CLUSTER}/kubernetes/networking.istio.io/v1/serviceentries.json`,
  virtualservices: `${CLUSTER}/kubernetes/networking.istio.io/v1/virtualservices.json`,
  'istiod-page': `${CLUSTER}/istiod/istio-system/istiod-57444bb956-pp8n9/debug/configz.json`,
  'istiod-log': `${CLUSTER}/istiod/istio-system/istiod-57444bb956-pp8n9/logs/discovery.log`,
  'proxy-log': `${CLUSTER}/proxies/shop/${POD}/logs/istio-proxy.log`,
  dump: `${CLUSTER}/proxies/shop/${POD}/config_dump.json`,
};
const KINDS: Readonly<Record<string, string>> = {
  secrets: 'Secret',
  pods: 'Pod',
  configmaps: 'ConfigMap',
  envoyfilters: 'EnvoyFilter',
  wasmplugins: 'WasmPlugin',
  proxyconfigs: 'ProxyConfig',
  telemetries: 'Telemetry',
  requestauthentications: 'RequestAuthentication',
  authorizationpolicies: 'AuthorizationPolicy',
  serviceentries: 'ServiceEntry',
  virtualservices: 'VirtualService',
};

/** How many forms there are, and where they lie. */
export const FORM_COUNT = FORMS.length;
export const PLACES: ReadonlySet<string> = new Set(FORMS.map(({ file }) => file));

/**
 * The shop mesh as an unredacted recording in `folder`, with every form of secret `times` times; from another `first`
 * round on the secrets are others, at the same places.
 */
export function plantRecording(folder: string, times: number, first = 0): readonly PlantedSecret[] {
  cpSync(join(ROOT, 'fixtures/meshes/shop'), folder, { recursive: true });
  // Its checksums do not hold any more.
  rmSync(join(folder, 'snapshot.json'));
  const planted: PlantedSecret[] = [];
  const added = new Map<Form['file'], unknown[]>();
  for (let round = first; round < first + times; round++) {
    for (const [index, { what, file, put, traces }] of FORMS.entries()) {
      const secret = secretText(round, index);
      planted.push({ what, secret, traces: traces?.(secret) ?? [] });
      const list = added.get(file) ?? [];
      added.set(file, list);
      list.push(put(secret));
    }
  }
  for (const [file, items] of added) addTo(join(folder, FILES[file]), file, items);
  return planted;
}

/** A file with one secret in it, and where it lies in a recording. */
export interface LonelySecret extends PlantedSecret {
  readonly path: string;
}

/** Each form of secret alone in a file of its own, in a recording that holds nothing else. */
export function plantAlone(folder: string): readonly LonelySecret[] {
  return FORMS.map(({ what, file, put, traces }, index) => {
    const secret = secretText(99, index);
    const item = put(secret);
    const path = FILES[file].replace(/([^/]+)$/, `${index}/$1`);
    const isLog = path.endsWith('.log');
    const value = file in KINDS ? listOf([objectOf(file, index, item)]) : { planted: [item] };
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(
      join(folder, path),
      isLog ? `nothing here\n${String(item)}\n` : JSON.stringify(value, null, 1),
    );
    return { what, secret, traces: traces?.(secret) ?? [], path };
  });
}

function listOf(items: readonly unknown[]): unknown {
  return { apiVersion: 'v1', kind: 'List', items };
}

/** Letters and digits that no word is made of. */
function secretText(round: number, index: number): string {
  return `Zq${base64(`${round}~${index}~planted`).replace(/[^A-Za-z0-9]/g, '')}Xv${round}k${index}`;
}

function objectOf(file: Form['file'], index: number, item: unknown): unknown {
  const { annotations, ...rest } = item as { annotations?: unknown };
  const metadata = { name: `planted-${index}`, namespace: 'shop', ...(annotations ? { annotations } : {}) };
  return { apiVersion: 'v1', kind: KINDS[file], metadata, ...rest };
}

function addTo(path: string, file: Form['file'], items: readonly unknown[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.log')) {
    writeFileSync(path, `${text}${items.join('\n')}\n`);
    return;
  }
  const value = JSON.parse(text);
  if (file === 'istiod-page') {
    value.push(...items);
  } else if (file === 'dump') {
    value.configs[0].bootstrap.static_resources.planted = items;
  } else {
    value.items.push(...items.map((item, index) => objectOf(file, index, item)));
  }
  writeFileSync(path, JSON.stringify(value, null, 1));
}
