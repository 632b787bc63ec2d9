import type { KubeObject } from '../kube/object.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import type { LiveMesh } from './live-mesh.ts';
import type { ManifestEntry } from './snapshot/manifest.ts';
import type { SourceError } from './source-error.ts';

/**
 * A value, or why there is none. Sources never throw for what may happen to any cluster: they answer this.
 * `missing` names the parts that the value lacks, so that an incomplete list never passes for a complete one.
 */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly missing?: readonly SourceError[] | undefined }
  | { readonly ok: false; readonly error: SourceError };

/** What a source can be asked at all. `kubernetes`: resources; `envoy`/`ztunnel`: admin pages of proxies. */
export type Capability = 'kubernetes' | 'istiod' | 'envoy' | 'ztunnel' | 'logs';

/** Which Kubernetes objects: plural and group as in the REST path (`pods` + `''`). Any served version answers. */
export interface ResourceQuery {
  readonly group: string;
  readonly plural: string;
  /** Only this namespace; all when absent. */
  readonly namespace?: string | undefined;
  /** Only this Istio cluster; all recorded ones when absent. */
  readonly cluster?: string | undefined;
  /** Only objects of this name: a live cluster is asked for these alone. */
  readonly name?: string | undefined;
  /** Only metadata is wanted: a live cluster sends no more than that. */
  readonly metadataOnly?: boolean | undefined;
}

/** A kind of Kubernetes objects as in its REST path, in whatever version. */
export type RecordedKind = Pick<ResourceQuery, 'group' | 'plural'>;

/**
 * The reading admin pages of an Envoy. `config_dump` is asked with EDS; `clusters` and `listeners` as JSON; `stats` in
 * the Prometheus text format; `logging`, `stats_text` and `clusters_text` are plain text, the others are JSON.
 */
export type EnvoyPage =
  | 'config_dump'
  | 'clusters'
  | 'certs'
  | 'listeners'
  | 'server_info'
  | 'stats'
  | 'stats_text'
  | 'stats_json'
  | 'clusters_text'
  | 'logging'
  | 'memory'
  | 'runtime'
  | 'init_dump';

/** The reading admin pages of a ztunnel: `config_dump` is JSON, `stats` Prometheus text, `logging` plain text. */
export type ZtunnelPage = 'config_dump' | 'stats' | 'logging';

/** What a pod of the CNI plugin is asked: `metrics` in the Prometheus text format. */
export type CniPage = 'metrics';

/**
 * One question to every istiod: a `/debug/<name>` page, a debug resource over xDS (`syncz`, `config_dump` …),
 * `/version`, `/metrics` or a topic of ControlZ (`scopes`, `mem` …). `proxy` narrows a page to one proxy.
 */
export interface IstiodRequest {
  readonly channel: 'debug' | 'xds' | 'version' | 'metrics' | 'controlz';
  readonly name: string;
  readonly proxy?: PodRef | undefined;
  /** Other parameters of a debug page. */
  readonly query?: Readonly<Record<string, string>> | undefined;
}

/** What one istiod pod answered: partial failure stays visible, one reply a pod. */
export interface IstiodReply {
  readonly istiod: PodRef;
  readonly answer: Answer<Uint8Array>;
}

/** Which container's log of which pod; `previous` is the log of the container before its last restart. */
export interface LogQuery {
  readonly pod: PodRef;
  readonly container: string;
  readonly previous?: boolean;
  /** Only the last lines, and only those newer than this. Recordings hold what they hold: they give all of it. */
  readonly tailLines?: number | undefined;
  readonly sinceSeconds?: number | undefined;
}

/** One recorded or known proxy and whether its pages are at hand. */
export interface ProxyEntry {
  readonly pod: PodRef;
  readonly kind: 'envoy' | 'ztunnel';
}

/** How a recording was made: what was done about secrets, and how each question went. */
export interface RecordedFacts {
  readonly redaction: string;
  readonly contents: readonly Pick<ManifestEntry, 'path' | 'question' | 'status' | 'code' | 'reason'>[];
}

/**
 * Where a mesh is read from: a snapshot, single files, or a live cluster. Reading is lazy: nothing is parsed that
 * was not asked for. Every method but `close` can answer with a `SourceError`; none of them throws for the data.
 */
export interface MeshSource {
  readonly kind: 'cluster' | 'snapshot' | 'files';
  /** Context name or path; used in messages. */
  readonly label: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** The moment the data stands for: capture time of a snapshot, otherwise the clock's now. Ages count from it. */
  readonly now: Date;
  /** Namespace of the control plane, when the source knows it. */
  readonly istioNamespace: string | undefined;
  readonly revision: string | undefined;
  /** Namespace of names that are given without one, as the kubeconfig's context says; recordings have none. */
  readonly defaultNamespace?: string | undefined;
  /** Name of the kubeconfig context that the data comes from, when known. */
  readonly context?: string | undefined;
  /** What a reader should know about this data, such as where its time comes from. One sentence each, for stderr. */
  readonly notes?: readonly string[] | undefined;
  /** What a recording says of itself; live sources, and recordings without an index, have none. */
  readonly recorded?: RecordedFacts | undefined;
  /** What has pseudonyms in a recording: `names`, `ips`; absent where things are called what they are called. */
  readonly pseudonyms?: readonly string[] | undefined;
  /** What can be done beyond reading; recordings have none. */
  readonly live?: LiveMesh | undefined;

  /** Istio cluster IDs at hand, sorted. */
  clusters(): Promise<readonly string[]>;
  /** The kinds that a recording was to hold lists of, sorted; sources that don't tell have no such method. */
  recordedKinds?(): Promise<readonly RecordedKind[]>;
  /** Kubernetes objects in a stable order (namespace, name). */
  resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>>;
  /** Pods whose proxies this source can be asked about, sorted by namespace and name. */
  proxies(): Promise<Answer<readonly ProxyEntry[]>>;
  /** One reply a (known) istiod pod; empty when no istiod is known. */
  istiod(request: IstiodRequest): Promise<readonly IstiodReply[]>;
  envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>>;
  ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>>;
  cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>>;
  logs(query: LogQuery): Promise<Answer<Uint8Array>>;
  close(): Promise<void>;
}
