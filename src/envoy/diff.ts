import { asObject, type JsonObject } from '../util/json.ts';
import { DEEPEST, isSameJson } from '../util/same-json.ts';
import { deepEqual, identify, pairElements, SET_FIELDS, UNORDERED_FIELDS } from './diff-list.ts';
import { SecretMarks, unmarked, unmarkedRight, unmarkedText } from './secret-marks.ts';

/** One difference inside a resource. `path` is a field path such as `virtual_hosts[cart:80].routes[2].timeout`. */
export interface FieldChange {
  readonly path: string;
  /** `moved`: the same elements in another order, where Envoy goes by the order. */
  readonly change: 'added' | 'removed' | 'changed' | 'moved';
  readonly left?: unknown;
  readonly right?: unknown;
}

/** A resource that both sides have with differing content. */
export interface ChangedResource {
  readonly name: string;
  readonly left: unknown;
  readonly right: unknown;
  readonly changes: readonly FieldChange[];
}

/** A resource that one side has. */
export interface LoneResource {
  readonly name: string;
  readonly value: unknown;
}

/** How two sets of resources of one kind differ; each list is in the order of the side that has the resource. */
export interface ResourceDiff {
  readonly kind: string;
  /** Only on the right side. */
  readonly added: readonly LoneResource[];
  /** Only on the left side. */
  readonly removed: readonly LoneResource[];
  readonly changed: readonly ChangedResource[];
  readonly same: number;
}

/** Fields that say when and as which version something arrived: never a difference of meaning. */
const NOISE = new Set(['version_info', 'last_updated', 'versionInfo', 'lastUpdated']);

/** How the messages of the left side are read where their field names may not be Envoy's. */
export interface Spelling {
  /** Whether two messages are the same, at a glance: true only when the read one surely equals the right one. */
  readonly isSame: (left: unknown, right: unknown) => boolean;
  /** The message with Envoy's field names. */
  readonly read: (left: unknown) => unknown;
}

/** Messages in Envoy's own field names. */
export const ENVOY_SPELLING: Spelling = { isSame: isSameJson, read: (message) => message };

/**
 * Compares two sets of Envoy resources by name, meaning for meaning: fields in any order, lists without order where
 * Envoy has none (filter chains, virtual hosts, domains, endpoints …), durations by their length. Linear in size.
 * Nearly all resources are the same on both sides, which a glance tells; only the others are gone through.
 */
export function diffResources(
  kind: string,
  left: ReadonlyMap<string, unknown>,
  right: ReadonlyMap<string, unknown>,
  spelling: Spelling = ENVOY_SPELLING,
): ResourceDiff {
  const removed: LoneResource[] = [];
  const changed: ChangedResource[] = [];
  let same = 0;
  for (const [name, message] of left) {
    const other = right.get(name);
    if (other !== undefined && spelling.isSame(message, other)) {
      same++;
      continue;
    }
    const value = spelling.read(message);
    if (!right.has(name)) {
      removed.push({ name, value });
      continue;
    }
    const changes = diffValues(value, other);
    if (changes.length === 0) same++;
    else changed.push({ name, left: value, right: other, changes });
  }
  const added: LoneResource[] = [];
  for (const [name, value] of right) {
    if (!left.has(name)) added.push({ name, value });
  }
  return { kind, added, removed, changed, same };
}

/**
 * The differences between two values of one kind, as field changes; empty when they mean the same. No change holds a
 * secret: of two that differ it says no more than that.
 */
export function diffValues(left: unknown, right: unknown): readonly FieldChange[] {
  const changes = changesBetween(left, right);
  if (changes.length === 0) return changes;
  const marks = new SecretMarks();
  const [a, b] = [marks.mark(left), marks.mark(right)];
  if (a === left && b === right) return changes;
  return changesBetween(a, b).map((change) => ({
    ...change,
    path: unmarkedText(change.path),
    ...('left' in change ? { left: unmarked(change.left) } : {}),
    ...('right' in change ? { right: unmarkedRight(change.left, change.right) } : {}),
  }));
}

function changesBetween(left: unknown, right: unknown): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  compare('', left, right, changes, 0);
  return changes;
}

function compare(path: string, left: unknown, right: unknown, out: FieldChange[], depth: number): void {
  if (left === right) return;
  // Below that values are compared as a whole.
  if (depth < DEEPEST) {
    const [a, b] = [asObject(left), asObject(right)];
    if (a && b) {
      compareObjects(path, a, b, out, depth);
      return;
    }
    if (Array.isArray(left) && Array.isArray(right)) {
      compareLists(path, left, right, out, depth);
      return;
    }
  }
  if (deepEqual(left, right)) return;
  if (left === undefined) out.push({ path, change: 'added', right });
  else if (right === undefined) out.push({ path, change: 'removed', left });
  else out.push({ path, change: 'changed', left, right });
}

function compareObjects(
  path: string,
  left: JsonObject,
  right: JsonObject,
  out: FieldChange[],
  depth: number,
): void {
  for (const field of Object.keys(left)) {
    if (!NOISE.has(field)) compare(join(path, field), left[field], own(right, field), out, depth + 1);
  }
  for (const field of Object.keys(right)) {
    if (NOISE.has(field) || Object.hasOwn(left, field)) continue;
    compare(join(path, field), undefined, right[field], out, depth + 1);
  }
}

function own(object: JsonObject, field: string): unknown {
  return Object.hasOwn(object, field) ? object[field] : undefined;
}

function compareLists(
  path: string,
  left: readonly unknown[],
  right: readonly unknown[],
  out: FieldChange[],
  depth: number,
): void {
  const field = lastField(path);
  const isSet = SET_FIELDS.has(field);
  const { pairs, onlyLeft, onlyRight, moved } = pairElements(field, left, right);
  for (const { leftIndex, rightIndex } of pairs) {
    const element = left[leftIndex];
    compare(`${path}[${label(field, element, leftIndex)}]`, element, right[rightIndex], out, depth + 1);
  }
  for (const index of onlyLeft) {
    out.push({
      path: isSet ? path : `${path}[${label(field, left[index], index)}]`,
      change: 'removed',
      left: left[index],
    });
  }
  for (const index of onlyRight) {
    out.push({
      path: isSet ? path : `${path}[${label(field, right[index], index)}]`,
      change: 'added',
      right: right[index],
    });
  }
  if (moved && !isSet && !UNORDERED_FIELDS.has(field)) out.push({ path, change: 'moved', left, right });
}

function label(field: string, element: unknown, index: number): string {
  const name = identify(field, element);
  return name === undefined ? String(index) : name.label;
}

function lastField(path: string): string {
  const field = path.slice(path.lastIndexOf('.') + 1);
  return /^[\w@]+$/.test(field) ? field : '';
}

function join(path: string, field: string): string {
  const plain = /^[\w@]+$/.test(field) ? field : `[${field}]`;
  if (path === '') return plain;
  return plain.startsWith('[') ? `${path}${plain}` : `${path}.${plain}`;
}
