import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import { asString, field } from '../../util/json.ts';
import type { Answer, EnvoyPage } from '../source.ts';
import type { SourceError } from '../source-error.ts';
import { AccessReviews } from './access-reviews.ts';
import type { ApiServer } from './api-server.ts';
import { ASK_FOR_ROLE, CallFailure, toCallFailure } from './call-failure.ts';
import { ADMIN, adminRequest } from './envoy-page.ts';
import type { IstiodReplicas } from './istiod-replicas.ts';
import { pathSegment } from './kube-name.ts';
import { listObjects } from './list-objects.ts';
import { podExec } from './pod-exec.ts';
import type { PodHttp } from './pod-http.ts';

const PROXY_CONTAINER = 'istio-proxy';

/** A way to a page that was tried and failed. */
interface FailedRung {
  readonly way: 'port-forward' | 'exec' | 'istiod';
  readonly failure: CallFailure;
}

/**
 * Ways to an Envoy's admin pages, one after the other: port-forward, the agent's own request by exec, and for the
 * configuration what istiod means the proxy to have. What was tried in vain is told with the answer.
 */
export class EnvoyLadder {
  readonly #api: ApiServer;
  readonly #http: PodHttp;
  readonly #istiods: IstiodReplicas;
  readonly #adminPort: number;
  /** Namespaces in which a way is forbidden: it is not tried again. */
  readonly #forbidden = new Map<string, CallFailure>();
  /** Ways that are known to be open in a namespace, and those that were tried. */
  readonly #open = new Set<string>();
  readonly #tried = new Set<string>();
  readonly #access: AccessReviews;
  /** Proxies by how they were asked and what failed before. */
  readonly #detours = new Map<string, Set<string>>();

  /** `adminPort`: where Envoys have their admin page. */
  constructor(api: ApiServer, http: PodHttp, istiods: IstiodReplicas, adminPort: number = ADMIN) {
    this.#api = api;
    this.#http = http;
    this.#istiods = istiods;
    this.#adminPort = adminPort;
    this.#access = new AccessReviews(api);
  }

