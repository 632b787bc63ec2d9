import type { KubeObject } from '../kube/object.ts';
import { asStrings, field } from '../util/json.ts';

/** Everywhere in the mesh. */
export const EVERYWHERE = '*';

/** Annotation that limits where a Service is seen. */
const SERVICE_EXPORT = 'networking.istio.io/exportTo';

/**
 * The namespaces that see a resource, by `spec.exportTo`: `['*']` when it says nothing or names `*`; `.` is its own
 * namespace.
 */
export function exportScopes(object: KubeObject): readonly string[] {
  return scopes(asStrings(field(object, 'spec', 'exportTo')), object.metadata.namespace ?? '');
}

/** The namespaces that see a Service, by its annotation. */
export function serviceScopes(service: KubeObject): readonly string[] {
  const text = service.metadata.annotations?.[SERVICE_EXPORT] ?? '';
  const words = text.split(',').map((word) => word.trim());
  return scopes(
    words.filter((word) => word !== ''),
    service.metadata.namespace ?? '',
  );
}

function scopes(words: readonly string[], own: string): readonly string[] {
  if (words.length === 0 || words.includes(EVERYWHERE)) return [EVERYWHERE];
  return [...new Set(words.map((word) => (word === '.' ? own : word)))];
}
