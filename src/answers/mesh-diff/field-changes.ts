import { asObject, type JsonObject } from '../../util/json.ts';
import { DEEPEST, isSameJson } from '../../util/same-json.ts';
import { areOwnVolumes, pairLists } from './list-pairs.ts';
import { isNoise } from './object-noise.ts';

/** Keys and indexes from the top of an object. */
export type Steps = readonly (string | number)[];

/** One difference, by where it stands on each side; the side that lacks it has no steps. */
export interface RawChange {
  /** `spec.template.spec.containers[app].image`: elements of lists by what the field calls them. */
  readonly path: string;
  /** `moved`: the same elements in another order. */
  readonly change: 'added' | 'removed' | 'changed' | 'moved';
  readonly left?: Steps | undefined;
  readonly right?: Steps | undefined;
}

/**
 * The fields in which two objects differ, by their paths, without what changes by itself (`object-noise.ts`). Parts that
 * are equal are passed over at a glance. Linear in size, but for lists inside of lists, which are looked at once a level.
 */
export function fieldChanges(left: unknown, right: unknown): readonly RawChange[] {
  const changes: RawChange[] = [];
  compare({ path: '', left: [], right: [] }, left, right, changes);
  return changes;
}

interface Place {
  readonly path: string;
  readonly left: Steps;
  readonly right: Steps;
}

function compare(at: Place, left: unknown, right: unknown, out: RawChange[]): void {
  if (left === right || areOwnVolumes(left, right)) return;
  const [a, b] = [membersOf(at, left, right), membersOf(at, right, left)];
  const isDeep = at.left.length >= DEEPEST;
  if (a !== undefined && b !== undefined && !isDeep) compareObjects(at, a, b, out);
  else if (Array.isArray(left) && Array.isArray(right) && !isDeep) compareLists(at, left, right, out);
  else if (!isSameJson(left, right) && !(isEmpty(left) && isEmpty(right))) report(at, left, right, out);
}

/** The members of a map. Annotations or a status that are not there are compared like empty ones: all of it may be noise. */
function membersOf({ left: steps }: Place, value: unknown, other: unknown): JsonObject | undefined {
  const mayBeNoise =
    steps.length > 0 && steps.length <= 2 && (steps[0] === 'metadata' || steps[0] === 'status');
  if (value === undefined && mayBeNoise && asObject(other) !== undefined) return {};
  return asObject(value);
}

function report(at: Place, left: unknown, right: unknown, out: RawChange[]): void {
  if (left === undefined) out.push({ path: at.path, change: 'added', right: at.right });
  else if (right === undefined) out.push({ path: at.path, change: 'removed', left: at.left });
  else out.push({ path: at.path, change: 'changed', left: at.left, right: at.right });
}

/** Down to this level whole parts are compared at a glance before they are gone through. */
const GLANCED = 2;

/** To the API server an empty list is the same as none; an empty map may say something by being there. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function compareObjects(at: Place, left: JsonObject, right: JsonObject, out: RawChange[]): void {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const name of names) {
    if (isNoise(at.left, name)) continue;
    const [a, b] = [own(left, name), own(right, name)];
    // Nearly all of an object is the same, which costs least to see near the top.
    if (a === b || (at.left.length < GLANCED && isSameJson(a, b))) continue;
    compare(below(at, keyText(at.path, name), name, name), a, b, out);
  }
}

function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function compareLists(
  at: Place,
  left: readonly unknown[],
  right: readonly unknown[],
  out: RawChange[],
): void {
  if (isSameJson(left, right)) return;
  const { pairs, onlyLeft, onlyRight, moved } = pairLists(left, right);
  const element = (label: string): string => `${at.path}[${label}]`;
  for (const { left: i, right: j, label } of pairs)
    compare(below(at, element(label), i, j), left[i], right[j], out);
  for (const { index, label } of onlyLeft)
    out.push({ path: element(label), change: 'removed', left: [...at.left, index] });
  for (const { index, label } of onlyRight)
    out.push({ path: element(label), change: 'added', right: [...at.right, index] });
  // In what an object reports of itself the order says nothing.
  if (moved && at.left[0] !== 'status' && at.left[0] !== 'metadata')
    out.push({ path: at.path, change: 'moved', left: at.left, right: at.right });
}

function below(at: Place, path: string, left: string | number, right: string | number): Place {
  return { path, left: [...at.left, left], right: [...at.right, right] };
}

function keyText(path: string, name: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** The value at the end of steps; `undefined` where a step leads nowhere. */
export function valueAt(value: unknown, steps: Steps): unknown {
  let current = value;
  for (const step of steps) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}
