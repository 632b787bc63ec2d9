import { asObject, type JsonObject } from '../../util/json.ts';
import { type Field, type MessageType, messageType, messageTypeOfUrl } from './api-table.ts';
import { goJsonAt, goScalar } from './go-json.ts';
import { MAX_DEPTH, type ProtoJsonOptions, toProtoJson } from './proto-json.ts';
import { compareKeys } from './sorted-map.ts';

/**
 * The text of one message to the byte as the reference prints it (bootstrap, secret, the diffs of proxy-status):
 * the printer of Go's older protobuf module, which indents the members of maps and Structs by further steps, puts
 * a blank line into an empty message and escapes `<`, `>` and `&`. Lists of messages are re-indented by encoding/json
 * instead: use `goJson` there. By default what the schema does not know is dropped, as the reference does.
 */
export function protoJsonText(
  value: unknown,
  typeName: string,
  indent = 4,
  options: ProtoJsonOptions = { unknown: 'drop' },
): string {
  const type = messageType(typeName);
  const converted = toProtoJson(value, typeName, options);
  const step = ' '.repeat(indent);
  return type === undefined ? goJsonAt(converted, step, '') : new Printer(step).message(converted, type, '');
}

class Printer {
  private depth = 0;

  constructor(private readonly step: string) {}

  message(value: unknown, type: MessageType, indent: string): string {
    if (this.depth >= MAX_DEPTH) return goScalar(value);
    this.depth += 1;
    const text = this.messageText(value, type, indent);
    this.depth -= 1;
    return text;
  }

  private messageText(value: unknown, type: MessageType, indent: string): string {
    switch (type.wellKnown) {
      case undefined:
      case 'Empty': {
        const object = asObject(value);
        return object === undefined ? goJsonAt(value, this.step, indent) : this.fields(object, type, indent);
      }
      case 'Any':
        return this.any(value, indent);
      case 'Struct':
      case 'ListValue':
        return this.struct(value, indent);
      case 'Value':
        return typeof value === 'object' && value !== null
          ? this.struct(value, indent + this.step)
          : goScalar(value);
      default:
        return goScalar(value);
    }
  }

  private fields(object: JsonObject, type: MessageType | undefined, indent: string): string {
    const inner = indent + this.step;
    const lines: string[] = [];
    for (const key of Object.keys(object)) {
      const field = type?.byName.get(key);
      const value = object[key];
      const text = field === undefined ? goJsonAt(value, this.step, inner) : this.field(value, field, indent);
      lines.push(`${inner}${goScalar(key)}: ${text}`);
    }
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }

  private field(value: unknown, field: Field, indent: string): string {
    if (field.label === 'list' && Array.isArray(value)) {
      return this.list(
        value.map((item) => this.singular(item, field, indent + this.step)),
        indent,
      );
    }
    const map = field.label === 'map' ? asObject(value) : undefined;
    if (map !== undefined) {
      const compare = field.numericKeys ? (a: string, b: string) => Number(a) - Number(b) : compareKeys;
      return this.map(map, compare, (member) => this.singular(member, field, indent + this.step), indent);
    }
    return field.label === 'one'
      ? this.singular(value, field, indent)
      : goJsonAt(value, this.step, indent + this.step);
  }

  private singular(value: unknown, field: Field, indent: string): string {
    return field.message === undefined
      ? goJsonAt(value, this.step, indent + this.step)
      : this.message(value, field.message, indent + this.step);
  }

  private list(items: readonly string[], indent: string): string {
    const inner = indent + this.step + this.step;
    return `[${items.map((item) => `\n${inner}${item}`).join(',')}\n${indent}${this.step}]`;
  }

  private map(
    map: JsonObject,
    compare: (a: string, b: string) => number,
    text: (member: unknown) => string,
    indent: string,
  ): string {
    const inner = indent + this.step + this.step;
    const lines = Object.keys(map)
      .sort(compare)
      .map((key) => `\n${inner}${goScalar(key)}: ${text(map[key])}`);
    return `{${lines.join(',')}\n${indent}${this.step}}`;
  }

  /** A Struct or ListValue: printed as the map or list field that it holds. */
  private struct(value: unknown, indent: string): string {
    if (typeof value !== 'object' || value === null || this.depth >= MAX_DEPTH) return goScalar(value);
    this.depth += 1;
    const text = Array.isArray(value)
      ? this.list(
          value.map((item) => this.structValue(item, indent)),
          indent,
        )
      : this.map(value as JsonObject, compareKeys, (member) => this.structValue(member, indent), indent);
    this.depth -= 1;
    return text;
  }

  private structValue(value: unknown, indent: string): string {
    const deeper = indent + this.step + this.step + this.step;
    return typeof value === 'object' && value !== null ? this.struct(value, deeper) : goScalar(value);
  }

  private any(value: unknown, indent: string): string {
    const object = asObject(value);
    const url = object?.['@type'];
    const type = typeof url === 'string' ? messageTypeOfUrl(url) : undefined;
    if (object === undefined) return goJsonAt(value, this.step, indent);
    if (type === undefined) return this.fields(object, undefined, indent);
    if (type.wellKnown === undefined || type.wellKnown === 'Empty') return this.fields(object, type, indent);
    const inner = indent + this.step;
    const wrapped = this.message(object['value'], type, inner);
    return `{\n${inner}"@type": ${goScalar(url)},\n${inner}"value": ${wrapped}\n${indent}}`;
  }
}
