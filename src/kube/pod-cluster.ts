import { asObjects, asString, field } from '../util/json.ts';
import type { KubeObject } from './object.ts';

/** Variables by which Istio tells a proxy, and istiod itself, the name of their cluster. */
const VARIABLES: ReadonlySet<unknown> = new Set(['ISTIO_META_CLUSTER_ID', 'CLUSTER_ID']);

/** Istio's name of the cluster that a pod of the mesh runs in, as its containers are told; `undefined` when they are not. */
export function clusterIdOf(pod: KubeObject): string | undefined {
  for (const list of ['containers', 'initContainers']) {
    for (const container of asObjects(field(pod, 'spec', list))) {
      const variable = asObjects(container['env']).find((entry) => VARIABLES.has(entry['name']));
      const value = asString(variable?.['value']);
      if (value !== undefined && value !== '') return value;
    }
  }
  return undefined;
}
