import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type {
  Answer,
  Capability,
  EnvoyPage,
  IstiodReply,
  LogQuery,
  MeshSource,
  ProxyEntry,
  ResourceQuery,
  ZtunnelPage,
} from '../source.ts';
import type { SourceError } from '../source-error.ts';
import type { Input } from './read-input.ts';

/**
 * A single `config_dump.json` as a source: whichever proxy is asked for, its `config_dump` is this file; all else is
 * `NotRecorded`.
 */
export class DumpSource implements MeshSource {
  readonly kind = 'files';
  readonly label: string;
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['envoy', 'ztunnel']);
  readonly istioNamespace = undefined;
  readonly revision = undefined;

  constructor(
    private readonly input: Input,
    readonly now: Date,
  ) {
    this.label = input.label;
  }

  async clusters(): Promise<readonly string[]> {
    return [];
  }

  async resources({ group, plural }: ResourceQuery): Promise<Answer<never>> {
    return this.no(group === '' ? plural : `${plural}.${group}`);
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    return this.no('the list of proxies');
  }

  async istiod(): Promise<readonly IstiodReply[]> {
    return [];
  }

  async envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    return this.page(proxy, page);
  }

  async ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    return this.page(proxy, page);
  }

  async logs({ pod, container }: LogQuery): Promise<Answer<Uint8Array>> {
    return this.no(`log of ${container} in ${proxyId(pod)}`);
  }

  async close(): Promise<void> {}

  private page(proxy: PodRef, page: string): Answer<Uint8Array> {
    return page === 'config_dump'
      ? { ok: true, value: this.input.bytes }
      : this.no(`${page} of ${proxyId(proxy)}`);
  }

  private no(asked: string): { readonly ok: false; readonly error: SourceError } {
    const reason = 'a single config_dump holds nothing else';
    return {
      ok: false,
      error: { code: 'NotRecorded', asked, of: this.label, reason, next: '--from reads whole snapshots' },
    };
  }
}
