import { messageTypeOfUrl } from '../envoy/schema/api-table.ts';
import { asObject, asString } from '../util/json.ts';

/** Types of Istio's own extensions of Envoy that its API does not hold. */
const OF_ISTIO =
  /^(istio\.|io\.istio\.|stats\.|envoy\.tcp\.metadataexchange\.|envoy\.config\.filter\.http\.alpn\.v2alpha1\.)/;
/** Messages that carry another one whose type they name. */
const TYPED_STRUCT = /\/(udpa\.type\.v1|xds\.type\.v3)\.TypedStruct$/;
const DEEPEST = 40;

/** A message in a patch, by the type that it names, and where. */
export interface NamedType {
  /** Without `type.googleapis.com/`. */
  readonly type: string;
  readonly path: readonly (string | number)[];
}

/** The messages with a type that the Envoy which Istio ships does not have. Another build of Envoy may have it. */
export function unknownEnvoyTypes(value: unknown, path: readonly (string | number)[]): readonly NamedType[] {
  return namedTypes(value, path, 0).filter(
    ({ type }) => !OF_ISTIO.test(type) && messageTypeOfUrl(`/${type}`) === undefined,
  );
}

function namedTypes(value: unknown, path: readonly (string | number)[], depth: number): readonly NamedType[] {
  if (depth > DEEPEST) return [];
  if (Array.isArray(value))
    return value.flatMap((one, index) => namedTypes(one, [...path, index], depth + 1));
  const object = asObject(value);
  if (object === undefined) return [];
  const url = asString(object['@type']);
  const own: NamedType[] = [];
  if (url !== undefined && TYPED_STRUCT.test(url)) {
    const key = object['type_url'] === undefined ? 'typeUrl' : 'type_url';
    const inner = asString(object[key]);
    // What a TypedStruct wraps is plain JSON: nothing in it names a type of its own.
    return inner === undefined ? [] : [{ type: afterSlash(inner), path: [...path, key] }];
  }
  if (url !== undefined) own.push({ type: afterSlash(url), path: [...path, '@type'] });
  const inner = Object.entries(object).flatMap(([key, one]) => namedTypes(one, [...path, key], depth + 1));
  return [...own, ...inner];
}

function afterSlash(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
