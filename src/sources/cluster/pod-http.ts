import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PodRef } from '../../kube/pod-ref.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure } from './call-failure.ts';
import { abortFailure, exchange, type HttpReply } from './http-exchange.ts';
import { openPodPort } from './port-stream.ts';
import { type RetryPolicy, withRetry } from './retry.ts';

/** One reading request to a server inside a pod. */
export interface PodRequest {
  readonly port: number;
  readonly method?: 'GET' | 'POST';
  /** Path with its query, starting with a slash. */
  readonly path: string;
  /** Ends this request alone. */
  readonly signal?: AbortSignal | undefined;
}

/** A forward that is closed in the middle is often a restart of the node's streaming server: once more is enough. */
const FORWARD_RETRY: RetryPolicy = { attempts: 2, firstWaitMs: 150, longestWaitMs: 150 };

/**
 * The body of a page of a server inside a pod, over a port-forward without a local listener. Throws `CallFailure`; its
 * `status` is that of the server in the pod when it answered anything but 200.
 */
export async function podHttp(api: ApiServer, pod: PodRef, wanted: PodRequest): Promise<Buffer> {
  const signal = wanted.signal === undefined ? api.signal : AbortSignal.any([api.signal, wanted.signal]);
  return withRetry(() => attempt(api, pod, wanted, signal), FORWARD_RETRY, signal);
}

async function attempt(
  api: ApiServer,
  pod: PodRef,
  wanted: PodRequest,
  signal: AbortSignal,
): Promise<Buffer> {
  if (signal.aborted) throw abortFailure(signal);
  const stream = await orAborted(openPodPort(api, pod, wanted.port), signal);
  try {
    const call = request({
      method: wanted.method ?? 'GET',
      path: wanted.path,
      host: 'localhost',
      headers: { connection: 'close', accept: '*/*' },
      createConnection: () => stream,
    });
    const reply = await exchange(call, undefined, { idleMs: api.idleMs, maxBytes: api.maxBytes, signal });
    if (reply.status !== 200) throw pageFailure(reply);
    return reply.body;
  } finally {
    stream.destroy();
  }
}

/** The stream, unless the signal comes first: then it is closed as soon as it opens. */
async function orAborted(opening: Promise<Duplex>, signal: AbortSignal): Promise<Duplex> {
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(abortFailure(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([opening, aborted]);
  } catch (cause) {
    opening.then(
      (stream) => stream.destroy(),
      () => {},
    );
    throw cause;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A page that was answered with another status than 200. */
function pageFailure(reply: HttpReply): CallFailure {
  const said = reply.body.toString('utf8').trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
  const reason = said === '' ? `it answered ${reply.status}` : `it answered ${reply.status}: ${said}`;
  const { status } = reply;
  if (status === 401 || status === 403) return new CallFailure('Forbidden', reason, { status });
  return new CallFailure(status === 404 ? 'NotFound' : 'Unreachable', reason, { status });
}
