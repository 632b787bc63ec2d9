import type { KubeObject } from '../kube/object.ts';
import type { PodRef } from '../kube/pod-ref.ts';
import type {
  Answer,
  Capability,
  CniPage,
  EnvoyPage,
  IstiodReply,
  IstiodRequest,
  LogQuery,
  MeshSource,
  ProxyEntry,
  RecordedFacts,
  ResourceQuery,
  ZtunnelPage,
} from './source.ts';

/** A source around another one: what it says of itself is that of the other, and each question is its own. */
export abstract class WrappedSource implements MeshSource {
  constructor(protected readonly source: MeshSource) {}

  get kind(): MeshSource['kind'] {
    return this.source.kind;
  }
  get label(): string {
    return this.source.label;
  }
  get capabilities(): ReadonlySet<Capability> {
    return this.source.capabilities;
  }
  get now(): Date {
    return this.source.now;
  }
  get istioNamespace(): string | undefined {
    return this.source.istioNamespace;
  }
  get revision(): string | undefined {
    return this.source.revision;
  }
  get context(): string | undefined {
    return this.source.context;
  }
  get defaultNamespace(): string | undefined {
    return this.source.defaultNamespace;
  }
  get pseudonyms(): readonly string[] | undefined {
    return this.source.pseudonyms;
  }
  get notes(): readonly string[] | undefined {
    return this.source.notes;
  }
  get recorded(): RecordedFacts | undefined {
    return this.source.recorded;
  }

  abstract clusters(): Promise<readonly string[]>;
  abstract resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>>;
  abstract proxies(): Promise<Answer<readonly ProxyEntry[]>>;
  abstract istiod(request: IstiodRequest): Promise<readonly IstiodReply[]>;
  abstract envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>>;
  abstract ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>>;
  abstract cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>>;
  abstract logs(query: LogQuery): Promise<Answer<Uint8Array>>;

  close(): Promise<void> {
    return this.source.close();
  }
}
