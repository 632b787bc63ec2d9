import type { Goal } from '../../answers/distribution/distribution.ts';
import { WAIT_KINDS, type WaitKind, waitKind } from '../../answers/distribution/kinds.ts';
import { usageError } from '../../util/errors.ts';
import { nearest } from '../../util/text.ts';

/** The object that is waited for, as it was written. */
export interface NamedObject {
  readonly kind: WaitKind;
  readonly name: string;
  /** Absent when the name has none. */
  readonly namespace: string | undefined;
}

const HINT = 'meshscope wait virtualservice/NAME.NAMESPACE';

/** Reads `KIND/NAME[.NAMESPACE]` or `KIND NAME[.NAMESPACE]`. Throws a usage error with the nearest kind. */
export function parseObject(args: readonly string[]): NamedObject {
  const [first = '', second] = args;
  const slash = first.indexOf('/');
  const word = slash < 0 ? first : first.slice(0, slash);
  const full = slash < 0 ? second : first.slice(slash + 1);
  if (full === undefined || full === '' || (slash >= 0 && second !== undefined)) {
    throw usageError('wait needs a kind and a name', { hint: HINT });
  }
  const kind = waitKind(word);
  if (kind === undefined) {
    const words = WAIT_KINDS.flatMap((one) => one.words);
    const near = nearest(word.toLowerCase(), words);
    const kinds = WAIT_KINDS.map((one) => one.kind).join(', ');
    throw usageError(`wait does not know the kind "${word}"`, {
      lines: [near.length > 0 ? ['near', near.join(', ')] : ['kinds', kinds]],
    });
  }
  const dot = full.lastIndexOf('.');
  return dot <= 0
    ? { kind, name: full, namespace: undefined }
    : { kind, name: full.slice(0, dot), namespace: full.slice(dot + 1) };
}

/** Reads `95%` or `3`. Throws a usage error. */
export function parseGoal(text: string | undefined): Goal {
  if (text === undefined) return { percent: 100, count: undefined };
  const [, number = '', unit] = /^(\d{1,6}(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(number);
  if (number !== '' && unit === '%' && value > 0 && value <= 100) return { percent: value, count: undefined };
  if (number !== '' && unit === '' && Number.isInteger(value) && value > 0)
    return { percent: undefined, count: value };
  throw usageError(`--proxies: "${text}" is neither a share nor a number`, { hint: 'write 95% or 3' });
}
