import type { ClusterSync } from '../istiod/clusterz.ts';
import { compareText } from '../util/text.ts';

/** What one istiod says of the clusters that it reads. */
export interface IstiodClusters {
  readonly istiod: string;
  /** Empty when not known. */
  readonly revision: string;
  readonly clusters: readonly ClusterSync[];
}

/** One cluster as one istiod reads it. */
export interface RemoteCluster {
  readonly name: string;
  readonly secret: string;
  /** istiod's own word, or `unknown to this istiod` where another replica of the revision has the cluster. */
  readonly status: string;
  readonly istiod: string;
  readonly revision: string;
}

/** The clusters that a control plane reads. */
export interface RemoteClustersAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'RemoteClusters';
  /** Istiods that answered. */
  readonly istiods: number;
  /** Those that are not in sync first, then by istiod and name. */
  readonly clusters: readonly RemoteCluster[];
}

const SYNCED = 'synced';
const UNKNOWN = 'unknown to this istiod';

/** Whether istiod knows the services of the cluster as they are now. */
export function isSynced({ status }: RemoteCluster): boolean {
  return status === SYNCED;
}

/** Joins what the istiods say; a cluster that only some replicas of a revision have is missing at the others. */
export function remoteClusters(istiods: readonly IstiodClusters[]): RemoteClustersAnswer {
  const secrets = new Map<string, Map<string, string>>();
  for (const { revision, clusters } of istiods) {
    const known = secrets.get(revision) ?? new Map<string, string>();
    for (const { id, secret } of clusters) known.set(id, secret);
    secrets.set(revision, known);
  }
  const rows = istiods.flatMap(({ istiod, revision, clusters }): RemoteCluster[] => {
    const own = clusters.map(({ id, secret, status }) => ({ name: id, secret, status, istiod, revision }));
    const lacking = [...(secrets.get(revision) ?? [])].filter(
      ([id]) => !clusters.some((one) => one.id === id),
    );
    return [
      ...own,
      ...lacking.map(([name, secret]) => ({ name, secret, status: UNKNOWN, istiod, revision })),
    ];
  });
  rows.sort(
    (a, b) =>
      Number(isSynced(a)) - Number(isSynced(b)) ||
      compareText(a.istiod, b.istiod) ||
      compareText(a.name, b.name),
  );
  return { apiVersion: 'meshscope.io/v1', kind: 'RemoteClusters', istiods: istiods.length, clusters: rows };
}
