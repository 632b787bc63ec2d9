import type { JsonObject } from '../util/json.ts';
import type { ProxyProblem } from './proxy-problem.ts';
import type { ProxyRow } from './proxy-row.ts';
import type { ProxyStatus } from './proxy-status.ts';
import type { ProxySyncDiff } from './proxy-sync-diff.ts';
import type { SectionComparison } from './section-compare.ts';

/** The list form of proxy-status. */
export interface ProxyStatusList {
  readonly form: 'list';
  readonly status: ProxyStatus;
  /** The reference's DiscoveryResponse of each istiod that answered, with the wanted namespace only. */
  readonly documents: readonly JsonObject[];
  /** The same as one document. */
  readonly document: JsonObject;
  readonly view: {
    /** List the proxies that are in sync, too. */
    readonly all: boolean;
    /** One column a type. */
    readonly verbose: boolean;
    /** Draw over the answer before (`--watch` on a terminal). */
    readonly redraw: boolean;
    /** Every Envoy was compared with istiod's intent (`--deep`). */
    readonly deep: boolean;
  };
  /** Whether a condition of `--fail-on` is met. */
  readonly failing: boolean;
}

/** The pod form of proxy-status: istiod's intent against Envoy's dump. */
export interface PodSync {
  readonly form: 'pod';
  readonly proxy: string;
  /** The istiod that was asked for its intent; `undefined` when it has no name. */
  readonly istiod: string | undefined;
  readonly diff: ProxySyncDiff;
  /** What istiod's own view says is wrong with the proxy: rejections, stale types. */
  readonly problems: readonly ProxyProblem[];
  /** The reference's text comparison, made for `--compat` only. */
  readonly comparisons: readonly SectionComparison[];
  readonly failing: boolean;
}

/** The pod form for a ztunnel, which has no dump of that form to compare. */
export interface ZtunnelSync {
  readonly form: 'ztunnel';
  readonly proxy: string;
  /** What istiod says of it; `undefined` under `--compat` where no istiod knows it. */
  readonly row: ProxyRow | undefined;
  readonly failing: boolean;
}

/** Any answer of proxy-status. */
export type ProxyStatusAnswer = ProxyStatusList | PodSync | ZtunnelSync;
