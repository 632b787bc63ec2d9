import { asObject, field } from '../../util/json.ts';
import { below, type Schema } from './structural.ts';

/** Words of the language that a field name may be: rules write them between two underscores each. */
const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** The name that a field has in a rule, where some characters and words can't stand. */
function ruleName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name
    .replace(/__/g, '__underscores__')
    .replace(/\./g, '__dot__')
    .replace(/-/g, '__dash__')
    .replace(/\//g, '__slash__');
}

/** A stored value as rules see it: whole numbers are integers, names of fields are escaped, those of maps are not. */
export function celValue(schema: Schema | undefined, value: unknown): unknown {
  if (typeof value === 'number') {
    const isWhole = schema?.['type'] === 'integer' || schema?.['x-kubernetes-int-or-string'] === true;
    return isWhole && Number.isInteger(value) ? BigInt(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => celValue(schema && below(schema, 0), item));
  const object = asObject(value);
  if (object === undefined) return value;
  return new Map(
    Object.entries(object).map(([key, member]) => {
      const isField = asObject(field(schema, 'properties', key)) !== undefined;
      return [isField ? ruleName(key) : key, celValue(schema && below(schema, key), member)];
    }),
  );
}
