import { asArray, asObject, asObjects, type JsonObject } from '../../util/json.ts';
import { type Field, type MessageType, messageType, messageTypeOfUrl } from './api-table.ts';
import { MAX_DEPTH } from './proto-json.ts';
import { setOwn } from './sorted-map.ts';

/**
 * The message with the field names of Envoy's own dumps (`dynamicActiveClusters` → `dynamic_active_clusters`), also
 * inside every Any; the exact inverse of the renaming that protobuf's JSON does. Values, keys of maps and Structs,
 * unknown fields and messages of unknown types stay as they are. Never throws; never changes `value`.
 */
export function toSnakeCase(value: unknown, typeName: string): unknown {
  const type = messageType(typeName);
  return type === undefined ? value : renameMessage(value, type, 0, renameAny);
}

/**
 * As `toSnakeCase`, but what is inside an Any stays as it is: of a section of a dump the lists and their entries get
 * Envoy's names, and the resources themselves, nearly all of its size, keep theirs.
 */
export function toSnakeCaseOutline(value: unknown, typeName: string): unknown {
  const type = messageType(typeName);
  return type === undefined ? value : renameMessage(value, type, 0, (any) => any);
}

/**
 * Whether a config dump, or `/clusters` page, was written with camelCase names, as istiod and other protobuf printers
 * write it and Envoy does not. Looks at the names of the page and of its sections only.
 */
export function isCamelCaseDump(dump: unknown): boolean {
  const page = asObject(dump);
  if (page === undefined) return false;
  if ('clusterStatuses' in page) return true;
  return asObjects(page['configs']).some((section) => {
    const url = section['@type'];
    const type = typeof url === 'string' ? messageTypeOfUrl(url) : undefined;
    return type !== undefined && Object.keys(section).some((key) => isJsonNameOnly(key, type));
  });
}

function isJsonNameOnly(key: string, type: MessageType): boolean {
  const field = type.byName.get(key);
  return field !== undefined && field.name !== key;
}

/** What becomes of an Any. */
type AnyReader = (object: JsonObject, depth: number) => unknown;

function renameMessage(value: unknown, type: MessageType, depth: number, readAny: AnyReader): unknown {
  const object = asObject(value);
  if (object === undefined || depth > MAX_DEPTH) return value;
  if (type.wellKnown === 'Any') return readAny(object, depth);
  return type.wellKnown === undefined ? renameFields(object, type, depth, readAny) : value;
}

function renameAny(object: JsonObject, depth: number): unknown {
  const url = object['@type'];
  const type = typeof url === 'string' ? messageTypeOfUrl(url) : undefined;
  if (type === undefined) return object;
  if (type.wellKnown === undefined) return renameFields(object, type, depth, renameAny);
  return { ...object, value: renameMessage(object['value'], type, depth + 1, renameAny) };
}

function renameFields(object: JsonObject, type: MessageType, depth: number, readAny: AnyReader): JsonObject {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const field = type.byName.get(key);
    if (field === undefined) setOwn(out, key, object[key]);
    else out[field.name] = renameField(object[key], field, depth, readAny);
  }
  return out;
}

function renameField(value: unknown, field: Field, depth: number, readAny: AnyReader): unknown {
  const type = field.message;
  if (type === undefined) return value;
  if (field.label === 'one') return renameMessage(value, type, depth + 1, readAny);
  if (field.label === 'list') {
    return Array.isArray(value)
      ? asArray(value).map((item) => renameMessage(item, type, depth + 1, readAny))
      : value;
  }
  const map = asObject(value);
  if (map === undefined) return value;
  return Object.fromEntries(
    Object.entries(map).map(([key, member]) => [key, renameMessage(member, type, depth + 1, readAny)]),
  );
}
