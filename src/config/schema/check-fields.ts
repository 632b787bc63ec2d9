import { asObject, type JsonObject } from '../../util/json.ts';
import type { Path } from '../validation/spot.ts';
import type { FieldType, MessageType } from './api-table.ts';
import { checkSize, checkValue, type ValueProblem, wrongType } from './check-value.ts';
import { deprecatedText, type FieldProblem, type Surroundings, unknownFieldText } from './field-problem.ts';

/**
 * Compares a message with the table: fields that it does not have, values of the wrong type, members of one-ofs side
 * by side, what is missing and what is out of range, in the order in which it is written. `null` counts as nothing.
 * `lenient` as for `checkValue`.
 */
export function checkFields(
  message: MessageType,
  value: unknown,
  path: Path,
  lenient: boolean,
): readonly FieldProblem[] {
  const walk = new FieldWalk(path, lenient);
  walk.message(message, value, undefined);
  return walk.problems;
}

/** A message that the walk is in, and how many steps lead to it. */
interface Frame {
  readonly message: MessageType;
  readonly depth: number;
  readonly parent: Frame | undefined;
}

class FieldWalk {
  readonly problems: FieldProblem[] = [];
  /** Where the walk stands; copied only when there is something to say. */
  readonly #path: (string | number)[];
  readonly #lenient: boolean;

  constructor(path: Path, lenient: boolean) {
    this.#path = [...path];
    this.#lenient = lenient;
  }

  message(message: MessageType, value: unknown, parent: Frame | undefined): void {
    const object = asObject(value);
    if (object === undefined) {
      this.#say(wrongType('message', value, [...message.fields.keys()]));
      return;
    }
    const frame = { message, depth: this.#path.length, parent };
    this.#members(frame, object);
    for (const name of message.required)
      if (object[name] === undefined || object[name] === null)
        this.#say({ fault: 'missing-field', text: `the field "${name}" is missing` }, name);
  }

  #members(frame: Frame, object: JsonObject): void {
    let chosen: Map<number, string> | undefined;
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value === null || value === undefined) continue;
      const field = frame.message.fields.get(key);
      this.#path.push(key);
      if (field === undefined) {
        this.#say({ fault: 'unknown-field', text: unknownFieldText(key, this.#surroundings(frame)) });
      } else {
        if (field.oneOf !== undefined) {
          chosen ??= new Map();
          this.#oneOf(chosen, field.oneOf, key);
        }
        if (field.isDeprecated) this.#say({ fault: 'deprecated', text: deprecatedText(field) });
        this.#field(field, value, frame);
      }
      this.#path.pop();
    }
  }

  #oneOf(chosen: Map<number, string>, number: number, key: string): void {
    const other = chosen.get(number);
    if (other === undefined) chosen.set(number, key);
    else
      this.#say({
        fault: 'one-of',
        text: `"${key}" and "${other}" can not stand side by side: keep one of them`,
      });
  }

  #field(field: FieldType, value: unknown, frame: Frame): void {
    if (field.label === 'one') this.#one(field, value, frame);
    else if (field.label === 'list') this.#list(field, value, frame);
    else this.#map(field, value, frame);
  }

  #list(field: FieldType, value: unknown, frame: Frame): void {
    if (!Array.isArray(value)) {
      this.#say(wrongType('list', value));
      return;
    }
    this.#say(checkSize(field, value.length, 'items'));
    for (const [index, item] of value.entries()) this.#below(index, field, item, frame);
  }

  #map(field: FieldType, value: unknown, frame: Frame): void {
    const map = asObject(value);
    if (map === undefined) {
      this.#say(wrongType('object', value));
      return;
    }
    const keys = Object.keys(map);
    this.#say(checkSize(field, keys.length, 'members'));
    for (const key of keys) this.#below(key, field, map[key], frame);
  }

  #below(step: string | number, field: FieldType, value: unknown, frame: Frame): void {
    this.#path.push(step);
    this.#one(field, value, frame);
    this.#path.pop();
  }

  #one(field: FieldType, value: unknown, frame: Frame): void {
    if (field.message !== undefined) this.message(field.message, value ?? {}, frame);
    else if (value !== null && value !== undefined) this.#say(checkValue(field, value, this.#lenient));
  }

  #say(problem: ValueProblem | undefined, missing?: string): void {
    if (problem === undefined) return;
    const { fault, text } = problem;
    const path = [...this.#path];
    this.problems.push(missing === undefined ? { fault, text, path } : { fault, text, path, missing });
  }

  #surroundings({ message, depth, parent }: Frame): Surroundings {
    const path = this.#path.slice(0, depth);
    return { message, path, parent: parent && this.#surroundings(parent) };
  }
}
