import { asObject } from '../util/json.ts';
import { REDACTED } from '../util/secret-text.ts';
import { withoutSecrets } from './redact.ts';

const MARK = /#secret-\d+#/g;
const DIFFERS = ' (differs)';

/**
 * Takes the secrets out of values that are compared, so that equal secrets stay equal and different ones different:
 * until the comparison is made each carries a number, which says nothing about it and is never printed.
 */
export class SecretMarks {
  private readonly numbers = new Map<string, number>();

  /** The value with a numbered mark in the place of each secret; the same value when it holds none. */
  mark(value: unknown): unknown {
    return withoutSecrets(value, {
      text: (secret) => `${REDACTED}#secret-${this.number(secret)}#`,
      bytes: (secret, clean) => `${clean}#secret-${this.number(secret)}#`,
    });
  }

  private number(secret: string): number {
    const known = this.numbers.get(secret);
    if (known !== undefined) return known;
    const next = this.numbers.size + 1;
    this.numbers.set(secret, next);
    return next;
  }
}

/** The text as it is printed: without numbers. */
export function unmarkedText(text: string): string {
  return text.includes('#') ? text.replace(MARK, '') : text;
}

/** As `unmarkedText` for every text in a value. */
export function unmarked(value: unknown): unknown {
  if (typeof value === 'string') return unmarkedText(value);
  if (Array.isArray(value)) return value.map(unmarked);
  const object = asObject(value);
  if (object === undefined) return value;
  return Object.fromEntries(Object.entries(object).map(([name, member]) => [name, unmarked(member)]));
}

/** The right one of two values that differ, as it is printed; where only its secrets do, it says so. */
export function unmarkedRight(left: unknown, right: unknown): unknown {
  const clean = unmarked(right);
  return typeof clean === 'string' && clean === unmarked(left) ? `${clean}${DIFFERS}` : clean;
}

/** A unified diff as it is printed: an added line that only by its secrets is not a removed one says so. */
export function unmarkedDiff(diff: string): string {
  if (diff.search(MARK) === -1) return diff;
  const lines = diff.split('\n');
  const removed = new Set(
    lines.filter((line) => line.startsWith('-')).map((line) => unmarkedText(line.slice(1))),
  );
  return lines
    .map((line) => {
      const clean = unmarkedText(line);
      const differs = clean !== line && line.startsWith('+') && removed.has(clean.slice(1));
      return differs ? line.replace(MARK, DIFFERS) : clean;
    })
    .join('\n');
}
