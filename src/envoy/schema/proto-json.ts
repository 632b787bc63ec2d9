import { asObject, type JsonObject } from '../../util/json.ts';
import { type Field, type MessageType, messageType, messageTypeOfUrl } from './api-table.ts';
import {
  durationToJson,
  fieldMaskToJson,
  isZeroScalar,
  scalarToJson,
  timestampToJson,
} from './scalar-json.ts';
import { setOwn, sortedMap, sortedValue } from './sorted-map.ts';

/** What `toProtoJson` does with what the schema does not know. */
export interface ProtoJsonOptions {
  /**
   * `keep` (default): unknown fields follow the known ones, an Any of an unknown type stays untouched. `drop`: as the
   * reference, which loses unknown fields and prints an Any of an unknown type as `{"@type": …, "dyn": {}}`.
   */
  readonly unknown?: 'keep' | 'drop';
}

/** Messages nested deeper than this are left as they are; Envoy itself refuses JSON nested deeper than 100. */
export const MAX_DEPTH = 400;

/**
 * A message as Go's protobuf JSON prints it: lowerCamelCase names in declaration order, zero scalars without presence
 * and empty lists and maps left out, enums by name, durations and timestamps normalised, keys of maps and Structs
 * sorted, Any inlined with `@type` first. `value` may have snake_case or camelCase names; wrongly typed values and
 * messages of a type that the table lacks are returned as they are. Never throws; never changes `value`, parts of
 * which are shared by the result where nothing had to change.
 */
export function toProtoJson(value: unknown, typeName: string, options: ProtoJsonOptions = {}): unknown {
  const type = messageType(typeName);
  return type === undefined ? value : new Converter(options.unknown === 'drop').message(value, type, 0);
}

/**
 * Each message pushes its printed fields on one shared stack, already in order, and builds its object from there: the
 * fields of a nested message are popped before those of the outer one are pushed on.
 */
class Converter {
  private readonly fields: Field[] = [];
  private readonly values: unknown[] = [];
  private top = 0;

  constructor(private readonly drop: boolean) {}

  message(value: unknown, type: MessageType, depth: number): unknown {
    if (type.wellKnown !== undefined && type.wellKnown !== 'Empty') {
      return this.wellKnown(value, type, type.wellKnown, depth);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > MAX_DEPTH)
      return value;
    return this.members(value as JsonObject, type, undefined, depth);
  }

  private members(object: JsonObject, type: MessageType, url: string | undefined, depth: number): JsonObject {
    const base = this.top;
    let changed = false;
    let strangers: string[] | undefined;
    for (const key in object) {
      const value = object[key];
      const field = type.byName.get(key);
      if (field === undefined) {
        if (key !== '@type') {
          strangers ??= [];
          strangers.push(key);
        } else if (url === undefined || this.top > base) changed = true;
        continue;
      }
      const converted = this.field(value, field, depth);
      if (converted !== value || key !== field.jsonName) changed = true;
      if (converted !== undefined && this.push(field, converted, base)) changed = true;
    }
    const unchanged = !changed && strangers === undefined;
    const result = unchanged ? object : this.build(base, url);
    this.top = base;
    if (!this.drop && strangers !== undefined) {
      for (const key of strangers) setOwn(result as Record<string, unknown>, key, object[key]);
    }
    return result;
  }

  /** Puts a field in its place among those pushed since `base`; true when it had to go before another. */
  private push(field: Field, value: unknown, base: number): boolean {
    const { fields, values } = this;
    let at = this.top++;
    let moved = false;
    for (let before = fields[at - 1]; at > base && before !== undefined; before = fields[at - 1]) {
      if (before.order <= field.order) break;
      fields[at] = before;
      values[at] = values[at - 1];
      at -= 1;
      moved = true;
    }
    fields[at] = field;
    values[at] = value;
    return moved;
  }

  private build(base: number, url: string | undefined): Record<string, unknown> {
    const out: Record<string, unknown> = url === undefined ? {} : { '@type': url };
    for (let at = base; at < this.top; at++) {
      const field = this.fields[at];
      if (field !== undefined) out[field.jsonName] = this.values[at];
    }
    return out;
  }

  /** The field's value in JSON form; `undefined` when it is not printed. */
  private field(value: unknown, field: Field, depth: number): unknown {
    if (field.label === 'one') {
      const type = field.message;
      if (type !== undefined) {
        return value === null && type.wellKnown !== 'Value'
          ? undefined
          : this.message(value, type, depth + 1);
      }
      const scalar = scalarToJson(value, field);
      return scalar === null || (!field.presence && isZeroScalar(scalar, field)) ? undefined : scalar;
    }
    if (value === null) return undefined;
    return field.label === 'list' ? this.list(value, field, depth) : this.map(value, field, depth);
  }

  private list(value: unknown, field: Field, depth: number): unknown {
    if (!Array.isArray(value)) return value;
    if (value.length === 0) return undefined;
    const type = field.message;
    let changed: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      const converted = type === undefined ? scalarToJson(item, field) : this.message(item, type, depth + 1);
      if (converted !== item) {
        changed ??= value.slice();
        changed[i] = converted;
      }
    }
    return changed ?? value;
  }

  private map(value: unknown, field: Field, depth: number): unknown {
    const object = asObject(value);
    if (object === undefined) return value;
    const type = field.message;
    const out: Record<string, unknown> = {};
    let empty = true;
    for (const key in object) {
      const member = object[key];
      empty = false;
      setOwn(
        out,
        key,
        type === undefined ? scalarToJson(member, field) : this.message(member, type, depth + 1),
      );
    }
    return empty ? undefined : sortedMap(out);
  }

  private wellKnown(value: unknown, type: MessageType, name: string, depth: number): unknown {
    switch (name) {
      case 'Any':
        return this.any(value, depth);
      case 'Duration':
        return durationToJson(value);
      case 'Timestamp':
        return timestampToJson(value);
      case 'FieldMask':
        return fieldMaskToJson(value);
      case 'Struct':
      case 'Value':
      case 'ListValue':
        return sortedValue(value, MAX_DEPTH - depth);
      default: {
        const wrapped = type.fields[0];
        return wrapped === undefined ? value : scalarToJson(value, wrapped);
      }
    }
  }

  private any(value: unknown, depth: number): unknown {
    const object = asObject(value);
    const url = object?.['@type'];
    if (object === undefined || typeof url !== 'string' || depth > MAX_DEPTH) return value;
    const type = messageTypeOfUrl(url);
    if (type === undefined) return this.drop ? { '@type': url, dyn: {} } : value;
    if (type.wellKnown === undefined || type.wellKnown === 'Empty') {
      return this.members(object, type, url, depth);
    }
    return { '@type': url, value: this.message(object['value'], type, depth + 1) };
  }
}
