import { durationMs } from '../validation/parts/fields.ts';
import type { FieldType, ValueType } from './api-table.ts';
import { type FieldFault, unknownValueText } from './field-problem.ts';

/** What is wrong with a value; `undefined` when nothing is. */
export interface ValueProblem {
  readonly fault: FieldFault;
  readonly text: string;
}

const WANTED: Readonly<Record<ValueType, string>> = {
  text: 'text',
  bytes: 'text in base64',
  bool: 'true or false',
  int32: 'a whole number',
  uint32: 'a whole number',
  int64: 'a whole number',
  uint64: 'a whole number',
  number: 'a number',
  duration: 'a duration such as 1.5s',
  timestamp: 'a time such as 2026-01-31T12:00:00Z',
  object: 'a map',
  list: 'a list',
  anything: 'anything',
  message: 'a map',
  enum: 'one of its names',
};

const RANGES: Readonly<Partial<Record<ValueType, readonly [number, number]>>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 64],
};

/**
 * Judges one value that is not a message, as the API server does. `lenient`: as istiod reads its own configuration,
 * which takes numbers in text and numbers for names of enums.
 */
export function checkValue(field: FieldType, value: unknown, lenient: boolean): ValueProblem | undefined {
  switch (field.type) {
    case 'text':
    case 'bytes':
    case 'timestamp':
      if (typeof value !== 'string') return wrongType(field.type, value);
      return field.label === 'one' ? checkSize(field, value.length, 'characters') : undefined;
    case 'bool':
      return typeof value === 'boolean' ? undefined : wrongType(field.type, value);
    case 'duration':
      return durationMs(value) === undefined ? wrongType(field.type, value) : undefined;
    case 'object':
      return kindOfValue(value) === 'a map' ? undefined : wrongType(field.type, value);
    case 'list':
      return Array.isArray(value) ? undefined : wrongType(field.type, value);
    case 'enum':
      return checkEnum(field, value, lenient);
    case 'anything':
    case 'message':
      return undefined;
    default:
      return checkNumber(field, value, lenient);
  }
}

function checkNumber(field: FieldType, value: unknown, lenient: boolean): ValueProblem | undefined {
  if (typeof value === 'string' && (lenient || field.isIntOrString)) return undefined;
  if (typeof value !== 'number') return wrongType(field.type, value);
  if (field.type !== 'number' && !Number.isInteger(value)) return wrongType(field.type, value);
  const [least, most] = RANGES[field.type] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const min = Math.max(least, field.min ?? least);
  const max = Math.min(most, field.max ?? most);
  if (value >= min && value <= max) return undefined;
  const bounds = field.max === undefined && value < min ? `at least ${min}` : `between ${min} and ${max}`;
  return { fault: 'out-of-range', text: `${value} is out of range: it must be ${bounds}` };
}

function checkEnum(field: FieldType, value: unknown, lenient: boolean): ValueProblem | undefined {
  const values = field.enumType?.values ?? new Map<string, number>();
  if (lenient && typeof value === 'number') return undefined;
  if (typeof value !== 'string') return wrongType('enum', value, [...values.keys()]);
  if (!values.has(value))
    return { fault: 'unknown-value', text: unknownValueText(value, [...values.keys()]) };
  if (field.enumType?.deprecated.has(value) !== true) return undefined;
  // Of the deprecated values of the API only the one of the load balancer has another in its place.
  const instead = value === 'LEAST_CONN' ? 'write LEAST_REQUEST' : 'choose another one';
  return { fault: 'deprecated', text: `the value ${value} is deprecated: ${instead}` };
}

/** Judges how much there is of something. */
export function checkSize(
  { sizeMin, sizeMax }: FieldType,
  size: number,
  unit: 'characters' | 'items' | 'members',
): ValueProblem | undefined {
  if (sizeMin !== undefined && size < sizeMin)
    return {
      fault: 'out-of-range',
      text: size === 0 ? 'it must not be empty' : `it has ${size} ${unit}, and needs at least ${sizeMin}`,
    };
  if (sizeMax !== undefined && size > sizeMax)
    return { fault: 'out-of-range', text: `it has ${size} ${unit}, and may have ${sizeMax} at the most` };
  return undefined;
}

/** Says what was expected and what is there; `names` are those of an enum's values, or of a message's fields. */
export function wrongType(type: ValueType, value: unknown, names: readonly string[] = []): ValueProblem {
  const hint = type === 'text' && typeof value !== 'object' ? ': put it in quotes' : '';
  return {
    fault: 'wrong-type',
    text: `it is ${shown(value)}, and must be ${wantedText(type, names)}${hint}`,
  };
}

function wantedText(type: ValueType, names: readonly string[]): string {
  if (type === 'enum' && names.length > 0) return `one of ${names.slice(0, 8).join(', ')}`;
  const few = type === 'message' && names.length > 0 && names.length <= 4;
  return few ? `a map with ${names.join(', ')}` : WANTED[type];
}

function shown(value: unknown): string {
  const kind = kindOfValue(value);
  if (kind === 'a map' || kind === 'a list') return kind;
  return `${kind} ${JSON.stringify(value)?.slice(0, 40) ?? ''}`.trim();
}

function kindOfValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'the text' : typeof value === 'number' ? 'the number' : '';
}
