import { DEEPEST, fieldCount, isComposite, isSameJson, ownMember } from '../../util/same-json.ts';
import { type Field, type MessageType, messageTypeOfUrl } from './api-table.ts';

/**
 * Whether `toSnakeCase` would make the left Any (a resource of istiod's dump) equal to the right one, but for the order
 * of fields. Walks both in place, builds nothing. When unsure it answers false: then the field by field comparison of
 * `diffValues` decides, which knows more ways to be equal.
 */
export function isSameResource(left: unknown, right: unknown): boolean {
  return isComposite(left) && isComposite(right) && isSameAny(left, right, 0);
}

type Members = Record<string, unknown>;

function isSameAny(left: Members, right: Members, depth: number): boolean {
  if (depth > DEEPEST || Array.isArray(left) || Array.isArray(right)) return false;
  const url = left['@type'];
  const type = typeof url === 'string' ? typeOfUrl(url) : undefined;
  if (type === undefined) return isSameJson(left, right, depth);
  // What an Any holds inside another Any may need renaming too, which the plain comparison does not know.
  if (type.wellKnown === 'Any') return false;
  return type.wellKnown === undefined
    ? hasSameFields(left, right, type, depth)
    : isSameJson(left, right, depth);
}

const typesByUrl = new Map<string, MessageType | undefined>();

/** The few URLs of a dump occur in each of its resources. */
function typeOfUrl(url: string): MessageType | undefined {
  const known = typesByUrl.get(url);
  if (known !== undefined || typesByUrl.has(url)) return known;
  const type = messageTypeOfUrl(url);
  typesByUrl.set(url, type);
  return type;
}

function isSameMessage(left: unknown, right: unknown, type: MessageType, depth: number): boolean {
  if (!isComposite(left) || !isComposite(right)) return left === right;
  if (depth > DEEPEST) return false;
  if (type.wellKnown === 'Any') return isSameAny(left, right, depth);
  if (type.wellKnown !== undefined) return isSameJson(left, right, depth);
  return !Array.isArray(left) && !Array.isArray(right) && hasSameFields(left, right, type, depth);
}

function hasSameFields(left: Members, right: Members, type: MessageType, depth: number): boolean {
  let fields = 0;
  let camel = false;
  let snake = false;
  for (const key in left) {
    fields++;
    const field = type.byName.get(key);
    if (field === undefined) {
      if (!isSameJson(left[key], ownMember(right, key), depth + 1)) return false;
      continue;
    }
    if (!isSameField(left[key], right[field.name], field, depth)) return false;
    if (key !== field.name) camel = true;
    else if (key !== field.jsonName) snake = true;
  }
  // With both spellings in one message a field may be there twice, of which the renaming keeps one.
  return !(camel && snake) && fields === fieldCount(right);
}

function isSameField(left: unknown, right: unknown, field: Field, depth: number): boolean {
  if (!isComposite(left) || !isComposite(right)) return left === right;
  const type = field.message;
  if (type === undefined) return isSameJson(left, right, depth + 1);
  if (field.label === 'one') return isSameMessage(left, right, type, depth + 1);
  if (field.label === 'list') return isSameList(left, right, type, depth);
  if (Array.isArray(left) || Array.isArray(right)) return false;
  let entries = 0;
  for (const key in left) {
    if (!isSameMessage(left[key], ownMember(right, key), type, depth + 1)) return false;
    entries++;
  }
  return entries === fieldCount(right);
}

function isSameList(left: Members, right: Members, type: MessageType, depth: number): boolean {
  if (!Array.isArray(left)) return !Array.isArray(right) && isSameJson(left, right, depth + 1);
  if (!Array.isArray(right) || left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!isSameMessage(left[index], right[index], type, depth + 1)) return false;
  }
  return true;
}
