import { clusterHosts, hostStat, isUsable } from '../../envoy/endpoint.ts';
import { asString, type JsonObject } from '../../util/json.ts';
import { compareText } from '../../util/text.ts';

/** What one cluster's endpoints counted since they were added; a counter that Envoy does not give is absent. */
export interface ClusterCounts {
  readonly name: string;
  readonly endpoints: number;
  /** Endpoints that Envoy does not use now. */
  readonly unused: number;
  readonly ejected: number;
  readonly requests: number | undefined;
  readonly active: number | undefined;
  readonly errors: number | undefined;
  readonly timeouts: number | undefined;
  readonly connectFailures: number | undefined;
}

/** Traffic of the clusters of one Envoy, worst first. */
export interface ClusterStats {
  readonly type: 'clusters';
  readonly shown: readonly ClusterCounts[];
  /** Clusters before they were filtered. */
  readonly total: number;
  readonly used: number;
}

/** Which clusters are shown. */
export interface ClusterStatFilter {
  readonly pattern: RegExp | undefined;
  readonly usedOnly: boolean;
}

/** Reads what Envoy counts at each endpoint, summed up a cluster. */
export function clusterStats(
  statuses: readonly JsonObject[],
  { pattern, usedOnly }: ClusterStatFilter,
): ClusterStats {
  const all = statuses.map(countsOf);
  const shown = all.filter((one) => (pattern?.test(one.name) ?? true) && (!usedOnly || isUsedCluster(one)));
  return {
    type: 'clusters',
    shown: shown.sort(
      (a, b) =>
        badness(b) - badness(a) || (b.requests ?? 0) - (a.requests ?? 0) || compareText(a.name, b.name),
    ),
    total: all.length,
    used: all.filter(isUsedCluster).length,
  };
}

/** Whether anything was sent to a cluster, or one of its endpoints is out of use. */
export function isUsedCluster(one: ClusterCounts): boolean {
  return badness(one) > 0 || one.unused > 0 || (one.requests ?? 0) > 0 || (one.active ?? 0) > 0;
}

/** istiod ends its streams every half hour: Envoy counts each as an error of this cluster. */
const STREAM_TO_ISTIOD = 'xds-grpc';

/** What went wrong at a cluster's endpoints, as one number to sort by. */
export function badness({ name, ejected, errors, timeouts, connectFailures }: ClusterCounts): number {
  if (name === STREAM_TO_ISTIOD) return connectFailures ?? 0;
  return ejected * 1_000_000 + (errors ?? 0) + (timeouts ?? 0) + (connectFailures ?? 0);
}

function countsOf(status: JsonObject): ClusterCounts {
  const hosts = clusterHosts(status);
  const sum = (name: string): number | undefined => {
    const values = hosts.flatMap((host) => hostStat(host, name) ?? []);
    return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
  };
  const unused = hosts.filter(({ edsHealth, flags }) => !isUsable(edsHealth) || flags.length > 0);
  return {
    name: asString(status['name']) ?? '',
    endpoints: hosts.length,
    unused: unused.length,
    ejected: hosts.filter(({ failedOutlierCheck }) => failedOutlierCheck).length,
    requests: sum('rq_total'),
    active: sum('rq_active'),
    errors: sum('rq_error'),
    timeouts: sum('rq_timeout'),
    connectFailures: sum('cx_connect_fail'),
  };
}