  /** Ways that had to be left, one sentence for all proxies that went the same way for the same reason. */
  get notes(): readonly string[] {
    return [...this.#detours].map(([how, proxies]) => {
      const [first = '', ...others] = proxies;
      const more = others.length === 0 ? ' was' : ` and ${others.length} more were`;
      return `Envoy of ${first}${more} asked by ${how}`;
    });
  }

  #note(pod: PodRef, how: string): void {
    const proxies = this.#detours.get(how) ?? new Set();
    this.#detours.set(how, proxies.add(proxyId(pod)));
  }

  /** A page of Envoy. What comes from istiod has the missing part in `missing`: Envoy's own state. */
  async ask(pod: PodRef, page: EnvoyPage): Promise<Answer<Uint8Array>> {
    const asked = `${page} of ${proxyId(pod)}`;
    const failed: FailedRung[] = [];
    for (const way of ['port-forward', 'exec'] as const) {
      try {
        const value = await this.#climb(way, pod, page);
        const [left] = failed;
        if (left !== undefined) this.#note(pod, `${way}: ${left.way} failed (${left.failure.message})`);
        return { ok: true, value };
      } catch (cause) {
        const failure = toCallFailure(cause);
        failed.push({ way, failure });
        if (!mayHelp(failure)) break;
      }
    }
    const own = ownState(asked, pod, failed, await this.#podState(pod, failed));
    if (page !== 'config_dump' || own.code === 'NotFound') return { ok: false, error: own };
    return this.#intended(pod, own);
  }

  async #climb(way: 'port-forward' | 'exec', pod: PodRef, page: EnvoyPage): Promise<Buffer> {
    const key = `${way} ${pod.namespace}`;
    const forbidden = this.#forbidden.get(key) ?? (await this.#refusal(way, pod.namespace));
    if (forbidden !== undefined) throw forbidden;
    const { port, method, path } = adminRequest(page, this.#adminPort);
    try {
      if (way === 'port-forward') {
        const page = await this.#http.page(pod, { port, method, path });
        this.#open.add(key);
        return page;
      }
      if (port !== ADMIN) throw new CallFailure('Unreachable', `the agent asks port ${ADMIN} alone`);
      const command = ['pilot-agent', 'request', method, path.slice(1)];
      return await podExec(this.#api, pod, { container: PROXY_CONTAINER, command });
    } catch (cause) {
      const failure = toCallFailure(cause);
      if (failure.code === 'Forbidden' && failure.status === 403) this.#forbidden.set(key, failure);
      throw failure;
    }
  }

  /**
   * The refusal that is known in advance. The first pod of a namespace is asked straight away; for more of them it
   * saves a refusal each to ask about the right first.
   */
  async #refusal(way: 'port-forward' | 'exec', namespace: string): Promise<CallFailure | undefined> {
    const key = `${way} ${namespace}`;
    const isFirst = !this.#tried.has(key);
    this.#tried.add(key);
    if (isFirst || this.#open.has(key)) return undefined;
    const resource = way === 'exec' ? 'pods/exec' : 'pods/portforward';
    const refusal = await this.#access.connectRefusal(resource, namespace);
    if (refusal !== undefined) this.#forbidden.set(key, refusal);
    return refusal;
  }

  /** What istiod means the proxy to have, labelled as such by the missing state of the proxy itself. */
  async #intended(pod: PodRef, own: SourceError): Promise<Answer<Uint8Array>> {
    const replies = await this.#istiods.ask({ channel: 'debug', name: 'config_dump', proxy: pod });
    for (const { answer, istiod } of replies) {
      if (!answer.ok) continue;
      const instead = `; shown is the configuration that ${proxyId(istiod)} intends for it`;
      return { ok: true, value: answer.value, missing: [{ ...own, reason: own.reason + instead }] };
    }
    const said = replies.flatMap(({ answer }) => (answer.ok ? [] : [answer.error.reason]));
    const why = said.length === 0 ? 'no istiod is running' : [...new Set(said)].join(', ');
    return { ok: false, error: { ...own, reason: `${own.reason}; istiod (${why})` } };
  }

  /** Why nothing could be reached in a pod, where the pod itself tells it. Costs one request, after a failure only. */
  async #podState(pod: PodRef, failed: readonly FailedRung[]): Promise<CallFailure | undefined> {
    const last = failed.at(-1)?.failure;
    if (last === undefined || last.code === 'Forbidden') return undefined;
    try {
      // A list of one: the right to list pods is what finding them took, too.
      const path = `/api/v1/namespaces/${pathSegment(pod.namespace)}/pods`;
      const only = { fieldSelector: `metadata.name=${pathSegment(pod.name)}` };
      const [object] = (await listObjects(this.#api, path, only)).objects;
      if (object === undefined) {
        return new CallFailure('NotFound', `there is no pod ${pod.name} in namespace ${pod.namespace}`, {
          next: 'meshscope proxy-status lists the proxies',
        });
      }
      const phase = asString(field(object, 'status', 'phase'));
      if (phase === undefined || phase === 'Running') return undefined;
      return new CallFailure('Unreachable', `the pod is ${phase}`);
    } catch {
      return undefined;
    }
  }
}

/** True when another way may have more luck: Envoy's own refusal, or its silence, would be the same by any way. */
function mayHelp(failure: CallFailure): boolean {
  if (failure.code === 'Forbidden') return failure.status === 403;
  return failure.code === 'Unreachable' && failure.status === undefined;
}

function ownState(
  asked: string,
  pod: PodRef,
  failed: readonly FailedRung[],
  state: CallFailure | undefined,
): SourceError {
  const of = `Envoy of ${proxyId(pod)}`;
  if (state !== undefined) return { code: state.code, asked, of, reason: state.message, next: state.next };
  const tried = failed.map(({ way, failure }) => `${way} (${failure.message})`).join(', ');
  const forbidden = failed.every(({ failure }) => failure.code === 'Forbidden');
  const last = failed.at(-1)?.failure;
  const code = forbidden
    ? 'Forbidden'
    : (failed.find(({ failure }) => failure.code !== 'Forbidden')?.failure.code ?? 'Unreachable');
  const next = forbidden ? ASK_FOR_ROLE : last?.next;
  // Without the right to forward, the first way, the others are the detours.
  const rule = forbidden ? failed[0]?.failure.rule : undefined;
  return { code, asked, of, reason: `tried ${tried}`, next, ...(rule === undefined ? {} : { rule }) };
}
