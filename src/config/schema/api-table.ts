import table from './istio-api.generated.json' with { type: 'json' };

/** What the value of a field (of an item of a list, of a member of a map) may be in JSON. */
export type ValueType =
  | 'text'
  | 'bytes'
  | 'bool'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'number'
  | 'duration'
  | 'timestamp'
  | 'object'
  | 'list'
  | 'anything'
  | 'message'
  | 'enum';

const TYPES: Readonly<Record<string, ValueType>> = {
  '': 'text',
  b: 'bytes',
  o: 'bool',
  i: 'int32',
  u: 'uint32',
  I: 'int64',
  U: 'uint64',
  f: 'number',
  d: 'number',
  T: 'duration',
  S: 'timestamp',
  V: 'object',
  L: 'list',
  A: 'anything',
  m: 'message',
  e: 'enum',
};

/** The values of an enum by name, and which of them are deprecated. */
export interface EnumType {
  readonly values: ReadonlyMap<string, number>;
  readonly deprecated: ReadonlySet<string>;
}

/** A message of Istio's API: its fields by the names that the API server accepts. */
export interface MessageType {
  /** The last part of its name, such as `HTTPRoute`. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldType>;
  /** JSON names of the fields that must be there. */
  readonly required: readonly string[];
}

/** One field of a message; the types it refers to are decoded when they are first asked for. */
export class FieldType {
  readonly jsonName: string;
  readonly protoName: string;
  readonly label: 'one' | 'list' | 'map';
  readonly type: ValueType;
  /** Number of the one-of that the field is a member of: of those with one number only one may be set. */
  readonly oneOf: number | undefined;
  readonly isRequired: boolean;
  readonly isDeprecated: boolean;
  /** Whether text counts where a number is expected. */
  readonly isIntOrString: boolean;
  /** Whether the API server takes the snake_case name, too. */
  readonly hasSnakeCase: boolean;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Characters of a text, items of a list, members of a map. */
  readonly sizeMin: number | undefined;
  readonly sizeMax: number | undefined;
  readonly #target: number;
  #message: MessageType | undefined;
  #enum: EnumType | undefined;

  constructor(text: string) {
    const [head = '', ...flags] = text.split(';');
    const [, name = '', label = '', type = '', target = '', jsonName] =
      /^(\w+):(\*|%\w?%)?([a-zA-Z]?)([0-9a-z]*)(?:=(\w+))?$/.exec(head) ?? [];
    const number = (prefix: string): number | undefined => {
      const flag = flags.find((one) => one.startsWith(prefix));
      return flag === undefined ? undefined : Number(flag.slice(1));
    };
    this.protoName = name;
    this.jsonName = jsonName ?? camelCase(name);
    this.label = label === '*' ? 'list' : label === '' ? 'one' : 'map';
    this.type = TYPES[type] ?? 'anything';
    this.oneOf = number('o');
    this.isRequired = flags.includes('r');
    this.isDeprecated = flags.includes('x');
    this.isIntOrString = flags.includes('i');
    this.hasSnakeCase = flags.includes('s');
    this.min = number('>');
    this.max = number('<');
    this.sizeMin = number('n');
    this.sizeMax = number('m');
    this.#target = Number.parseInt(target, 36);
  }

  /** The message that its values are; `undefined` for other types. */
  get message(): MessageType | undefined {
    if (this.type !== 'message') return undefined;
    this.#message ??= messageAt(this.#target);
    return this.#message;
  }

  /** The enum that its values are of; `undefined` for other types. */
  get enumType(): EnumType | undefined {
    if (this.type !== 'enum') return undefined;
    this.#enum ??= decodeEnum(table.enums[this.#target] ?? '');
    return this.#enum;
  }
}

/** A kind that the table knows. */
export type TableKind = keyof typeof table.kinds;

/** All kinds of the table, by name. */
export const TABLE_KINDS = Object.keys(table.kinds) as readonly TableKind[];

/** The message that the spec of a kind is; for MeshConfig and MeshNetworks, which have no spec, the whole. */
export function messageOfKind(kind: TableKind): MessageType {
  const message = messageAt(table.kinds[kind]);
  if (message === undefined) throw new Error(`the field table has no message for ${kind}`);
  return message;
}

const decoded = new Map<number, MessageType>();

function messageAt(index: number): MessageType | undefined {
  const known = decoded.get(index);
  if (known !== undefined) return known;
  const line = table.messages[index];
  if (line === undefined) return undefined;
  const [name = '', ...parts] = line.split(' ');
  const fields = parts.map((part) => new FieldType(part));
  const message: MessageType = {
    name: name.slice(name.lastIndexOf('.') + 1),
    fields: new Map([
      ...fields.map((field) => [field.jsonName, field] as const),
      ...fields.filter(({ hasSnakeCase }) => hasSnakeCase).map((field) => [field.protoName, field] as const),
    ]),
    required: fields.filter(({ isRequired }) => isRequired).map(({ jsonName }) => jsonName),
  };
  decoded.set(index, message);
  return message;
}

function decodeEnum(line: string): EnumType {
  const values = new Map<string, number>();
  const deprecated = new Set<string>();
  for (const value of line.split(' ').slice(1)) {
    const [, name = '', number, flag] = /^(\w+)=(-?\d+)(;x)?$/.exec(value) ?? [];
    values.set(name, Number(number));
    if (flag !== undefined) deprecated.add(name);
  }
  return { values, deprecated };
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9]?)/gi, (_, letter: string) => letter.toUpperCase());
}
