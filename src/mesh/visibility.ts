import type { KubeObject } from '../kube/object.ts';
import { asStrings, field } from '../util/json.ts';

const EXPORT_ANNOTATION = 'networking.istio.io/exportTo';

/**
 * Whether clients in `namespace` see an object: `exportTo` names the namespace, `.` (its own) or `*`; an object
 * without it is seen by all. Services carry it as an annotation. Source: spec of dependencies §1.
 */
export function isVisibleTo(object: KubeObject, namespace: string): boolean {
  const targets = exportTargets(object);
  const own = object.metadata.namespace ?? '';
  return (
    targets.length === 0 ||
    targets.some((one) => one === '*' || one === namespace || (one === '.' && own === namespace))
  );
}

/** The namespaces (or `*`, `.`, `~`) that an object is exported to; empty when it does not say. */
export function exportTargets(object: KubeObject): readonly string[] {
  const annotation = object.metadata.annotations?.[EXPORT_ANNOTATION];
  if (annotation !== undefined) {
    return annotation
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }
  return asStrings(field(object, 'spec', 'exportTo'));
}

/** Everywhere in the mesh, as a scope. */
export const EVERYWHERE = '*';

/** The namespaces that see an object, its own by name: `['*']` for all of them. */
export function exportScopes(object: KubeObject): readonly string[] {
  const targets = exportTargets(object);
  if (targets.length === 0 || targets.includes(EVERYWHERE)) return [EVERYWHERE];
  const own = object.metadata.namespace ?? '';
  return [...new Set(targets.map((one) => (one === '.' ? own : one)))];
}
