import type { KubeObject, ObjectMeta } from '../kube/object.ts';
import { asObject, type JsonObject } from '../util/json.ts';
import { compareText } from '../util/text.ts';

/** The objects of a list and how many of its items are no Kubernetes objects. */
export interface KubeItems {
  readonly objects: readonly KubeObject[];
  readonly unusable: number;
}

/**
 * The objects of a Kubernetes `List` (or typed list such as `PodList`, whose items name no kind), or `undefined` when
 * `value` is none. Items without a name are counted, not returned; label and annotation values that are not text are
 * dropped, so that readers can rely on `ObjectMeta`.
 */
export function kubeItems(value: unknown): KubeItems | undefined {
  const list = asObject(value);
  if (list === undefined || !('items' in list)) return undefined;
  // The API server writes an empty list as null in places.
  const items: unknown = list['items'] ?? [];
  if (!Array.isArray(items)) return undefined;
  const kind = typeof list['kind'] === 'string' ? list['kind'].replace(/List$/, '') : '';
  const apiVersion = typeof list['apiVersion'] === 'string' ? list['apiVersion'] : '';
  const objects: KubeObject[] = [];
  for (const item of items) {
    const object = toKubeObject(item, { apiVersion, kind });
    if (object !== undefined) objects.push(object);
  }
  return { objects, unusable: items.length - objects.length };
}

/** `value` as a Kubernetes object with sound metadata, or `undefined`; `inherited` fills what items of typed lists omit. */
export function toKubeObject(
  value: unknown,
  inherited: { readonly apiVersion: string; readonly kind: string } = { apiVersion: '', kind: '' },
): KubeObject | undefined {
  const fields = asObject(value);
  const metadata = asObject(fields?.['metadata']);
  if (fields === undefined || metadata === undefined) return undefined;
  const apiVersion = typeof fields['apiVersion'] === 'string' ? fields['apiVersion'] : inherited.apiVersion;
  const kind = typeof fields['kind'] === 'string' ? fields['kind'] : inherited.kind;
  const meta = toMeta(metadata);
  if (apiVersion === '' || kind === '' || meta === undefined) return undefined;
  if (meta === metadata && fields['apiVersion'] === apiVersion && fields['kind'] === kind)
    return fields as KubeObject;
  return { ...fields, apiVersion, kind, metadata: meta };
}

/** Order of all object lists: namespace, then name, by code unit. */
export function compareObjects(a: KubeObject, b: KubeObject): number {
  return (
    compareText(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
    compareText(a.metadata.name, b.metadata.name)
  );
}

/** Metadata whose typed fields have their types; the same object when nothing had to be dropped. */
function toMeta(metadata: JsonObject): ObjectMeta | undefined {
  if (typeof metadata['name'] !== 'string' || metadata['name'] === '') return undefined;
  const bad = Object.keys(metadata).filter((key) => !isSound(key, metadata[key]));
  if (bad.length === 0) return metadata as ObjectMeta;
  const repaired: Record<string, unknown> = { ...metadata };
  for (const key of bad) {
    const map = key === 'labels' || key === 'annotations' ? asObject(metadata[key]) : undefined;
    if (map === undefined) delete repaired[key];
    else
      repaired[key] = Object.fromEntries(Object.entries(map).filter(([, text]) => typeof text === 'string'));
  }
  return repaired as ObjectMeta;
}

function isSound(key: string, value: unknown): boolean {
  switch (key) {
    case 'namespace':
    case 'uid':
    case 'creationTimestamp':
      return typeof value === 'string';
    case 'labels':
    case 'annotations': {
      const map = asObject(value);
      return map !== undefined && Object.values(map).every((text) => typeof text === 'string');
    }
    case 'ownerReferences':
      return Array.isArray(value) && value.every(isOwner);
    default:
      return true;
  }
}

function isOwner(value: unknown): boolean {
  const owner = asObject(value);
  return typeof owner?.['kind'] === 'string' && typeof owner['name'] === 'string';
}
