import type { MeshSource } from './source.ts';

/** Namespaces that every cluster has, and that nobody makes anew. */
const LASTING = ['kube-system', 'default'];

/**
 * Whether both are of one cluster: the namespace kube-system (else default) has the same UID. `undefined` when that is
 * not known, as for who may read no namespace. A live cluster is asked for single objects, never for a list.
 */
export async function areOneCluster(left: MeshSource, right: MeshSource): Promise<boolean | undefined> {
  for (const name of LASTING) {
    const a = await uidOf(left, name);
    const b = a === undefined ? undefined : await uidOf(right, name);
    if (b !== undefined) return a === b;
  }
  return undefined;
}

async function uidOf(source: MeshSource, name: string): Promise<string | undefined> {
  const answer = await source.resources({ group: '', plural: 'namespaces', name, metadataOnly: true });
  const uid = answer.ok ? answer.value[0]?.metadata.uid : undefined;
  return uid === '' ? undefined : uid;
}
