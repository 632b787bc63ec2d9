import type { Spot } from '../spot.ts';
import { isLabelKey, isLabelValue, isNameLabel, isPort } from './names.ts';

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a duration as the API writes it (`1.5s`, `1h30m`, `0s`); `undefined` when it is none. */
export function durationMs(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^[+-]?0+$/.test(value)) return 0;
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.exec(value);
  if (match === null) return undefined;
  let total = 0;
  for (const [, number = '', unit = ''] of value.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    total += Number(number) * (UNITS[unit] ?? 0);
  return match[1] === '-' ? -total : total;
}

/** A duration of at least 1 ms in whole milliseconds (analyzers, section 4: duration rule). */
export function checkDuration(spot: Spot, zeroIsFine = false): void {
  if (!spot.isSet) return;
  const ms = durationMs(spot.value);
  if (ms === undefined) spot.error('it is no duration such as 1h, 1m, 1s or 1ms');
  else if (ms === 0 && zeroIsFine) return;
  else if (ms < 1) spot.error('it must be at least 1ms');
  else if (Math.abs(ms - Math.round(ms)) > 1e-6)
    spot.error('only durations of whole milliseconds can be used');
}

/** A port number that must be there. */
export function checkPort(spot: Spot): void {
  if (!isPort(spot.number)) spot.error(`the port ${spot.number} is not between 1 and 65535`);
}

/** A number that must not be negative. */
export function checkNotNegative(spot: Spot): void {
  if (spot.isSet && spot.number < 0) spot.error('it must not be negative');
}

/** Labels by which workloads are told apart. */
export function checkLabels(spot: Spot): void {
  for (const [key, value] of spot.entries()) {
    if (!isLabelKey(key)) value.error(`"${key}" is no key of a label`);
    if (!isLabelValue(value.text)) value.error(`"${value.text}" is no value of a label`);
  }
}

/** A name between dots, such as that of a subset. */
export function checkNameLabel(spot: Spot, what: string): void {
  if (!isNameLabel(spot.text))
    spot.error(`the ${what} "${spot.text}" may have letters, digits and "-" only, 63 of them at the most`);
}

/** A regular expression of RE2, of 1024 characters at the most. */
export function checkRegex(spot: Spot): void {
  if (spot.text.length > 1024) spot.error('the regular expression is longer than 1024 characters');
  const problem = regexProblem(spot.text);
  if (problem !== undefined) spot.error(`it is no regular expression of RE2: ${problem}`);
}

/** Why a text is no regular expression of RE2; `undefined` when it is one as far as can be told. */
export function regexProblem(text: string): string | undefined {
  if (/\(\?(?:[=!]|<[=!])/.test(text)) return 'look-around is not supported';
  if (/(?:^|[^\\])(?:\\\\)*\\[1-9]/.test(text)) return 'back references are not supported';
  // RE2 writes flags and named groups in ways of its own.
  const plain = text
    .replace(/\(\?P</g, '(?<')
    .replace(/\(\?[imsU-]+\)/g, '')
    .replace(/\(\?[imsU-]+:/g, '(?:')
    .replace(/\[\[:(\^?)\w+:\]\]/g, '[a]')
    .replace(/\\[AzQECpP](?:\{\^?\w+\}|\w)?/g, 'a');
  try {
    new RegExp(plain);
  } catch (cause) {
    return cause instanceof Error
      ? cause.message.replace(/^Invalid regular expression: /, '')
      : 'it can not be read';
  }
  return /(?:^|[^\\])(?:\*\*|\+\+|\*\+)/.test(plain) ? 'a repetition is repeated' : undefined;
}
