import type { KubeObject } from '../kube/object.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import type { LiveMesh } from './live-mesh.ts';
import type {
  Answer,
  CniPage,
  EnvoyPage,
  IstiodReply,
  IstiodRequest,
  LogQuery,
  MeshSource,
  ProxyEntry,
  RecordedKind,
  ResourceQuery,
  ZtunnelPage,
} from './source.ts';
import { WrappedSource } from './wrapped-source.ts';

/**
 * A mesh that several parts of one answer look at: the same question about objects or to istiods is asked once, so that
 * all parts see the same moment. Pages of proxies and logs, which are large, are not kept.
 */
export class MemoSource extends WrappedSource {
  readonly #answers = new Map<string, Promise<unknown>>();
  /** Where the source tells which kinds it holds. */
  readonly recordedKinds?: () => Promise<readonly RecordedKind[]>;

  constructor(source: MeshSource) {
    super(source);
    if (source.recordedKinds !== undefined)
      this.recordedKinds = () => source.recordedKinds?.() ?? Promise.resolve([]);
  }

  get live(): LiveMesh | undefined {
    return this.source.live;
  }

  clusters(): Promise<readonly string[]> {
    return this.#once('clusters', () => this.source.clusters());
  }

  resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    const { group, plural, namespace, cluster, name, metadataOnly } = query;
    const key = JSON.stringify([group, plural, namespace, cluster, name, metadataOnly]);
    return this.#once(`resources ${key}`, () => this.source.resources(query));
  }

  proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    return this.#once('proxies', () => this.source.proxies());
  }

  istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    return this.#once(`istiod ${JSON.stringify(request)}`, () => this.source.istiod(request));
  }

  envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    return this.source.envoy(proxy, page);
  }

  ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    return this.source.ztunnel(proxy, page);
  }

  cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    return this.source.cni(pod, page);
  }

  logs(query: LogQuery): Promise<Answer<Uint8Array>> {
    return this.source.logs(query);
  }

  override close(): Promise<void> {
    this.#answers.clear();
    return super.close();
  }

  #once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    this.#answers.set(key, answer);
    return answer;
  }
}
