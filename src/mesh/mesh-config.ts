import type { KubeObject } from '../kube/object.ts';
import { asString, field } from '../util/json.ts';

/** Namespace of the control plane where nothing else is said. */
export const DEFAULT_ROOT_NAMESPACE = 'istio-system';

/** The namespace whose policies apply to the whole mesh: `rootNamespace` of the mesh config. */
export function rootNamespaceOf(meshConfig: KubeObject | undefined): string {
  return asString(field(meshConfig, 'rootNamespace')) || DEFAULT_ROOT_NAMESPACE;
}
