import { asObject } from './json.ts';

/** What is wrong with a value, and where: `findings[3].level: expected text`; `undefined` when nothing is. */
export type ShapeCheck = (value: unknown, at: string) => string | undefined;

/** Any text. */
export const aText: ShapeCheck = (value, at) =>
  typeof value === 'string' ? undefined : `${at}: expected text`;
/** True or false. */
export const aFlag: ShapeCheck = (value, at) =>
  typeof value === 'boolean' ? undefined : `${at}: expected true or false`;
/** A finite number. */
export const aNumber: ShapeCheck = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : `${at}: expected a number`;

/** One of some words. */
export function aWord(...words: readonly string[]): ShapeCheck {
  return (value, at) =>
    words.includes(value as string) ? undefined : `${at}: expected ${words.join(' or ')}`;
}

/** Anything that one of the checks takes. */
export function eitherOf(first: ShapeCheck, second: ShapeCheck): ShapeCheck {
  return (value, at) => (first(value, at) === undefined ? undefined : second(value, at));
}

/** A list of which each item has the shape. */
export function aList(item: ShapeCheck): ShapeCheck {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at}: expected a list`;
    for (const [index, one] of value.entries()) {
      const wrong = item(one, `${at}[${index}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** An object of which each member has the shape, whatever its name. */
export function aMapOf(member: ShapeCheck): ShapeCheck {
  return (value, at) => {
    const object = asObject(value);
    if (object === undefined) return `${at}: expected an object`;
    for (const [name, one] of Object.entries(object)) {
      const wrong = member(one, `${at}.${name.slice(0, 80)}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** An object with these members; those of `optional` may be absent. Other members are taken as they are. */
export function anObject(
  required: Readonly<Record<string, ShapeCheck>>,
  optional: Readonly<Record<string, ShapeCheck>> = {},
): ShapeCheck {
  return (value, at) => {
    const object = asObject(value);
    if (object === undefined) return `${at}: expected an object`;
    const member = (name: string): string => (at === '' ? name : `${at}.${name}`);
    for (const [name, check] of Object.entries(required)) {
      const wrong = check(object[name], member(name));
      if (wrong !== undefined) return wrong;
    }
    for (const [name, check] of Object.entries(optional)) {
      if (object[name] === undefined) continue;
      const wrong = check(object[name], member(name));
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}
