import { asObjects, asString } from '../util/json.ts';

/** A Kubernetes cluster as one istiod reads it. */
export interface ClusterSync {
  readonly id: string;
  /** Secret that holds its kubeconfig; empty for istiod's own cluster. */
  readonly secret: string;
  /** `synced`, or why istiod does not know its services: `syncing`, `timeout`, `closed` …; empty when not said. */
  readonly status: string;
}

/** The clusters of istiod's page `clusterz`; `undefined` when the document is not one. */
export function parseClusterz(document: unknown): readonly ClusterSync[] | undefined {
  if (document === null) return [];
  if (!Array.isArray(document)) return undefined;
  return asObjects(document).map((entry) => ({
    id: asString(entry['id']) ?? '',
    secret: asString(entry['secretName']) ?? '',
    status: asString(entry['syncStatus']) ?? '',
  }));
}
