/** Deeper nesting than any Envoy message has. */
export const DEEPEST = 120;

/**
 * Whether two JSON values are equal but for the order of object fields. Nothing is built for it, so it costs a fraction
 * of a comparison that tells the differences. Values nested deeper than `DEEPEST` count as different.
 */
export function isSameJson(left: unknown, right: unknown, depth = 0): boolean {
  if (left === right) return true;
  if (!isComposite(left) || !isComposite(right) || depth > DEEPEST) return false;
  if (Array.isArray(left)) return isSameList(left, right, depth);
  if (Array.isArray(right)) return false;
  let fields = 0;
  for (const name in left) {
    if (!isSameJson(left[name], ownMember(right, name), depth + 1)) return false;
    fields++;
  }
  return fields === fieldCount(right);
}

function isSameList(left: readonly unknown[], right: object, depth: number): boolean {
  if (!Array.isArray(right) || left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!isSameJson(left[index], right[index], depth + 1)) return false;
  }
  return true;
}

/** Whether the value is an object or a list. */
export function isComposite(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What an object inherits is a function, which equals no JSON value, but for `__proto__`. */
export function ownMember(object: Record<string, unknown>, name: string): unknown {
  return name === '__proto__' && !Object.hasOwn(object, name) ? undefined : object[name];
}

/** How many fields the object has; allocates nothing. */
export function fieldCount(object: object): number {
  let count = 0;
  for (const _ in object) count++;
  return count;
}
