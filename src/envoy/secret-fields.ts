import { isSecretName } from '../util/secret-names.ts';

/**
 * What a field of that name holds. `secret`: every text below it is one; `value`: a text (or DataSource) that stands
 * there directly is one; `source`: only a DataSource; `clients`: a list of API keys, each under `key`; `bytes`: base64
 * in which one may lie; `names`: names of cookies, whatever they are called.
 */
export type FieldKind = 'secret' | 'value' | 'source' | 'clients' | 'bytes' | 'names' | 'plain';

const NAMED: ReadonlyMap<string, FieldKind> = new Map([
  ['pkcs12', 'secret'],
  ['session_ticket_keys', 'secret'],
  ['secret', 'value'],
  ['token', 'value'],
  ['credential', 'value'],
  ['authorization', 'value'],
  ['proxy_authorization', 'value'],
  ['cookie', 'value'],
  ['set_cookie', 'value'],
  ['users', 'source'],
  ['inline_users', 'source'],
  ['hmac', 'source'],
  ['credentials', 'clients'],
  ['cookie_names', 'names'],
  ['inline_bytes', 'bytes'],
  ['raw_value', 'bytes'],
  // The name of a Secret.
  ['image_pull_secret', 'plain'],
]);

const SECRET =
  /(?:^|_)(?:pass(?:word|wd|phrase)s?|private_?key|access_?key_secret|(?:secret|signing|encryption|hmac|shared|json|account|api)_?keys?|secret_access_key|session_token|jwt_token)$|_secret$/;
const VALUE = /_token$|^x_(?:\w+_)?(?:auth|jwt|session)$/;

/** A part of each field name that holds a secret, in any spelling: a text without any of them has no such field. */
export const SECRET_FIELD_HINTS: readonly string[] = [
  ...['pkcs12', 'ticket', 'secret', 'token', 'credential', 'auth', 'cookie', 'users', 'hmac', 'bytes', 'raw'],
  ...['pass', 'key', 'jwt', 'session', 'pwd', 'creds', 'psk', 'pat', 'pw', 'honeycomb'],
];

/** Names come from dumps, so no more than this many are remembered. */
const MOST_NAMES = 20_000;
const seen = new Map<string, FieldKind>();

/** What a field of this name holds, in any spelling: `private_key`, `privateKey`, `PRIVATE_KEY`. */
export function fieldKind(name: string): FieldKind {
  const known = seen.get(name);
  if (known !== undefined) return known;
  const kind = kindOf(name);
  if (seen.size < MOST_NAMES) seen.set(name, kind);
  return kind;
}

function kindOf(name: string): FieldKind {
  // Type URLs, and what else is a map's key rather than the name of a field.
  if (!/^(?:[\w.-]*\/)?[\w-]{1,100}$/.test(name)) return 'plain';
  const snake = name
    .slice(name.indexOf('/') + 1)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/-/g, '_')
    .toLowerCase();
  const named = NAMED.get(snake);
  if (named !== undefined) return named;
  if (SECRET.test(snake)) return 'secret';
  return VALUE.test(snake) || isSecretName(snake) ? 'value' : 'plain';
}

/** Fields below a secret one that only say where it lies. */
export function isPlaceOfSecret(name: string): boolean {
  return /^(?:@type|name|file_?name|environment_?variable|watched_?directory|sds_?config|provider_?name)$/i.test(
    name,
  );
}

/** Whether a header (or variable, or condition of a policy on a header: `request.headers[x-api-key]`) of this name carries a credential. */
export function isSecretHeader(name: string): boolean {
  if (name.length > 200) return false;
  const [, header] = /^request\.headers\[(.+)\]$/.exec(name) ?? [];
  if (header !== undefined) return isSecretHeader(header);
  if (isSecretName(name)) return true;
  return /^(?:proxy-)?authorization$|^(?:set-)?cookie$|(?:^|[-_.])(?:api-?key|token|secret|password|passwd|credentials?|auth|jwt|session|private_?key|access_?key)$/i.test(
    name,
  );
}
