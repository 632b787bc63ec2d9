import type { KubeObject } from '../kube/object.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
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
 * A mesh of which an earlier recording holds a part: what it holds whole is taken from there, and only the rest is
 * asked of the mesh itself.
 */
export class ResumingSource extends WrappedSource {
  constructor(
    source: MeshSource,
    private readonly earlier: MeshSource,
  ) {
    super(source);
  }

  override get istioNamespace(): string | undefined {
    return this.source.istioNamespace ?? this.earlier.istioNamespace;
  }
  override get revision(): string | undefined {
    return this.source.revision ?? this.earlier.revision;
  }
  override get context(): string | undefined {
    return this.source.context ?? this.earlier.context;
  }

  async clusters(): Promise<readonly string[]> {
    const known = await this.earlier.clusters();
    return known.length > 0 ? known : this.source.clusters();
  }

  resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    return this.#first(
      () => this.earlier.resources(query),
      () => this.source.resources(query),
    );
  }

  proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    return this.source.proxies();
  }

  /** The istiods may be other ones than then: the earlier answers stand only when all of them are whole. */
  async istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    const earlier = await this.earlier.istiod(request);
    if (earlier.length > 0 && earlier.every(({ answer }) => isWhole(answer))) return earlier;
    const now = await this.source.istiod(request);
    const whole = earlier.filter(({ answer }) => isWhole(answer));
    const again = now.map((reply) => {
      const before = whole.find(({ istiod }) => proxyId(istiod) === proxyId(reply.istiod));
      return reply.answer.ok ? reply : (before ?? reply);
    });
    return [
      ...again,
      ...whole.filter(({ istiod }) => !again.some((one) => proxyId(one.istiod) === proxyId(istiod))),
    ];
  }

  envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    return this.#first(
      () => this.earlier.envoy(proxy, page),
      () => this.source.envoy(proxy, page),
    );
  }

  ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    return this.#first(
      () => this.earlier.ztunnel(proxy, page),
      () => this.source.ztunnel(proxy, page),
    );
  }

  cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    return this.#first(
      () => this.earlier.cni(pod, page),
      () => this.source.cni(pod, page),
    );
  }

  logs(query: LogQuery): Promise<Answer<Uint8Array>> {
    return this.#first(
      () => this.earlier.logs(query),
      () => this.source.logs(query),
    );
  }

  override async close(): Promise<void> {
    await Promise.all([this.source.close(), this.earlier.close()]);
  }

  async #first<T>(earlier: () => Promise<Answer<T>>, now: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const before = await earlier();
    return isWhole(before) ? before : now();
  }
}

function isWhole(answer: Answer<unknown>): boolean {
  return answer.ok && (answer.missing === undefined || answer.missing.length === 0);
}
