import { asArray, asObject, asStrings, field, type JsonObject } from '../../util/json.ts';
import { isSameJson } from '../../util/same-json.ts';
import type { Path } from '../validation/spot.ts';
import { judgeNumber, judgeText } from './judge-scalar.ts';
import type { Refusal } from './refusal.ts';
import { below, branchFields, type Schema } from './structural.ts';

/**
 * Judges a value by a structural schema, as the API server does: types, bounds, what is required, the values of enums,
 * the branches of one-ofs, keys of lists. Everything that is wrong is said once, at the field where it is wrong. The
 * schema may come from anybody: it is walked, nothing is made of it that runs.
 */
export function judgeShape(schema: Schema, value: unknown, path: Path, refusals: Refusal[]): void {
  if (value === null && schema['nullable'] === true) return;
  const say = (text: string): void => void refusals.push({ text, path });
  const wanted = wrongType(schema, value);
  if (wanted !== undefined) {
    say(`it must be ${wanted}`);
    return;
  }
  if (Array.isArray(schema['enum']) && !schema['enum'].some((one) => isSameJson(one, value)))
    say(`it must be one of ${schema['enum'].map(String).join(', ').slice(0, 200)}`);
  if (typeof value === 'number') judgeNumber(schema, value, say);
  else if (typeof value === 'string') judgeText(schema, value, say);
  else if (Array.isArray(value)) judgeList(schema, value, path, refusals);
  else if (typeof value === 'object' && value !== null) judgeMap(schema, value as JsonObject, path, refusals);
  judgeBranches(schema, value, path, refusals);
}

/** The types of OpenAPI by the sentence that says what one wants. */
const TYPES: Readonly<Record<string, readonly [(value: unknown) => boolean, string]>> = {
  object: [(value) => asObject(value) !== undefined, 'a map'],
  array: [Array.isArray, 'a list'],
  string: [(value) => typeof value === 'string', 'text'],
  boolean: [(value) => typeof value === 'boolean', 'true or false'],
  integer: [Number.isInteger, 'a whole number'],
  number: [(value) => typeof value === 'number', 'a number'],
};

function wrongType(schema: Schema, value: unknown): string | undefined {
  if (schema['x-kubernetes-int-or-string'] === true)
    return Number.isInteger(value) || typeof value === 'string' ? undefined : 'a whole number or text';
  const { type } = schema;
  if (typeof type !== 'string' || !Object.hasOwn(TYPES, type)) return undefined;
  const [is, words] = TYPES[type] ?? [() => true, ''];
  return is(value) ? undefined : words;
}

function judgeList(schema: Schema, list: readonly unknown[], path: Path, refusals: Refusal[]): void {
  sizes(schema, 'Items', list.length, path, refusals);
  const keys = asStrings(schema['x-kubernetes-list-map-keys']);
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const at = [...path, index];
    const own = below(schema, index);
    if (own !== undefined) judgeShape(own, item, at, refusals);
    const key =
      keys.length > 0
        ? JSON.stringify(keys.map((name) => field(item, name)))
        : schema['x-kubernetes-list-type'] === 'set'
          ? JSON.stringify(item)
          : undefined;
    if (key === undefined) continue;
    if (seen.has(key)) refusals.push({ text: `it repeats ${keys.join(', ') || 'an item'}`, path: at });
    seen.add(key);
  }
}

function judgeMap(schema: Schema, map: JsonObject, path: Path, refusals: Refusal[]): void {
  const keys = Object.keys(map);
  sizes(schema, 'Properties', keys.length, path, refusals);
  for (const name of asStrings(schema['required']))
    if (map[name] === undefined) refusals.push({ text: `the field "${name}" is missing`, path });
  for (const key of keys) {
    const own = below(schema, key);
    if (own !== undefined) judgeShape(own, map[key], [...path, key], refusals);
  }
}

function sizes(
  schema: Schema,
  of: 'Items' | 'Properties',
  size: number,
  path: Path,
  refusals: Refusal[],
): void {
  const { [`min${of}`]: min, [`max${of}`]: max } = schema;
  const unit = of === 'Items' ? 'items' : 'members';
  if (typeof min === 'number' && size < min)
    refusals.push({ text: `it has ${size} ${unit}, and needs at least ${min}`, path });
  if (typeof max === 'number' && size > max)
    refusals.push({ text: `it has ${size} ${unit}, and may have ${max} at the most`, path });
}

function judgeBranches(schema: Schema, value: unknown, path: Path, refusals: Refusal[]): void {
  const fits = (branch: unknown): boolean => {
    const found: Refusal[] = [];
    judgeShape(asObject(branch) ?? {}, value, path, found);
    return found.length === 0;
  };
  for (const branch of asArray(schema['allOf'])) judgeShape(asObject(branch) ?? {}, value, path, refusals);
  const { not, oneOf, anyOf } = schema;
  if (Array.isArray(oneOf) && oneOf.filter(fits).length !== 1)
    refusals.push({ text: branchText(oneOf, value), path });
  // What int-or-string stands for is written beside it as branches again.
  if (Array.isArray(anyOf) && !anyOf.some(fits)) refusals.push({ text: branchText(anyOf, value), path });
  if (asObject(not) !== undefined && fits(not)) refusals.push({ text: branchText([not], value), path });
}

/** A one-of says which fields exclude each other by what its branches ask for. */
function branchText(branches: readonly unknown[], value: unknown): string {
  const names = branchFields(branches);
  if (names.length === 0) return 'it has none of the forms that the CRD allows, or more than one';
  const set = names.filter((name) => field(value, name) !== undefined);
  return set.length > 1
    ? `${set.map((name) => `"${name}"`).join(' and ')} can not stand side by side`
    : `one of ${names.map((name) => `"${name}"`).join(', ')} must be there`;
}
