import { setMaxListeners } from 'node:events';
import type { KubeObject } from '../kube/object.ts';
import { type PodRef, proxyId } from '../kube/pod-ref.ts';
import { describeKind, describeRequest } from './snapshot/layout.ts';
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
import type { SourceError } from './source-error.ts';
import { WrappedSource } from './wrapped-source.ts';

/** Longest time for the whole of one answer, by what is asked, in milliseconds. */
export interface AnswerLimits {
  readonly objects: number;
  readonly istiod: number;
  readonly page: number;
  readonly log: number;
  /** Lines that are asked for of a log that is too large as a whole. */
  readonly lastLines: number;
}

/** Questions to all istiods that may go unanswered before no more are put. */
const MOST_SILENT = 2;

/**
 * A source whose every answer comes within a limit, and at once after `end`: what was asked by then is a `Timeout`, what
 * is asked later is left out. A pod that did not answer one question within its limit is not asked any more.
 */
export class LimitedSource extends WrappedSource {
  readonly #ending = new AbortController();
  readonly #silent = new Map<string, string>();
  #istiods: readonly PodRef[] = [];
  #unanswered = 0;

  constructor(
    source: MeshSource,
    private readonly limits: AnswerLimits,
  ) {
    super(source);
    // As many listeners as questions under way are no leak.
    setMaxListeners(0, this.#ending.signal);
  }

  /** Ends all that is under way; `reason` says why what is asked from now on is left out. */
  end(reason: string): void {
    if (!this.#ending.signal.aborted) this.#ending.abort(reason);
  }

  get ended(): string | undefined {
    return this.#ending.signal.aborted ? String(this.#ending.signal.reason) : undefined;
  }

  async clusters(): Promise<readonly string[]> {
    const answer = await this.#within(
      this.limits.objects,
      { asked: 'the clusters', of: this.label },
      async () => ({ ok: true as const, value: await this.source.clusters() }),
    );
    return answer.ok ? answer.value : [];
  }

  resources(query: ResourceQuery): Promise<Answer<readonly KubeObject[]>> {
    const asked = { asked: describeKind(query.group, query.plural), of: this.label };
    return this.#within(this.limits.objects, asked, () => this.source.resources(query));
  }

  proxies(): Promise<Answer<readonly ProxyEntry[]>> {
    const asked = { asked: 'the list of proxies', of: this.label };
    return this.#within(this.limits.objects, asked, () => this.source.proxies());
  }

  async istiod(request: IstiodRequest): Promise<readonly IstiodReply[]> {
    const asked = { asked: describeRequest(request), of: 'istiod' };
    const why = this.#unanswered >= MOST_SILENT ? 'not asked: no istiod had answered before' : undefined;
    const answer = await this.#within<readonly IstiodReply[]>(
      this.limits.istiod,
      asked,
      async () => ({ ok: true, value: await this.source.istiod(request) }),
      why,
    );
    if (!answer.ok) {
      if (answer.error.leftOut !== true) this.#unanswered += 1;
      return this.#replies(answer);
    }
    if (request.proxy === undefined && answer.value.length > 0) {
      this.#istiods = answer.value.map(({ istiod }) => istiod);
      const isSilent = answer.value.every(({ answer: one }) => !one.ok && one.error.code === 'Timeout');
      this.#unanswered = isSilent ? this.#unanswered + 1 : 0;
    }
    return answer.value;
  }

  envoy(proxy: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    return this.#ofPod(proxy, page, () => this.source.envoy(proxy, page));
  }

  ztunnel(proxy: PodRef, page: ZtunnelPage): Promise<Answer<Uint8Array>> {
    return this.#ofPod(proxy, page, () => this.source.ztunnel(proxy, page));
  }

  cni(pod: PodRef, page: CniPage): Promise<Answer<Uint8Array>> {
    return this.#ofPod(pod, page, () => this.source.cni(pod, page));
  }

  logs(query: LogQuery): Promise<Answer<Uint8Array>> {
    const asked = { asked: `the log of ${query.container} in ${proxyId(query.pod)}`, of: this.label };
    return this.#within(this.limits.log, asked, async () => {
      const whole = await this.source.logs(query);
      if (whole.ok || whole.error.code !== 'TooLarge' || query.tailLines !== undefined) return whole;
      const tailLines = this.limits.lastLines;
      const end = await this.source.logs({ ...query, tailLines });
      const reason = `only its last ${tailLines} lines: ${whole.error.reason}`;
      return end.ok ? { ...end, missing: [{ ...whole.error, reason }] } : whole;
    });
  }

  async #ofPod(
    pod: PodRef,
    page: string,
    ask: () => Promise<Answer<Uint8Array>>,
  ): Promise<Answer<Uint8Array>> {
    const id = proxyId(pod);
    const silent = this.#silent.get(id);
    const why = silent === undefined ? undefined : `not asked: it had not answered ${silent}`;
    const asked = { asked: `${page} of ${id}`, of: id };
    const answer = await this.#within(this.limits.page, asked, ask, why);
    if (!answer.ok && answer.error.code === 'Timeout' && this.ended === undefined) this.#silent.set(id, page);
    return answer;
  }

  /** A failure in the name of each istiod that is known. */
  #replies(answer: Extract<Answer<never>, { ok: false }>): readonly IstiodReply[] {
    const unknown = { name: 'istiod', namespace: this.istioNamespace ?? 'istio-system' };
    const istiods = this.#istiods.length > 0 ? this.#istiods : [unknown];
    return istiods.map((istiod) => ({ istiod, answer }));
  }

  async #within<T>(
    ms: number,
    asked: Pick<SourceError, 'asked' | 'of'>,
    ask: () => Promise<Answer<T>>,
    leftOut?: string | undefined,
  ): Promise<Answer<T>> {
    const reason = this.ended ?? leftOut;
    if (reason !== undefined)
      return { ok: false, error: { code: 'NotRecorded', ...asked, reason, leftOut: true } };
    const { signal } = this.#ending;
    let settle = (): void => {};
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Answer<T>>((resolve) => {
      settle = () => {
        const why = signal.aborted
          ? `no answer until the end (${signal.reason})`
          : `no answer within ${ms / 1000} s`;
        resolve({ ok: false, error: { code: 'Timeout', ...asked, reason: why } });
      };
      timer = setTimeout(settle, ms);
      signal.addEventListener('abort', settle, { once: true });
    });
    try {
      return await Promise.race([ask(), late]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', settle);
    }
  }
}
