import { asArray, asObject } from '../../util/json.ts';
import { nearest } from '../../util/text.ts';
import type { FieldPath } from '../finding.ts';
import { CODE_PATTERN, type Shape, shapeText } from './shape.ts';

/** What is wrong with a value of the configuration file, and where. */
export interface ShapeProblem {
  readonly path: FieldPath;
  readonly message: string;
  readonly near: readonly string[];
}

/** What is wrong with a value, in the order of the file; empty when nothing is. */
export function checkShape(shape: Shape, value: unknown, path: FieldPath): readonly ShapeProblem[] {
  switch (shape.kind) {
    case 'word': {
      const word = wordOf(value);
      if (word !== undefined && shape.words.includes(word)) return [];
      return [wrong(path, shape, value, word === undefined ? [] : nearest(word, shape.words))];
    }
    case 'text':
      return isText(shape, value) ? [] : [wrong(path, shape, value)];
    case 'flag':
      return typeof value === 'boolean' ? [] : [wrong(path, shape, value)];
    case 'list':
      if (!Array.isArray(value)) return [wrong(path, shape, value)];
      return asArray(value).flatMap((item, index) => checkShape(shape.of, item, [...path, index]));
    case 'codes':
      return checkMembers(shape, value, path, (key) => {
        if (new RegExp(CODE_PATTERN).test(key)) return shape.of;
        return { path: [...path, key], message: `"${short(key)}" is no code: write it as IST0102`, near: [] };
      });
    case 'fields':
      return [
        ...checkMembers(shape, value, path, (key) => {
          if (Object.hasOwn(shape.fields, key)) return shape.fields[key]?.shape ?? shape;
          const near = nearest(key, Object.keys(shape.fields), 1);
          return { path: [...path, key], message: `there is no field "${short(key)}" here`, near };
        }),
        ...missing(shape, value, path),
      ];
  }
}

function checkMembers(
  shape: Shape,
  value: unknown,
  path: FieldPath,
  shapeOf: (key: string) => Shape | ShapeProblem,
): readonly ShapeProblem[] {
  const object = asObject(value);
  if (object === undefined) return [wrong(path, shape, value)];
  return Object.entries(object).flatMap(([key, member]) => {
    const found = shapeOf(key);
    return 'message' in found ? [found] : checkShape(found, member, [...path, key]);
  });
}

function missing(shape: Extract<Shape, { kind: 'fields' }>, value: unknown, path: FieldPath): ShapeProblem[] {
  const object = asObject(value);
  if (object === undefined) return [];
  return Object.entries(shape.fields)
    .filter(([key, field]) => field.required === true && !Object.hasOwn(object, key))
    .map(([key]) => ({ path, message: `the field "${key}" is missing`, near: [] }));
}

/** YAML of older readers takes `off` for `false`: it means the same here. */
function wordOf(value: unknown): string | undefined {
  if (value === false) return 'off';
  return typeof value === 'string' ? value : undefined;
}

/** Dates are texts to us, and may come as such or as what a YAML reader makes of them. */
function isText(shape: Extract<Shape, { kind: 'text' }>, value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  return shape.pattern === undefined || new RegExp(shape.pattern).test(value);
}

function wrong(path: FieldPath, shape: Shape, value: unknown, near: readonly string[] = []): ShapeProblem {
  return { path, message: `expected ${shapeText(shape)}, found ${found(value)}`, near };
}

function found(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `"${short(value)}"` : String(value);
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
