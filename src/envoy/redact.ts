import { asString, type JsonObject } from '../util/json.ts';
import { canBeSecret } from '../util/secret-names.ts';
import { type Hide, hideInBase64, hideInValue, REDACTED } from '../util/secret-text.ts';
import { type FieldKind, fieldKind, isPlaceOfSecret, isSecretHeader } from './secret-fields.ts';

/** Envoy's own mark in the place of a secret of type bytes: base64 of `[redacted]`. */
const REDACTED_BYTES = 'W3JlZGFjdGVkXQ==';

/** Values nested deeper than this are left out instead of being searched. */
const DEEPEST = 300;

/** What is put in the place of a secret text, and of bytes (base64) that are or hold one; `clean` is what may be shown. */
export interface Replacement {
  readonly text: Hide;
  readonly bytes: (secret: string, clean: string) => string;
  /** What a text under a field of no meaning is without its secrets; `hideInValue` when absent. */
  readonly free?: (text: string) => string;
}

const PLAIN_MARK: Replacement = { text: () => REDACTED, bytes: (_, clean) => clean };

/**
 * `value` without secrets: texts under fields that hold some (keys, passwords, tokens, tickets), credentials in
 * headers, private members of JSON Web Keys, and tokens and private keys in any text. Certificates, names and places of
 * secrets and public keys stay. Envoy redacts its dumps itself, but knows nothing of extensions, and a dump may come
 * from elsewhere. Parts in which nothing had to change are shared with `value`.
 */
export function withoutSecrets(value: unknown, mark: Replacement = PLAIN_MARK): unknown {
  return new Redactor(mark).any(value, 0);
}

class Redactor {
  constructor(private readonly mark: Replacement) {}

  any(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.text(value, depth);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return '(nested too deeply to be shown)';
    if (Array.isArray(value)) return this.list(value, (item) => this.any(item, depth + 1));
    const object = value as JsonObject;
    if (object['kind'] === 'Secret' && this.mark.free === undefined)
      return this.kubernetesSecret(object, depth);
    const isKey = typeof object['kty'] === 'string';
    const isHeader = isCredentialHeader(object);
    return this.members(object, (name, member) => {
      if (isKey && PRIVATE_JWK.has(name)) return this.secret(name, member, depth + 1);
      if (isHeader && HEADER_VALUES.has(name)) return this.credential(name, member, depth + 1);
      if (isHeader && HEADER_MATCHES.has(name)) return this.match(member, depth + 1);
      return this.field(fieldKind(name), member, depth + 1);
    });
  }

  /** A Secret of Kubernetes in a page: its values are secret, whatever their names; certificates stay. */
  private kubernetesSecret(object: JsonObject, depth: number): unknown {
    return this.members(object, (name, member) => {
      if (name !== 'data' && name !== 'stringData') return this.field(fieldKind(name), member, depth + 1);
      if (typeof member !== 'object' || member === null) return member;
      return this.members(member as JsonObject, (_, value) =>
        typeof value !== 'string' || isCertificate(value) ? value : this.hidden(value, name === 'data'),
      );
    });
  }

  /** A text; one that is a JSON document, such as what kubectl notes of an object's past, as that document. */
  private text(value: string, depth: number): string {
    const { free, text } = this.mark;
    const clean = free === undefined ? hideInValue(value, text) : free(value);
    const document = depth > DEEPEST ? undefined : jsonDocument(clean);
    if (document === undefined) return clean;
    const cleaned = this.any(document, depth + 1);
    return cleaned === document ? clean : JSON.stringify(cleaned);
  }

  private field(kind: FieldKind, value: unknown, depth: number): unknown {
    if (kind === 'plain') return this.any(value, depth);
    if (kind === 'secret') return typeof value === 'number' ? REDACTED : this.secret('', value, depth);
    if (kind === 'bytes') return typeof value === 'string' ? this.bytes(value) : this.any(value, depth);
    if (kind === 'names') return this.names(value, depth);
    if (kind !== 'source' && typeof value === 'string') return this.credential('', value, depth);
    if (kind === 'value' && Array.isArray(value))
      return this.list(value, (item) =>
        typeof item === 'string' ? this.credential('', item, depth) : this.any(item, depth + 1),
      );
    if (kind === 'source' && isKeyed(value)) return this.client(value, depth);
    if (kind === 'clients' && Array.isArray(value))
      return this.list(value, (item) => this.client(item, depth));
    if (isDataSource(value)) return this.secret('', value, depth);
    return kind === 'value' ? this.match(value, depth) : this.any(value, depth);
  }

  /** Every text of the value but names and places, which say only where the secret lies. */
  private secret(name: string, value: unknown, depth: number): unknown {
    if (typeof value === 'string')
      return isPath(value) ? value : this.hidden(value, /^inline_?bytes$/i.test(name));
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return REDACTED;
    if (Array.isArray(value)) return this.list(value, (item) => this.secret(name, item, depth + 1));
    return this.members(value as JsonObject, (field, member) =>
      isPlaceOfSecret(field) ? this.any(member, depth + 1) : this.secret(field, member, depth + 1),
    );
  }

