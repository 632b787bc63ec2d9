import { type Replacement, withoutSecrets } from '../../envoy/redact.ts';
import { isSecretHeader } from '../../envoy/secret-fields.ts';
import { asArray, asObject, asString, field, type JsonObject } from '../../util/json.ts';
import { KnownTexts } from '../../util/known-texts.ts';
import { hideInBase64, REDACTED } from '../../util/secret-text.ts';
import { isRandomWord } from './accepts.ts';
import { isSecretArgument } from './command-rules.ts';
import { isMark, markOf, type OnSecret, ruleOfForm } from './mark.ts';
import { redactSecret } from './redact-secret.ts';
import { redactText } from './redact-text.ts';
import { secretAssignment, secretVariableFields } from './secret-variables.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Texts without secrets: the dumps of many proxies have nearly all of them in common. */
const CLEAN = new KnownTexts(8 * 1024 * 1024);
/** JSON inside of JSON is looked into this deep. */
const DEEPEST_TEXT = 4;

/**
 * Any JSON value (a list of Kubernetes objects, a dump, a debug page) without its secrets: Secrets and settings by what
 * they are, fields by their names, texts by their form. A value without any is returned as it is.
 */
export function redactJson(value: unknown, onSecret: OnSecret, depth = 0): unknown {
  const mark: Replacement = {
    text: (secret) => replaced(secret, onSecret),
    bytes: (secret, clean) => {
      if (clean !== secret && !isMark(Buffer.from(secret, 'base64').toString('latin1')))
        onSecret(ruleOfForm(Buffer.from(secret, 'base64').toString('latin1')));
      return clean;
    },
    free: (text) => freeText(text, onSecret, depth),
  };
  // Schemas have fields called password; what stands below them is their description.
  if (isDefinition(value) || asArray(field(value, 'items')).some(isDefinition))
    return mapTexts(value, (text) => redactText(text, onSecret), depth);
  return withoutSecrets(redactObjects(value, onSecret, depth), mark);
}

function isDefinition(value: unknown): boolean {
  return field(value, 'kind') === 'CustomResourceDefinition';
}

function mapTexts(value: unknown, change: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null || depth > 200) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, mapTexts(member, change, depth + 1)]);
  if (entries.every(([name, member]) => member === (value as JsonObject)[String(name)])) return value;
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}

function replaced(secret: string, onSecret: OnSecret): string {
  if (isMark(secret)) return secret;
  onSecret(ruleOfForm(secret));
  return markOf(secret);
}

/** A text in JSON: JSON of its own (annotations, settings) is looked into. */
function freeText(text: string, onSecret: OnSecret, depth: number): string {
  if (depth < DEEPEST_TEXT && /^\s*[{[]/.test(text)) {
    const parsed = parseJson(text);
    if (parsed !== undefined) {
      const clean = redactJson(parsed, onSecret, depth + 1);
      return clean === parsed ? text : JSON.stringify(clean);
    }
  }
  if (CLEAN.has(text)) return text;
  const redacted = redactText(text, onSecret);
  const clean = redacted === text && text.length > 40 ? hideInBase64Counted(text, onSecret) : redacted;
  if (clean === text) CLEAN.add(text);
  return clean;
}

function hideInBase64Counted(text: string, onSecret: OnSecret): string {
  if (!/^(?:LS0t|ZXlK)/.test(text)) return text;
  const clean = hideInBase64(text);
  if (clean !== text) onSecret('encoded');
  return clean;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Kubernetes objects wherever they stand: in a list, alone, in a debug page. */
function redactObjects(value: unknown, onSecret: OnSecret, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 200) return value;
  if (Array.isArray(value)) {
    const clean = value.map((item, index) => {
      if (isSecretArgument(value, index) && !isMark(String(item))) {
        onSecret('command-argument');
        return markOf(String(item));
      }
      const text = asString(item);
      const assignment = text === undefined ? undefined : secretAssignment(text);
      if (assignment !== undefined) {
        onSecret('named-value');
        return `${assignment[0]}=${markOf(assignment[1])}`;
      }
      return redactObjects(item, onSecret, depth + 1);
    });
    return clean.some((item, index) => item !== value[index]) ? clean : value;
  }
  const object = value as JsonObject;
  if (object['kind'] === 'Secret' && object['metadata'] !== undefined)
    return withApplied(redactSecret(object, onSecret), onSecret);
  const named = redactVariables(object, onSecret);
  const own = named['kind'] === 'ConfigMap' ? redactSettings(named, onSecret) : named;
  let copy: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(own)) {
    const clean =
      name === 'auth' && isLogin(member) ? loginMark(onSecret) : redactObjects(member, onSecret, depth + 1);
    if (clean === member) continue;
    copy ??= { ...own };
    copy[name] = clean;
  }
  return copy ?? own;
}

/** The login of a container registry, base64 of user:password; or a word that looks drawn by lot. */
function isLogin(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (value.length >= 12 && isRandomWord(value)) return true;
  if (!/^[A-Za-z0-9+/]{6,}={0,2}$/.test(value)) return false;
  return /^[\x21-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'));
}

function loginMark(onSecret: OnSecret): string {
  onSecret('named-value');
  return REDACTED;
}

/** The configuration that `kubectl apply` keeps of a Secret holds its values once more. */
function withApplied(secret: JsonObject, onSecret: OnSecret): JsonObject {
  const annotations = asObject(field(secret, 'metadata', 'annotations'));
  const applied = parseJson(asString(annotations?.[LAST_APPLIED]) ?? '');
  const object = asObject(applied);
  if (annotations === undefined || object === undefined) return secret;
  const clean = JSON.stringify(redactSecret(object, onSecret));
  const metadata = {
    ...asObject(secret['metadata']),
    annotations: { ...annotations, [LAST_APPLIED]: clean },
  };
  return { ...secret, metadata };
}

/** Environment variables whose name says that they are secret. */
function redactVariables(object: JsonObject, onSecret: OnSecret): JsonObject {
  const fields = secretVariableFields(object);
  if (fields.length === 0) return object;
  for (const _ of fields) onSecret('named-value');
  return { ...object, ...Object.fromEntries(fields.map((name) => [name, markOf(String(object[name]))])) };
}

/** A setting whose name says that it is secret, with dots in it as property files have them. */
function redactSettings(object: JsonObject, onSecret: OnSecret): JsonObject {
  const data = asObject(object['data']);
  const named = Object.entries(data ?? {}).filter(
    ([key, value]) => isSecretHeader(key) && typeof value === 'string' && value !== '' && !isMark(value),
  );
  if (data === undefined || named.length === 0) return object;
  for (const _ of named) onSecret('named-value');
  const clean = named.map(([key, value]) => [key, markOf(String(value))]);
  return { ...object, data: { ...data, ...Object.fromEntries(clean) } };
}
