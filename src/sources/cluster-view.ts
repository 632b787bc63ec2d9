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
  ResourceQuery,
  ZtunnelPage,
} from './source.ts';
import { WrappedSource } from './wrapped-source.ts';

/**
 * One cluster of a source that holds several, under its own name; or, where `inner` is absent, the only cluster of a
 * source under a name that tells it from those of other sources.
 */
export class ClusterView extends WrappedSource {
  constructor(
    source: MeshSource,
    private readonly name: string,
    private readonly inner?: string | undefined,
  ) {
    super(source);
  }

  get live(): LiveMesh | undefined {
    return this.source.live;
  }

  async clusters(): Promise<readonly string[]> {
    return [this.name];
  }

  resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    return this.source.resources({ ...query, cluster: this.inner });
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    const answer = await this.source.proxies();
    if (!answer.ok) return answer;
    const value = answer.value
      .filter(({ pod }) => this.isHere(pod))
      .map((entry) => ({ ...entry, pod: this.outside(entry.pod) }));
    return { ...answer, value };
  }

  /** An istiod of another cluster may serve proxies of this one: what it says of them belongs to the answer. */
  async istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    const { proxy } = request;
    const replies = await this.source.istiod(
      proxy === undefined ? request : { ...request, proxy: this.inside(proxy) },
    );
    return replies.flatMap(({ istiod, answer }): readonly IstiodReply[] => {
      if (this.isHere(istiod)) return [{ istiod: this.outside(istiod), answer }];
      return proxy !== undefined && answer.ok ? [{ istiod, answer }] : [];
    });
  }

  envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    return this.source.envoy(this.inside(proxy), page);
  }

  ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    return this.source.ztunnel(this.inside(proxy), page);
  }

  cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    return this.source.cni(this.inside(pod), page);
  }

  logs(query: LogQuery): Promise<Answer<Uint8Array>> {
    return this.source.logs({ ...query, pod: this.inside(query.pod) });
  }

  private isHere({ cluster }: PodRef): boolean {
    return this.inner === undefined || cluster === this.inner;
  }

  private inside({ name, namespace }: PodRef): PodRef {
    return { name, namespace, ...(this.inner === undefined ? {} : { cluster: this.inner }) };
  }

  private outside({ name, namespace }: PodRef): PodRef {
    return { name, namespace, cluster: this.name };
  }
}
