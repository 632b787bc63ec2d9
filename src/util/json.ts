/** A JSON object whose members may have any type. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object (not an array, not null); otherwise `undefined`. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** The value as a list; empty when it is not one. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; otherwise `undefined`. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value as a finite number; otherwise `undefined`. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The value as a boolean; otherwise `undefined`. */
export function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/**
 * The member at a path of own field names, such as `field(secret, 'tls_certificate', 'certificate_chain')`;
 * `undefined` where a step is missing or not an object. Inherited names such as `constructor` are never found.
 */
export function field(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined;
    const next: unknown = (current as JsonObject)[name];
    // What an object inherits is a function (or __proto__), and JSON holds no functions: cheaper than hasOwn.
    if (next === undefined || typeof next === 'function' || name === '__proto__') return undefined;
    current = next;
  }
  return current;
}

/** The members of a list that are objects, in order; empty when it is no list. */
export function asObjects(value: unknown): readonly JsonObject[] {
  return asArray(value).filter((item): item is JsonObject => asObject(item) !== undefined);
}

/** The members of a list that are text, in order; empty when it is no list. */
export function asStrings(value: unknown): readonly string[] {
  return asArray(value).filter((item) => typeof item === 'string');
}

/** A number, also from the decimal text in which protobuf's JSON writes 64-bit integers; otherwise `undefined`. */
export function asInt64(value: unknown): number | undefined {
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  return asNumber(value);
}
