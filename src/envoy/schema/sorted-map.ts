import type { JsonObject } from '../../util/json.ts';

/**
 * The order in which Go sorts map keys: by UTF-8 bytes, which differs from JavaScript's only where characters beyond
 * U+FFFF meet those from U+E000 on.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The map with its keys in Go's order (as far as objects can keep it: names that are integers always come first). */
export function sortedMap(map: JsonObject): JsonObject {
  const keys = Object.keys(map);
  if (isSorted(keys)) return map;
  return Object.fromEntries(keys.sort(compareKeys).map((key) => [key, map[key]]));
}

/**
 * Any JSON value (a Struct, Value or ListValue) with the keys of its objects sorted, down to `depth` levels; the same
 * value when all were sorted already.
 */
export function sortedValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth <= 0) return value;
  if (Array.isArray(value)) return sortedItems(value, depth);
  const object = value as JsonObject;
  let copy: Record<string, unknown> | undefined;
  for (const key in object) {
    const member = object[key];
    const sorted = sortedValue(member, depth - 1);
    if (sorted === member) continue;
    copy ??= { ...object };
    setOwn(copy, key, sorted);
  }
  return sortedMap(copy ?? object);
}

function sortedItems(items: readonly unknown[], depth: number): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const sorted = sortedValue(items[i], depth - 1);
    if (sorted === items[i]) continue;
    copy ??= items.slice();
    copy[i] = sorted;
  }
  return copy ?? items;
}

/** Sets a member whatever its name is: assigning to `__proto__` would change the object's prototype. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

function isSorted(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++) {
    if (compareKeys(keys[i - 1] ?? '', keys[i] ?? '') > 0) return false;
  }
  return true;
}
