import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { asArray, asObject, field, type JsonObject } from '../../util/json.ts';
import type { Path } from '../validation/spot.ts';
import type { Refusal } from './refusal.ts';
import { branchFields, type Schema } from './structural.ts';

/** What is taken over of a structural schema; everything else (`$ref` of a forged CRD, say) stays out. */
const PLAIN: readonly string[] = [
  'required',
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'format',
];
const LISTS: readonly string[] = ['allOf', 'anyOf', 'oneOf'];

/** Formats of numbers and texts that the API server checks; it passes over those that it does not know. */
const FORMATS = {
  int32: { type: 'number', validate: (value: number) => Math.abs(value) <= 2 ** 31 },
  'date-time': (value: string) => !Number.isNaN(Date.parse(value)),
  byte: (value: string) => /^[A-Za-z0-9+/]*={0,2}$/.test(value),
  ipv4: (value: string) => /^\d{1,3}(\.\d{1,3}){3}$/.test(value),
} as const;

/** The schema of a CRD as JSON Schema; kinds of values that JSON Schema does not know are unfolded. */
export function toJsonSchema(schema: Schema): JsonObject {
  const out: Record<string, unknown> = {};
  for (const key of PLAIN) if (schema[key] !== undefined) out[key] = schema[key];
  const { type } = schema;
  if (schema['x-kubernetes-int-or-string'] === true) out['type'] = ['integer', 'string'];
  else if (typeof type === 'string') out['type'] = type;
  if (schema['nullable'] === true && typeof out['type'] === 'string') out['type'] = [out['type'], 'null'];
  // JSON Schema of today has numbers where OpenAPI 3.0 has flags.
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof out[flag] !== 'boolean') continue;
    const exclusive = out[flag];
    delete out[flag];
    if (!exclusive) continue;
    out[flag] = out[bound];
    delete out[bound];
  }
  const properties = asObject(schema['properties']);
  if (properties !== undefined) out['properties'] = mapped(properties);
  for (const key of ['items', 'additionalProperties', 'not'] as const) {
    const child = asObject(schema[key]);
    if (child !== undefined) out[key] = toJsonSchema(child);
  }
  for (const key of LISTS)
    if (Array.isArray(schema[key])) out[key] = schema[key].map((one) => toJsonSchema(asObject(one) ?? {}));
  return out;
}

function mapped(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, toJsonSchema(asObject(property) ?? {})]),
  );
}

/** Judges values by the schema of a CRD. Throws when the schema itself is none. */
export function compileSchema(schema: Schema): (value: unknown, path: Path) => readonly Refusal[] {
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false, verbose: true, formats: FORMATS });
  const validate: ValidateFunction = ajv.compile(toJsonSchema(schema));
  return (value, path) => {
    if (validate(value)) return [];
    return (validate.errors ?? [])
      .filter(({ schemaPath }) => !/\/(?:oneOf|anyOf|not)\/./.test(schemaPath))
      .map((error) => ({ text: textOf(error), path: [...path, ...stepsOf(error.instancePath, value)] }));
  };
}

function textOf({ keyword, params, message = 'it is not valid', parentSchema, data }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return `the field "${String(field(params, 'missingProperty'))}" is missing`;
    case 'enum':
      return `it must be one of ${asArray(field(params, 'allowedValues')).map(String).join(', ').slice(0, 200)}`;
    case 'type':
      return `it must be ${[field(params, 'type')].flat().map(String).join(' or ')}`;
    case 'oneOf':
    case 'anyOf':
      return branchText(field(parentSchema, keyword), data) ?? message;
    default:
      return `it ${message}`;
  }
}

/** A one-of says which fields exclude each other by what its branches ask for. */
function branchText(branches: unknown, data: unknown): string | undefined {
  const names = branchFields(branches);
  if (names.length === 0) return undefined;
  const set = names.filter((name) => field(data, name) !== undefined);
  return set.length > 1
    ? `${set.map((name) => `"${name}"`).join(' and ')} can not stand side by side`
    : `one of ${names.map((name) => `"${name}"`).join(', ')} must be there`;
}

/** Steps of a JSON pointer; a number is an index only where there is a list. */
function stepsOf(pointer: string, value: unknown): Path {
  let at = value;
  return pointer
    .split('/')
    .slice(1)
    .map((token) => {
      const name = token.replace(/~1/g, '/').replace(/~0/g, '~');
      const isIndex = Array.isArray(at);
      at = isIndex ? asArray(at)[Number(name)] : field(at, name);
      return isIndex ? Number(name) : name;
    });
}
