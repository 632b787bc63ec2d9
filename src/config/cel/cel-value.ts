const known = new WeakMap<object, unknown>();

/**
 * A value of JSON as CEL takes it: whole numbers as `int`, maps without anything inherited. The same object gives the
 * same value, made once.
 */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === 'undefined') return null;
  if (typeof value !== 'object' || value === null) return value;
  const made = known.get(value);
  if (made !== undefined) return made;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    // Before its members: one that leads back here must end.
    known.set(value, list);
    for (const item of value) list.push(celValue(item));
    return list;
  }
  const map = new Map<string, unknown>();
  known.set(value, map);
  for (const [key, member] of Object.entries(value)) if (member !== undefined) map.set(key, celValue(member));
  return map;
}

/** What an expression evaluated to, as JSON has it. */
export function plainValue(value: unknown, depth = 0): unknown {
  if (depth > 50) return '…';
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((item) => plainValue(item, depth + 1));
  if (value instanceof Map)
    return Object.fromEntries(
      [...value].map(([key, member]) => [String(key), plainValue(member, depth + 1)]),
    );
  return value;
}
