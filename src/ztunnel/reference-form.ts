import { asBoolean, asNumber, asObject, asString, type JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';

/**
 * How the reference's `-o json` writes a value of ztunnel's dump: with every field in its order, an empty value in the
 * place of one that is absent, and without fields that it does not know.
 */
export type Form =
  | { readonly kind: 'text' | 'number' | 'flag' | 'any' }
  | { readonly kind: 'list' | 'map'; readonly of: Form }
  | { readonly kind: 'object'; readonly members: readonly Member[] };

/** A field of an object; with `omitEmpty` an empty one is left out. */
export interface Member {
  readonly name: string;
  readonly form: Form;
  readonly omitEmpty: boolean;
  /** An object that is left out where the dump has none; otherwise it is written empty. */
  readonly optional: boolean;
}

/** The scalar forms. `any` is passed on as it is. */
export const TEXT: Form = { kind: 'text' };
export const NUMBER: Form = { kind: 'number' };
export const FLAG: Form = { kind: 'flag' };
export const ANY: Form = { kind: 'any' };

/** A list; absent is `null`, which differs from an empty one. */
export const listOf = (of: Form): Form => ({ kind: 'list', of });

/** A map, written in the order of its keys. */
export const mapOf = (of: Form): Form => ({ kind: 'map', of });

/** An object of these members. */
export const object = (...members: readonly Member[]): Form => ({ kind: 'object', members });

/** A field that is always written. */
export const always = (name: string, form: Form = TEXT): Member => ({
  name,
  form,
  omitEmpty: false,
  optional: false,
});

/** A field that is written when it is not empty. */
export const unlessEmpty = (name: string, form: Form = TEXT): Member => ({
  name,
  form,
  omitEmpty: true,
  optional: true,
});

/** Fields that the reference does not know: left out as it does, or kept behind those it knows. */
export type Unknown = 'drop' | 'keep';

/** The value in the reference's form. What has another type than the form says becomes empty. */
export function inForm(value: unknown, form: Form, unknown: Unknown): unknown {
  switch (form.kind) {
    case 'text':
      return asString(value) ?? '';
    case 'number':
      return asNumber(value) ?? 0;
    case 'flag':
      return asBoolean(value) ?? false;
    case 'any':
      return value ?? null;
    case 'list':
      return Array.isArray(value) ? value.map((item) => inForm(item, form.of, unknown)) : null;
    case 'map':
      return mapInForm(value, form.of, unknown);
    case 'object':
      return objectInForm(asObject(value) ?? {}, form.members, unknown);
  }
}

function mapInForm(value: unknown, of: Form, unknown: Unknown): unknown {
  const map = asObject(value);
  if (map === undefined) return null;
  const entries = Object.entries(map).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries.map(([key, item]) => [key, inForm(item, of, unknown)]));
}

function objectInForm(value: JsonObject, members: readonly Member[], unknown: Unknown): JsonObject {
  const written: Record<string, unknown> = {};
  for (const { name, form, omitEmpty, optional } of members) {
    const own = Object.hasOwn(value, name) ? value[name] : undefined;
    if (form.kind === 'object' && optional && asObject(own) === undefined) continue;
    const item = inForm(own, form, unknown);
    // A value of free form is empty only when it is absent: an empty list says something there.
    const absent = form.kind === 'any' ? item === null : isEmpty(item);
    if (!omitEmpty || !absent) written[name] = item;
  }
  if (unknown === 'drop') return written;
  const known = new Set(members.map(({ name }) => name));
  const others = Object.entries(value).filter(([name]) => !known.has(name) && name !== '__proto__');
  return Object.assign(written, Object.fromEntries(others));
}

/** An object counts as written even when it has no fields. */
function isEmpty(value: unknown): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  return value === '' || value === 0 || value === false || value === null || isEmptyList;
}
