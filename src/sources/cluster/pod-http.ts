import { type ClientRequest, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PodRef } from '../../kube/pod-ref.ts';
import type { PodRequest } from '../live-mesh.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure } from './call-failure.ts';
import { firstSuccess } from './first-success.ts';
import { abortFailure, exchange, type HttpReply } from './http-exchange.ts';
import { PortAgent, type PortRequestArgs } from './port-agent.ts';
import { type RetryPolicy, withRetry } from './retry.ts';

/** One request to a server inside a pod. */
export interface PodCall extends Omit<PodRequest, 'method'> {
  /** GET when absent. */
  readonly method?: PodRequest['method'];
  /** Ends this request alone. */
  readonly signal?: AbortSignal | undefined;
}

/** A forward that is closed in the middle is often a restart of the node's streaming server: once more is enough. */
const FORWARD_RETRY: RetryPolicy = { attempts: 2, firstWaitMs: 150, longestWaitMs: 150 };

/**
 * How long a stream that has waited may be silent before a new one is asked beside it, in milliseconds: longer than a
 * healthy server takes. Some nodes do not tell that the server has closed its end, and what is sent then hangs.
 */
const SILENT_MS = 2_000;

/**
 * Requests to servers inside pods, over port-forwards without a local listener. Requests that only read share forwards
 * one after the other, for opening one costs the API server and the node more than a page does.
 */
export class PodHttp {
  readonly #api: ApiServer;
  /** Streams that serve one request after the other. */
  readonly #shared: PortAgent;
  /** A stream for each request. */
  readonly #single: PortAgent;

  constructor(api: ApiServer) {
    this.#api = api;
    this.#shared = new PortAgent(api, true);
    this.#single = new PortAgent(api, false);
  }

  /**
   * The body of a page, which is only read. Throws `CallFailure`; its `status` is that of the server in the pod when it
   * answered anything but 200.
   */
  page(pod: PodRef, wanted: PodCall): Promise<Buffer> {
    return this.#repeated(wanted, async (signal) => {
      const reply = await this.#ask(pod, wanted, signal);
      if (reply.status !== 200) throw pageFailure(reply);
      return reply.body;
    });
  }

  /**
   * The whole answer of a server, whatever its status. Only a GET is repeated after a passing failure: what changes
   * something may have been done although its answer was lost. Throws `CallFailure`.
   */
  reply(pod: PodRef, wanted: PodCall): Promise<HttpReply> {
    const once = (signal: AbortSignal): Promise<HttpReply> => this.#ask(pod, wanted, signal);
    return isGet(wanted) ? this.#repeated(wanted, once) : once(this.#endOf(wanted));
  }

  #endOf({ signal }: PodCall): AbortSignal {
    return signal === undefined ? this.#api.signal : AbortSignal.any([this.#api.signal, signal]);
  }

  #repeated<T>(wanted: PodCall, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = this.#endOf(wanted);
    return withRetry(() => call(signal), FORWARD_RETRY, signal);
  }

  /**
   * Asks once, over a stream that waits where there is one. That such a stream breaks, or is silent, before it says
   * anything tells nothing of the server, which may have closed its end in the meantime: a new one is asked then. Only a
   * GET takes a stream that waits: of all else it would not be known whether it was done.
   */
  async #ask(pod: PodRef, wanted: PodCall, signal: AbortSignal): Promise<HttpReply> {
    const anew = async (ending: AbortSignal): Promise<HttpReply> =>
      this.#send(this.#request(this.#single, pod, wanted, ending), wanted, ending);
    if (!isGet(wanted)) return anew(signal);
    const call = this.#request(this.#shared, pod, wanted, signal);
    if (!call.reusedSocket) return this.#send(call, wanted, signal);
    let isSilent = true;
    call.once('response', () => {
      isSilent = false;
    });
    const stale = new AbortController();
    return firstSuccess(
      (ending) => this.#send(call, wanted, AbortSignal.any([ending, stale.signal])),
      (ending) =>
        anew(ending).catch((cause: unknown) => {
          if (isSilent) stale.abort(cause);
          throw cause;
        }),
      {
        hedgeMs: SILENT_MS,
        signal,
        isSilent: () => isSilent,
        mayHelp: ({ code }) => isSilent && code === 'Unreachable',
        both: (_ofWaiting, failure) => failure,
      },
    );
  }

  /** A request that waits for its stream. Throws when it was ended before. */
  #request(agent: PortAgent, pod: PodRef, wanted: PodCall, signal: AbortSignal): ClientRequest {
    if (signal.aborted) throw abortFailure(signal);
    const content = wanted.contentType === undefined ? {} : { 'content-type': wanted.contentType };
    const length = wanted.body === undefined ? {} : { 'content-length': Buffer.byteLength(wanted.body) };
    const options: PortRequestArgs = {
      agent,
      pod,
      podPort: wanted.port,
      ending: signal,
      method: wanted.method ?? 'GET',
      path: wanted.path,
      host: 'localhost',
      headers: { accept: '*/*', ...content, ...length },
    };
    return request(options);
  }

  async #send(call: ClientRequest, { body }: PodCall, signal: AbortSignal): Promise<HttpReply> {
    let stream: Duplex | undefined;
    call.once('socket', (opened: Duplex) => {
      stream = opened;
    });
    const { idleMs, maxBytes } = this.#api;
    try {
      return await exchange(call, body, { idleMs, maxBytes, signal, connectsApart: true });
    } finally {
      // The agent has taken back what serves another request. Node only says that it has no more to send on the rest.
      if (!call.shouldKeepAlive) stream?.destroy();
    }
  }
}

function isGet({ method }: PodCall): boolean {
  return method === undefined || method === 'GET';
}

/** A page that was answered with another status than 200. */
function pageFailure(reply: HttpReply): CallFailure {
  const said = reply.body.toString('utf8').trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
  const reason = said === '' ? `it answered ${reply.status}` : `it answered ${reply.status}: ${said}`;
  const { status } = reply;
  const detail = { status, answered: true };
  if (status === 401 || status === 403) return new CallFailure('Forbidden', reason, detail);
  return new CallFailure(status === 404 ? 'NotFound' : 'Unreachable', reason, detail);
}
