import { parseDuration } from '../util/duration.ts';
import { usageError } from '../util/errors.ts';
import { nearest } from '../util/text.ts';
import { longName, type OptionSpec } from './options.ts';

/** The value of an option from its text; throws a usage error that says what would be accepted. */
export function parseOptionValue(spec: OptionSpec<unknown>, raw: string, origin: string): unknown {
  switch (spec.kind) {
    case 'text':
      return raw;
    case 'boolean':
      return parseBoolean(raw, origin);
    case 'list':
      return parseList(spec, raw, origin);
    case 'integer':
      return parseInteger(spec, raw, origin);
    case 'duration': {
      const ms = parseDuration(raw);
      if (ms === undefined) {
        throw usageError(`${origin}: "${raw}" is not a duration`, { hint: 'write it as 30s, 5m or 1h30m' });
      }
      return ms;
    }
    case 'choice':
      return parseChoice(spec, raw, origin);
  }
}

function parseList(spec: OptionSpec<unknown>, raw: string, origin: string): string[] {
  if (spec.whole === true) return [raw];
  const parts = raw
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length < (spec.min ?? 0)) {
    throw usageError(`${origin}: "${raw}" names nothing`, { hint: spec.description });
  }
  return parts;
}

function parseBoolean(raw: string, origin: string): boolean {
  if (['true', '1', 't', 'yes', 'on', ''].includes(raw.toLowerCase())) return true;
  if (['false', '0', 'f', 'no', 'off'].includes(raw.toLowerCase())) return false;
  throw usageError(`${origin}: "${raw}" is neither true nor false`);
}

function parseInteger(spec: OptionSpec<unknown>, raw: string, origin: string): number {
  const value = Number(raw);
  const min = spec.min ?? Number.MIN_SAFE_INTEGER;
  const max = spec.max ?? Number.MAX_SAFE_INTEGER;
  if (!/^-?\d+$/.test(raw.trim()) || value < min || value > max) {
    const range =
      spec.max !== undefined ? ` from ${min} to ${max}` : spec.min !== undefined ? ` of at least ${min}` : '';
    throw usageError(`${origin}: "${raw}" is not a whole number${range}`);
  }
  return value;
}

function parseChoice(spec: OptionSpec<unknown>, raw: string, origin: string): string {
  const word = spec.synonyms?.[raw] ?? raw;
  const choices = spec.choices ?? [];
  if (choices.includes(word)) return word;
  const [guess] = nearest(raw, choices, 1);
  throw usageError(`${origin}: "${raw}" is not supported`, {
    lines: guess ? [['near', guess]] : [],
    hint: `--${longName(spec)} takes ${choices.join(', ')}`,
  });
}