  /** A header's value: one that is made of command operators alone holds no secret itself. */
  private credential(name: string, value: unknown, depth: number): unknown {
    if (typeof value !== 'string') return this.any(value, depth);
    const isBytes = /^raw_?value$/i.test(name);
    const text = isBytes ? Buffer.from(value, 'base64').toString('latin1') : value;
    const literal = text.replace(/%[A-Z_]+(?:\([^)]*\))?(?::\d+)?%/g, '').trim();
    if (/^(?:(?:bearer|basic|digest|token)\b)?$/i.test(literal)) return value;
    // A switch, a path, what refers to a variable; numbers may be secret here.
    return canBeSecret(literal) || /^\d/.test(literal) ? this.hidden(value, isBytes) : value;
  }

  /** What a header is compared with: a text, a list of texts, or the parts of a match that are no patterns. */
  private match(value: unknown, depth: number): unknown {
    if (Array.isArray(value)) return this.list(value, (item) => this.credential('', item, depth));
    if (!isMatch(value)) return this.any(value, depth);
    return this.members(value, (name, member) =>
      LITERAL_MATCHES.has(name)
        ? this.credential('', member, depth + 1)
        : this.field(fieldKind(name), member, depth + 1),
    );
  }

  private client(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.hidden(value, false);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.any(value, depth + 1);
    return this.members(value as JsonObject, (name, member) =>
      name === 'key' ? this.secret(name, member, depth + 1) : this.field(fieldKind(name), member, depth + 1),
    );
  }

  private names(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.any(value, depth);
    return this.members(value as JsonObject, (_, member) => this.any(member, depth + 1));
  }

  private hidden(value: string, isBytes: boolean): string {
    if (value === '' || value === REDACTED || value === REDACTED_BYTES) return value;
    return isBytes ? this.mark.bytes(value, REDACTED_BYTES) : this.mark.text(value);
  }

  private bytes(value: string): string {
    const clean = value === REDACTED_BYTES ? value : hideInBase64(value);
    if (clean !== value) return this.mark.bytes(value, clean);
    return this.mark.free?.(value) ?? value;
  }

  private list(items: readonly unknown[], clean: (item: unknown) => unknown): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (let index = 0; index < items.length; index++) {
      const cleaned = clean(items[index]);
      if (cleaned === items[index]) continue;
      copy ??= [...items];
      copy[index] = cleaned;
    }
    return copy ?? items;
  }

  private members(object: JsonObject, clean: (name: string, member: unknown) => unknown): JsonObject {
    let copy: Record<string, unknown> | undefined;
    for (const name in object) {
      const member = object[name];
      const cleaned = clean(name, member);
      if (cleaned === member) continue;
      copy ??= { ...object };
      Object.defineProperty(copy, name, {
        value: cleaned,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return copy ?? object;
  }
}

/** The object or list that a text is in JSON; `undefined` when it is none. */
function jsonDocument(text: string): unknown {
  if (!/^\s*[[{][\s\S]*[\]}]\s*$/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Envoy's `DataSource` with the data in it, in both spellings of protobuf's JSON. */
function isDataSource(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ['inline_string', 'inline_bytes', 'inlineString', 'inlineBytes'].some((name) => name in value);
}

const HEADER_VALUES: ReadonlySet<string> = new Set([
  'value',
  'ParameterValue',
  'raw_value',
  'rawValue',
  'exact_match',
  'exactMatch',
]);
/** Fields beside the name of a header that hold what it is compared with. */
const HEADER_MATCHES: ReadonlySet<string> = new Set([
  ...['string_match', 'stringMatch', 'values', 'notValues', 'valueMatch', 'value_match'],
]);
const LITERAL_MATCHES: ReadonlySet<string> = new Set(['exact', 'prefix', 'suffix', 'contains']);
/** The private members of a JSON Web Key. Source: RFC 7518, section 6. */
const PRIVATE_JWK: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']);

function isCertificate(value: string): boolean {
  const text = value.startsWith('LS0t') ? Buffer.from(value, 'base64').toString('latin1') : value;
  return text.includes('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY');
}

/** Where a key lies, as gateways and destination rules name it: `/etc/certs/key.pem`. */
function isPath(text: string): boolean {
  return text.startsWith('/') && text.length < 300 && !canBeSecret(text);
}

function isMatch(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && [...LITERAL_MATCHES].some((name) => name in value);
}

/** A secret with its algorithm beside it. */
function isKeyed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as JsonObject)['key'] === 'string';
}

/** A header (or a variable, or a step of a JSON patch) with its value beside its name. */
function isCredentialHeader(object: JsonObject): boolean {
  const patched = asString(object['op']) === undefined ? undefined : asString(object['path']);
  const named = object['key'] ?? object['name'] ?? object['ParameterKey'];
  const name = asString(named) ?? patched?.slice(patched.lastIndexOf('/') + 1);
  return name !== undefined && isSecretHeader(name);
}
