import table from './envoy-api.generated.json' with { type: 'json' };

/** The scalar and composite types that a field can have; 32-bit and 64-bit integers differ in JSON. */
export type FieldKind =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float'
  | 'double'
  | 'message'
  | 'enum';

/** Names of an enum's values; where two names share a number, the first declared is the one printed. */
export interface EnumType {
  readonly name: string;
  readonly byNumber: ReadonlyMap<number, string>;
  /** The name of value 0, which a field without presence does not print. */
  readonly zero: string | undefined;
}

const KINDS: Readonly<Record<string, FieldKind>> = {
  '': 'string',
  b: 'bytes',
  o: 'bool',
  i: 'int32',
  u: 'uint32',
  I: 'int64',
  U: 'uint64',
  f: 'float',
  d: 'double',
  m: 'message',
  e: 'enum',
};

/** One field of a message; the types it refers to are decoded when they are first asked for. */
export class Field {
  readonly name: string;
  readonly jsonName: string;
  /** Position in declaration order. */
  readonly order: number;
  readonly kind: FieldKind;
  readonly label: 'one' | 'list' | 'map';
  /** Whether a zero value that is set is told from an unset one (messages, oneof members, `optional`). */
  readonly presence: boolean;
  /** Whether this is a map whose keys are numbers, which sort as numbers. */
  readonly numericKeys: boolean;
  private readonly target: number;
  private resolved: MessageType | undefined;
  private resolvedEnum: EnumType | undefined;

  constructor(text: string, order: number) {
    const [, name = '', label = '', keys = '', type = '', target = '', jsonName] =
      /^(\w+):?(\*|\?|\{(\w?)\})?([a-zA-Z]?)([0-9a-z]*)(?:=(\w+))?$/.exec(text) ?? [];
    this.name = name;
    this.jsonName = jsonName ?? camelCase(name);
    this.order = order;
    this.kind = KINDS[type] ?? 'string';
    this.label = label === '*' ? 'list' : label.startsWith('{') ? 'map' : 'one';
    this.presence = label === '?' || this.kind === 'message';
    this.numericKeys = keys !== '' && keys !== 'o';
    this.target = Number.parseInt(target, 36);
  }

  /** The message type of the field's (map's, list's) values; `undefined` for other kinds. */
  get message(): MessageType | undefined {
    if (this.kind !== 'message') return undefined;
    this.resolved ??= messageAt(this.target);
    return this.resolved;
  }

  /** The enum type of the field's values; `undefined` for other kinds. */
  get enumType(): EnumType | undefined {
    if (this.kind !== 'enum') return undefined;
    this.resolvedEnum ??= decodeEnum(table.enums[this.target] ?? '');
    return this.resolvedEnum;
  }
}

/** A message of Envoy's API: its fields in declaration order, and by both of their names (`snake_case`, JSON name). */
export interface MessageType {
  readonly name: string;
  /** Position in the table. */
  readonly index: number;
  readonly fields: readonly Field[];
  readonly byName: ReadonlyMap<string, Field>;
  /** The short name when the message is one of google.protobuf's, most of which have a JSON form of their own. */
  readonly wellKnown: string | undefined;
}

let positions: Map<string, number> | undefined;
const decoded = new Map<number, MessageType>();

/** The message of that full name, such as `envoy.config.cluster.v3.Cluster`; `undefined` when the table lacks it. */
export function messageType(fullName: string): MessageType | undefined {
  if (positions === undefined) {
    positions = new Map();
    for (const [index, line] of table.messages.entries()) positions.set(firstWord(line), index);
  }
  const index = positions.get(fullName);
  return index === undefined ? undefined : messageAt(index);
}

/** The message that an `@type` URL names: what follows its last slash. */
export function messageTypeOfUrl(url: string): MessageType | undefined {
  return messageType(url.slice(url.lastIndexOf('/') + 1));
}

/** The lowerCamelCase form that protobuf gives a field name in JSON. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z]?)/g, (_, letter: string) => letter.toUpperCase());
}

function messageAt(index: number): MessageType | undefined {
  const known = decoded.get(index);
  if (known !== undefined) return known;
  const line = table.messages[index];
  if (line === undefined) return undefined;
  const [name = '', ...parts] = line.split(' ');
  const fields = parts.map((part, order) => new Field(part, order));
  const byName = new Map<string, Field>();
  for (const field of fields) byName.set(field.jsonName, field);
  for (const field of fields) byName.set(field.name, field);
  const wellKnown = name.startsWith('google.protobuf.') ? name.slice('google.protobuf.'.length) : undefined;
  const type: MessageType = { name, index, fields, byName, wellKnown };
  decoded.set(index, type);
  return type;
}

function decodeEnum(line: string): EnumType {
  const [name = '', ...values] = line.split(' ');
  const byNumber = new Map<number, string>();
  let next = 0;
  for (const value of values) {
    const [label = '', number] = value.split('=');
    if (number !== undefined) next = Number(number);
    if (!byNumber.has(next)) byNumber.set(next, label);
    next += 1;
  }
  return { name, byNumber, zero: byNumber.get(0) };
}

function firstWord(line: string): string {
  const space = line.indexOf(' ');
  return space === -1 ? line : line.slice(0, space);
}
