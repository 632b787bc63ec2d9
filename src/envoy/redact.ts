import { asObject, type JsonObject } from '../util/json.ts';

/** Envoy's own mark in the place of a private key: base64 of `[redacted]`. */
const REDACTED_BYTES = 'W3JlZGFjdGVkXQ==';
const REDACTED_TEXT = '[redacted]';

/** Fields of Envoy's TLS messages that hold key material, in both spellings of protobuf's JSON. */
const SECRET_FIELDS = new Set([
  'private_key',
  'privateKey',
  'password',
  'pkcs12',
  'session_ticket_keys',
  'sessionTicketKeys',
  'generic_secret',
  'genericSecret',
]);

/** Values nested deeper than this are left out instead of being searched. */
const DEEPEST = 300;

/**
 * `value` without key material: Envoy redacts its dumps itself, but a dump may come from elsewhere. Parts in which
 * nothing had to change are shared with `value`.
 */
export function withoutPrivateKeys(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '(nested too deeply to be shown)';
  if (Array.isArray(value)) return sharedList(value, depth);
  const object = value as JsonObject;
  let copy: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(object)) {
    const clean = SECRET_FIELDS.has(name) ? redacted(member, depth) : withoutPrivateKeys(member, depth + 1);
    if (clean === member) continue;
    copy ??= { ...object };
    Object.defineProperty(copy, name, { value: clean, enumerable: true, writable: true, configurable: true });
  }
  return copy ?? object;
}

function sharedList(list: readonly unknown[], depth: number): readonly unknown[] {
  const clean = list.map((item) => withoutPrivateKeys(item, depth + 1));
  return clean.every((item, index) => item === list[index]) ? list : clean;
}

/** Every text under a secret field but file names and names of variables, which say only where the key lies. */
function redacted(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value === REDACTED_BYTES ? value : REDACTED_TEXT;
  if (depth > DEEPEST) return REDACTED_TEXT;
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  const object = asObject(value);
  if (object === undefined) return value;
  const entries = Object.entries(object).map(([name, member]): [string, unknown] => {
    if (/^(?:filename|environment_?variable|@type)$/i.test(name)) return [name, member];
    if (/^inline_?bytes$/i.test(name)) return [name, REDACTED_BYTES];
    return [name, redacted(member, depth + 1)];
  });
  const same = entries.every(([name, member]) => member === object[name]);
  return same ? object : Object.fromEntries(entries);
}
