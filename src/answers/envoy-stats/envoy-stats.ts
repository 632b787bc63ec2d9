import type { PodRef } from '../../kube/pod-ref.ts';
import type { ClusterStats } from './cluster-stats.ts';
import type { ServerStats } from './server-stats.ts';

/** What one Envoy's statistics are given as: read for people, as text, or as data. */
export type StatsBody =
  | { readonly form: 'view'; readonly view: ServerStats | ClusterStats }
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'data'; readonly data: unknown };

/** The statistics of one proxy. */
export interface ProxyStats {
  readonly pod: PodRef;
  readonly body: StatsBody;
}

/** The answer of `envoy-stats`. */
export interface EnvoyStats {
  readonly proxies: readonly ProxyStats[];
  /** Whether several proxies were asked for, however many there turned out to be. */
  readonly several: boolean;
  /** Every statistic was asked for: nothing has to be said of those that are left out. */
  readonly all: boolean;
}
