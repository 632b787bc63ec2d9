import type { KubeObject } from '../kube/object.ts';
import { asObject, asString, field } from '../util/json.ts';
import { readYaml } from './read-yaml.ts';

/** MeshConfig and MeshNetworks as the resources that analyzers read. */
export interface MeshConfigObjects {
  readonly meshConfig: KubeObject;
  readonly meshNetworks: KubeObject;
}

/** Name of the ConfigMap that holds both. */
const CONFIG_MAP = 'istio';

/**
 * The mesh configuration of a ConfigMap (`mesh` and `meshNetworks` in YAML), with that of a file over it. What can't be
 * read of the ConfigMap counts as empty: the defaults hold.
 */
export async function meshConfigObjects(
  configMaps: readonly KubeObject[],
  file: unknown,
  namespace: string,
): Promise<MeshConfigObjects> {
  const map = configMaps.find(
    ({ metadata }) => metadata.name === CONFIG_MAP && metadata.namespace === namespace,
  );
  const read = async (key: string): Promise<unknown> => {
    const text = asString(field(map, 'data', key));
    return text === undefined ? undefined : readYaml(text);
  };
  return {
    meshConfig: asResource('MeshConfig', { ...asObject(await read('mesh')), ...asObject(file) }, namespace),
    meshNetworks: asResource('MeshNetworks', asObject(await read('meshNetworks')) ?? {}, namespace),
  };
}

function asResource(kind: string, content: Readonly<Record<string, unknown>>, namespace: string): KubeObject {
  const metadata = { name: kind.toLowerCase(), namespace };
  return { ...content, apiVersion: 'mesh.istio.io/v1alpha1', kind, metadata };
}
