import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PodRef } from '../../kube/pod-ref.ts';
import type { PodRequest } from '../live-mesh.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure } from './call-failure.ts';
import { abortFailure, exchange, type HttpReply } from './http-exchange.ts';
import { openPodPort } from './port-stream.ts';
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
 * The body of a page of a server inside a pod, over a port-forward without a local listener. Throws `CallFailure`; its
 * `status` is that of the server in the pod when it answered anything but 200.
 */
export async function podHttp(api: ApiServer, pod: PodRef, wanted: PodCall): Promise<Buffer> {
  return repeated(api, wanted, async (signal) => {
    const reply = await attempt(api, pod, wanted, signal);
    if (reply.status !== 200) throw pageFailure(reply);
    return reply.body;
  });
}

/**
 * The whole answer of a server inside a pod, whatever its status. Only a GET is repeated after a passing failure: what
 * changes something may have been done although its answer was lost. Throws `CallFailure`.
 */
export async function podReply(api: ApiServer, pod: PodRef, wanted: PodCall): Promise<HttpReply> {
  const once = (signal: AbortSignal): Promise<HttpReply> => attempt(api, pod, wanted, signal);
  return wanted.method === 'GET' ? repeated(api, wanted, once) : once(endOf(api, wanted));
}

function endOf(api: ApiServer, { signal }: PodCall): AbortSignal {
  return signal === undefined ? api.signal : AbortSignal.any([api.signal, signal]);
}

function repeated<T>(api: ApiServer, wanted: PodCall, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = endOf(api, wanted);
  return withRetry(() => call(signal), FORWARD_RETRY, signal);
}

async function attempt(
  api: ApiServer,
  pod: PodRef,
  wanted: PodCall,
  signal: AbortSignal,
): Promise<HttpReply> {
  if (signal.aborted) throw abortFailure(signal);
  const stream = await orAborted(openPodPort(api, pod, wanted.port), signal);
  const content = wanted.contentType === undefined ? {} : { 'content-type': wanted.contentType };
  const length = wanted.body === undefined ? {} : { 'content-length': Buffer.byteLength(wanted.body) };
  try {
    const call = request({
      method: wanted.method ?? 'GET',
      path: wanted.path,
      host: 'localhost',
      headers: { connection: 'close', accept: '*/*', ...content, ...length },
      createConnection: () => stream,
    });
    const limits = { idleMs: api.idleMs, maxBytes: api.maxBytes, signal };
    return await exchange(call, wanted.body, limits);
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
  const detail = { status, answered: true };
  if (status === 401 || status === 403) return new CallFailure('Forbidden', reason, detail);
  return new CallFailure(status === 404 ? 'NotFound' : 'Unreachable', reason, detail);
}
