import protobuf from 'protobufjs/minimal.js';
import { type Field, type MessageType, messageTypeOfUrl } from '../../../envoy/schema/api-table.ts';
import { type WireField, wireFields } from '../../../envoy/schema/wire-table.ts';

type Reader = protobuf.Reader;
type Members = Record<string, unknown>;

/** Protobuf's own limit: no message of Envoy is nested deeper. */
const DEEPEST = 100;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/**
 * The bytes of a message of Envoy's API as an object with the field names of its JSON form, ready for `toProtoJson`:
 * enums are numbers, 64-bit integers text, bytes base64, an Any is inlined with its `@type`. Fields that the table lacks
 * are left out, an Any of an unknown type keeps its bytes as `value`. Throws for bytes that are no such message.
 */
export function decodeMessage(bytes: Uint8Array, type: MessageType): unknown {
  return message(bytes, type, 0);
}

function message(bytes: Uint8Array, type: MessageType, depth: number): unknown {
  if (depth > DEEPEST) throw new Error('the message is nested too deep');
  if (type.wellKnown === 'Any') return inlinedAny(bytes, depth);
  const members = fieldsOf(bytes, type, depth);
  switch (type.wellKnown) {
    case undefined:
    case 'Duration':
    case 'Timestamp':
    case 'FieldMask':
    case 'Empty':
      return members;
    case 'Struct':
      return members['fields'] ?? {};
    case 'ListValue':
      return members['values'] ?? [];
    case 'Value':
      return anyValue(members);
    default:
      return members['value'] ?? zeroOf(type.fields[0]);
  }
}

function fieldsOf(bytes: Uint8Array, type: MessageType, depth: number): Members {
  const reader = protobuf.Reader.create(bytes);
  const fields = wireFields(type);
  const members: Members = {};
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const wire = tag & 7;
    const known = fields.get(tag >>> 3);
    if (known === undefined || !fits(known, wire)) reader.skipType(wire, depth, tag >>> 3);
    else if (known.field.label === 'map') mapEntry(reader, known, members, depth);
    else if (known.field.label === 'list') listItems(reader, known, wire, members, depth);
    else set(members, known.field.jsonName, single(reader, known, depth));
  }
  return members;
}

/** Whether a value of this wire type can be one of the field's; lists of numbers may come packed. */
function fits({ field, encoding }: WireField, wire: number): boolean {
  if (field.label === 'map') return wire === LENGTH;
  const own = wireType(field, encoding);
  return wire === own || (field.label === 'list' && wire === LENGTH && own !== LENGTH);
}

function wireType({ kind }: Field, encoding: WireField['encoding']): number {
  switch (kind) {
    case 'string':
    case 'bytes':
    case 'message':
      return LENGTH;
    case 'float':
      return FIXED32;
    case 'double':
      return FIXED64;
    case 'int64':
    case 'uint64':
      return encoding === 'fixed' ? FIXED64 : VARINT;
    default:
      return encoding === 'fixed' ? FIXED32 : VARINT;
  }
}

function listItems(reader: Reader, known: WireField, wire: number, members: Members, depth: number): void {
  const { jsonName } = known.field;
  const list = (members[jsonName] ?? []) as unknown[];
  set(members, jsonName, list);
  if (wire !== LENGTH || wireType(known.field, known.encoding) === LENGTH) {
    list.push(single(reader, known, depth));
    return;
  }
  const packed = protobuf.Reader.create(reader.bytes());
  while (packed.pos < packed.len) list.push(single(packed, known, depth));
}

/** A map's entry is a message with the key as field 1 and the value as field 2; either may be left out. */
function mapEntry(reader: Reader, known: WireField, members: Members, depth: number): void {
  const { field } = known;
  const entry = protobuf.Reader.create(reader.bytes());
  let key = field.numericKeys ? '0' : '';
  let value: unknown;
  while (entry.pos < entry.len) {
    const tag = entry.tag();
    const wire = tag & 7;
    if (tag >>> 3 === 1 && wire === LENGTH) key = entry.string();
    else if (tag >>> 3 === 1 && wire === VARINT)
      key = field.numericKeys ? entry.int64().toString() : String(entry.bool());
    else if (tag >>> 3 === 2 && wire === wireType(field, known.encoding)) value = single(entry, known, depth);
    else entry.skipType(wire, depth, tag >>> 3);
  }
  value ??= field.message === undefined ? zeroOf(field) : message(new Uint8Array(), field.message, depth + 1);
  const map = (members[field.jsonName] ?? {}) as Members;
  set(members, field.jsonName, map);
  set(map, key, value);
}

function single(reader: Reader, { field, encoding }: WireField, depth: number): unknown {
  switch (field.kind) {
    case 'message':
      return field.message === undefined ? undefined : message(reader.bytes(), field.message, depth + 1);
    case 'string':
      return reader.string();
    case 'bytes':
      return base64(reader.bytes());
    case 'bool':
      return reader.bool();
    case 'float':
      return finite(reader.float());
    case 'double':
      return finite(reader.double());
    case 'enum':
      return reader.int32();
    default:
      return integer(reader, field, encoding);
  }
}

function integer(reader: Reader, { kind }: Field, encoding: WireField['encoding']): number | string {
  switch (kind) {
    case 'int64':
      return (
        encoding === 'zigzag' ? reader.sint64() : encoding === 'fixed' ? reader.sfixed64() : reader.int64()
      ).toString();
    case 'uint64':
      return (encoding === 'fixed' ? reader.fixed64() : reader.uint64()).toString();
    case 'uint32':
      return encoding === 'fixed' ? reader.fixed32() : reader.uint32();
    default:
      return encoding === 'zigzag'
        ? reader.sint32()
        : encoding === 'fixed'
          ? reader.sfixed32()
          : reader.int32();
  }
}

/** JSON has no numbers for these. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The message inside an Any: its bytes are not copied on the way, for a dump is Anys within Anys. */
function inlinedAny(bytes: Uint8Array, depth: number): unknown {
  const reader = protobuf.Reader.create(bytes);
  let url = '';
  let content: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | LENGTH)) url = reader.string();
    else if (tag === ((2 << 3) | LENGTH)) content = reader.bytes();
    else reader.skipType(tag & 7, depth, tag >>> 3);
  }
  if (url === '') return {};
  const type = messageTypeOfUrl(url);
  if (type === undefined) {
    return { '@type': url, ...(content.length > 0 ? { value: base64(content) } : {}) };
  }
  const decoded = message(content, type, depth + 1);
  return type.wellKnown === undefined || type.wellKnown === 'Empty'
    ? { '@type': url, ...(decoded as Members) }
    : { '@type': url, value: decoded };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** The one member of a google.protobuf.Value that is set; a null has the number 0. */
function anyValue(members: Members): unknown {
  const [name] = Object.keys(members);
  return name === undefined || name === 'nullValue' ? null : members[name];
}

function zeroOf(field: Field | undefined): unknown {
  switch (field?.kind) {
    case 'string':
    case 'bytes':
      return '';
    case 'bool':
      return false;
    case 'int64':
    case 'uint64':
      return '0';
    default:
      return 0;
  }
}

/** Names come from the other side: `__proto__` is a member like any other. */
function set(members: Members, name: string, value: unknown): void {
  Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}
