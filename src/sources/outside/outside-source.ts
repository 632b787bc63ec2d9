import type { KubeObject } from '../../kube/object.ts';
import type { PodRef } from '../../kube/pod-ref.ts';
import { MAX_JSON_BYTES } from '../../util/load-json.ts';
import { CallFailure, failedAnswer } from '../cluster/call-failure.ts';
import { type AdminRequest, adminRequest } from '../cluster/envoy-page.ts';
import type { ExchangeLimits } from '../cluster/http-exchange.ts';
import type {
  Answer,
  Capability,
  CniPage,
  EnvoyPage,
  IstiodReply,
  LogQuery,
  MeshSource,
  ProxyEntry,
  ResourceQuery,
  ZtunnelPage,
} from '../source.ts';
import { parseAdminUrl, parseSshHost } from './admin-address.ts';

/** Which Envoy outside Kubernetes, and how patiently it is asked. */
export interface OutsideOptions {
  readonly adminUrl?: string | undefined;
  readonly ssh?: string | undefined;
  readonly adminPort: number;
  readonly idleMs: number;
  readonly clock: () => Date;
  readonly signal: AbortSignal;
}

type AskPage = (request: AdminRequest, limits: ExchangeLimits) => Promise<Buffer>;

/** One Envoy outside Kubernetes, asked at its admin port. No kubeconfig is read: it knows nothing of a cluster. */
export class OutsideSource implements MeshSource {
  readonly kind = 'cluster';
  readonly label: string;
  readonly capabilities: ReadonlySet<Capability> = new Set(['envoy']);
  readonly istioNamespace = undefined;
  readonly revision = undefined;
  readonly notes: readonly string[];
  private readonly closing = new AbortController();

  constructor(
    private readonly options: OutsideOptions,
    where: { readonly label: string; readonly notes: readonly string[] },
    private readonly ask: AskPage,
  ) {
    this.label = where.label;
    this.notes = where.notes;
  }

  get now(): Date {
    return this.options.clock();
  }

  async envoy(_proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    const { adminPort, idleMs } = this.options;
    const signal = AbortSignal.any([this.options.signal, this.closing.signal]);
    try {
      const value = await this.ask(adminRequest(page, adminPort), {
        idleMs,
        maxBytes: MAX_JSON_BYTES,
        signal,
      });
      return { ok: true, value };
    } catch (cause) {
      return failedAnswer(cause, `${page} of ${this.label}`, `Envoy of ${this.label}`);
    }
  }

  async clusters(): Promise<readonly string[]> {
    return [];
  }

  async resources({ plural }: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    return this.nothing(plural);
  }

  async proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    return this.nothing('proxies');
  }

  async istiod(): Promise<readonly IstiodReply[]> {
    return [];
  }

  async ztunnel(_proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    return this.nothing(page);
  }

  async cni(_pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    return this.nothing(page);
  }

  async logs({ container }: LogQuery): Promise<Answer<Uint8Array>> {
    return this.nothing(`the log of ${container}`);
  }

  async close(): Promise<void> {
    this.closing.abort(new CallFailure('Unreachable', 'the source was closed'));
  }

  private nothing(asked: string): { ok: false; error: ReturnType<typeof failedAnswer>['error'] } {
    const failure = new CallFailure('NotFound', 'only one Envoy was named, not a cluster');
    return failedAnswer(failure, asked, this.label);
  }
}

/** The Envoy that `--admin-url` or `--ssh` names. Throws a usage error for an address that can't be one. */
export function openOutside(options: OutsideOptions): OutsideSource {
  if (options.ssh !== undefined) {
    const host = parseSshHost(options.ssh);
    return new OutsideSource(options, { label: host, notes: [] }, async (request, limits) => {
      const { pageOverSsh } = await import('./ssh-pages.ts');
      return pageOverSsh(host, request, limits);
    });
  }
  const { url, exposed } = parseAdminUrl(options.adminUrl ?? '');
  const notes = exposed
    ? [`${url.origin} is another machine and its page is not encrypted: --ssh user@host asks it safely`]
    : [];
  return new OutsideSource(options, { label: url.host, notes }, async (request, limits) => {
    const { pageAtUrl } = await import('./url-pages.ts');
    return pageAtUrl(url, request, limits);
  });
}
