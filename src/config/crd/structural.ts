import {
  asArray,
  asBoolean,
  asObject,
  asString,
  asStrings,
  field,
  type JsonObject,
} from '../../util/json.ts';
import { nearest } from '../../util/text.ts';
import type { Path } from '../validation/spot.ts';
import type { Refusal } from './refusal.ts';

/** A structural schema of a CRD, read through guards where it is used. */
export type Schema = JsonObject;

/** The schema of a field, an item or a member below one; `undefined` where it has none. */
export function below(schema: Schema, step: string | number): Schema | undefined {
  if (typeof step === 'number') return asObject(schema['items']);
  return asObject(field(schema, 'properties', step)) ?? asObject(schema['additionalProperties']);
}

/** Whether a schema keeps fields that it does not name. */
export function keepsUnknown(schema: Schema): boolean {
  const more = schema['additionalProperties'];
  return (
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    schema['x-kubernetes-embedded-resource'] === true ||
    asBoolean(more) === true ||
    asObject(more) !== undefined
  );
}

/**
 * A value as the API server stores it: without fields that the schema does not name (each goes to `pruned`), without
 * `null` where that is no value, and with the defaults of the schema.
 */
export function stored(schema: Schema, value: unknown, path: Path, pruned: Refusal[]): unknown {
  if (Array.isArray(value)) {
    const items = asObject(schema['items']);
    return items === undefined
      ? value
      : value.map((item, index) => stored(items, item, [...path, index], pruned));
  }
  const object = asObject(value);
  if (object === undefined) return value;
  const kept: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, member] of Object.entries(object)) {
    const at = below(schema, key);
    if (at === undefined) {
      if (isNamed(schema) && !keepsUnknown(schema)) pruned.push(unknown(key, schema, path));
      else kept[key] = member;
    } else if (member !== null || at['nullable'] === true)
      kept[key] = stored(at, member, [...path, key], pruned);
  }
  for (const [key, property] of Object.entries(asObject(schema['properties']) ?? {})) {
    const byDefault = field(property, 'default');
    if (byDefault !== undefined && kept[key] === undefined) kept[key] = byDefault;
  }
  return kept;
}

/** Objects without any properties in their schema are pruned too, but no CRD of use has one that is not free-form. */
function isNamed(schema: Schema): boolean {
  return asString(schema['type']) === 'object';
}

function unknown(key: string, schema: Schema, path: Path): Refusal {
  const [near] = nearest(key, Object.keys(asObject(schema['properties']) ?? {}), 1);
  const meant = near === undefined ? '' : `: did you mean "${near}"?`;
  return { text: `the CRD has no field "${key}" here${meant}`, path: [...path, key], isPruned: true };
}

/** The names of the fields that a branch of a one-of asks for: what tells the branches apart. */
export function branchFields(branches: unknown): readonly string[] {
  const names = asArray(branches).flatMap((branch) => [
    ...asStrings(field(branch, 'required')),
    ...branchFields(field(branch, 'anyOf')),
  ]);
  return [...new Set(names)];
}
