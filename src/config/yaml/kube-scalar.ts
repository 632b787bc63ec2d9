/** Unquoted words that Kubernetes' reader takes for something else than text (YAML 1.1, as its library resolves it). */
const WORDS: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'] as const).map(
    (word) => [word, true] as const,
  ),
  ...(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'] as const).map(
    (word) => [word, false] as const,
  ),
  ...(['', '~', 'null', 'Null', 'NULL'] as const).map((word) => [word, null] as const),
  ...(['.nan', '.NaN', '.NAN'] as const).map((word) => [word, Number.NaN] as const),
  ...(['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'] as const).map(
    (word) => [word, Number.POSITIVE_INFINITY] as const,
  ),
  ...(['-.inf', '-.Inf', '-.INF'] as const).map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

/** The longest of those words. */
const LONGEST_WORD = 5;

/**
 * The value of an unquoted scalar as Kubernetes reads manifests: YAML 1.1 as Go's yaml v2 resolves it, where `yes`,
 * `on` and `n` are booleans, `0644` is octal, `1_000` a number, and times and sexagesimals stay text.
 */
export function kubeScalar(text: string): string | number | boolean | null {
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  const first = text.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  if (!isDigit && first !== 43 && first !== 45 && first !== 46) return text;
  return number(text, first === 46) ?? text;
}

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;

function number(text: string, isFraction: boolean): number | undefined {
  // A point in front is read by the plain rule for floats, which knows no underscores.
  if (isFraction) return FLOAT.test(text) ? Number(text) : undefined;
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const integer = INTEGER.exec(plain);
  if (integer === null) return FLOAT.test(plain) ? Number(plain) : undefined;
  const [, sign, hex, binary, octal, decimal] = integer;
  const value =
    decimal !== undefined
      ? Number(decimal)
      : hex !== undefined
        ? Number.parseInt(hex, 16)
        : binary !== undefined
          ? Number.parseInt(binary, 2)
          : Number.parseInt(octal ?? '', 8);
  return sign === '-' && value !== 0 ? -value : value;
}

/** A key as it stands in JSON: a number or boolean becomes its text. `undefined` for null, which can be no key. */
export function kubeKey(value: string | number | boolean | null): string | undefined {
  return value === null ? undefined : String(value);
}
