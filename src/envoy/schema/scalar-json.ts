import type { Field } from './api-table.ts';

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const DURATION = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;
const MAX_DURATION_SECONDS = 315_576_000_000;

/**
 * A scalar in the form that protobuf's JSON prints: enum numbers as names, 64-bit integers as text, 32-bit ones as
 * numbers, bytes as padded standard base64. A value of the wrong type is returned as it is.
 */
export function scalarToJson(value: unknown, field: Field): unknown {
  switch (field.kind) {
    case 'string':
    case 'bool':
      return value;
    case 'enum':
      return typeof value === 'number' ? (field.enumType?.byNumber.get(value) ?? value) : value;
    case 'int32':
    case 'uint32':
      return typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
    case 'int64':
    case 'uint64':
      return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    case 'bytes':
      return typeof value === 'string' ? standardBase64(value) : value;
    case 'float':
    case 'double':
      return floatToJson(value, field.kind === 'float');
    default:
      return value;
  }
}

/** Whether a scalar in JSON form is the zero value of its field, which is not printed when the field has no presence. */
export function isZeroScalar(value: unknown, field: Field): boolean {
  switch (field.kind) {
    case 'string':
    case 'bytes':
      return value === '';
    case 'bool':
      return value === false;
    case 'enum':
      return value === 0 || (typeof value === 'string' && value === field.enumType?.zero);
    case 'int64':
    case 'uint64':
      return value === '0';
    default:
      return value === 0;
  }
}

/** A Duration as text with 0, 3, 6 or 9 decimals (`60s`, `0.250s`), from text or `{seconds, nanos}`. */
export function durationToJson(value: unknown): unknown {
  const parts = secondsAndNanos(value);
  if (parts !== undefined) {
    const negative = parts.seconds < 0 || parts.nanos < 0;
    return `${negative ? '-' : ''}${Math.abs(parts.seconds)}${fraction(Math.abs(parts.nanos))}s`;
  }
  const [, sign = '', seconds, digits] = (typeof value === 'string' && DURATION.exec(value)) || [];
  if (seconds === undefined || Number(seconds) > MAX_DURATION_SECONDS) return value;
  const decimals = fraction(nanosOf(digits));
  const negative = sign !== '' && (Number(seconds) !== 0 || decimals !== '');
  return `${negative ? '-' : ''}${Number(seconds)}${decimals}s`;
}

/** A Timestamp as RFC 3339 in UTC with 0, 3, 6 or 9 decimals, from text or `{seconds, nanos}`. */
export function timestampToJson(value: unknown): unknown {
  const parts = secondsAndNanos(value);
  if (parts !== undefined) return utcSecond(parts.seconds * 1000, fraction(parts.nanos)) ?? value;
  const [, date, time, digits, zone = ''] = (typeof value === 'string' && TIMESTAMP.exec(value)) || [];
  if (date === undefined || time === undefined) return value;
  const decimals = fraction(nanosOf(digits));
  if (zone === 'Z') return `${date}T${time}${decimals}Z`;
  return utcSecond(Date.parse(`${date}T${time}${zone.toUpperCase()}`), decimals) ?? value;
}

/** A FieldMask as text (`a,b.cD`), from text or `{paths}`. */
export function fieldMaskToJson(value: unknown): unknown {
  const paths = typeof value === 'object' && value !== null && 'paths' in value ? value.paths : undefined;
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) return value;
  return paths
    .map((path) => path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()))
    .join(',');
}

function secondsAndNanos(value: unknown): { seconds: number; nanos: number } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { seconds = 0, nanos = 0 } = value as { seconds?: unknown; nanos?: unknown };
  const whole = typeof seconds === 'string' && INTEGER.test(seconds) ? Number(seconds) : seconds;
  if (typeof whole !== 'number' || typeof nanos !== 'number') return undefined;
  const valid = Number.isInteger(whole) && Number.isInteger(nanos) && Math.abs(nanos) < 1e9;
  return valid && Math.abs(whole) <= MAX_DURATION_SECONDS ? { seconds: whole, nanos } : undefined;
}

function nanosOf(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.padEnd(9, '0'));
}

function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  if (digits.endsWith('000000')) return `.${digits.slice(0, 3)}`;
  return digits.endsWith('000') ? `.${digits.slice(0, 6)}` : `.${digits}`;
}

function utcSecond(ms: number, decimals: string): string | undefined {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().replace(/\.\d+Z$/, '')}${decimals}Z`;
}

function standardBase64(text: string): string {
  if (text.length % 4 === 0 && !/[-_]/.test(text)) return text;
  const standard = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(standard) || standard.length % 4 === 1) return text;
  return standard.padEnd(Math.ceil(standard.length / 4) * 4, '=');
}

function floatToJson(value: unknown, single: boolean): unknown {
  if (typeof value === 'string')
    return value !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return single && !Number.isInteger(value) ? shortestSingle(value) : value;
}

/** The shortest decimal that names the same single-precision number. */
function shortestSingle(value: number): number {
  const single = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(single.toPrecision(digits));
    if (Math.fround(candidate) === single) return candidate;
  }
  return Number(single.toPrecision(9));
}
