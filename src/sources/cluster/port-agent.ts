import { Agent, type ClientRequest, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PodRef } from '../../kube/pod-ref.ts';
import type { ApiServer } from './api-server.ts';
import { abortFailure } from './http-exchange.ts';
import { openPodPort } from './port-stream.ts';

/** Options of a request to a port of a pod, for an agent of this kind. */
export interface PortRequestArgs extends ClientRequestArgs {
  readonly pod: PodRef;
  readonly podPort: number;
  /** Ends the request. */
  readonly ending: AbortSignal;
}

/**
 * How long a stream waits for the next request, in milliseconds: over the pause of `proxy-status --watch`, and less than
 * the five seconds after which servers of Node.js and others close.
 */
const IDLE_MS = 3_000;
/** Streams that wait for the same port: as many as questions are put to istiod at a time. */
const IDLE_A_PORT = 4;
/** Streams that wait in all. Each holds a connection at the API server and at a node, most of them in vain. */
const IDLE_IN_ALL = 20;

/**
 * Node's agent over port-forwards: the next request to the same port of a pod takes the stream of the one before, when
 * that was answered to its end and the server keeps it open. One request at a time has a stream; several at a time have
 * one each. Without `keepAlive` each request has its own, and the server is told to close it.
 */
export class PortAgent extends Agent {
  readonly #api: ApiServer;
  /** Streams that wait, the oldest first, and how to end the wait. */
  readonly #waiting = new Map<Duplex, () => void>();

  constructor(api: ApiServer, keepAlive: boolean) {
    super({ keepAlive, maxFreeSockets: IDLE_A_PORT });
    this.#api = api;
    api.signal.addEventListener('abort', () => this.#closeWaiting(), { once: true });
  }

  /** Which requests may share a stream. */
  override getName(options?: ClientRequestArgs): string {
    const { pod, podPort } = options as PortRequestArgs;
    return `${pod.namespace}/${pod.name}:${podPort}`;
  }

  override createConnection(
    options: ClientRequestArgs,
    onOpen: (failure: Error | null, stream: Duplex) => void,
  ): undefined {
    const { pod, podPort, ending } = options as PortRequestArgs;
    const fail = (cause: Error): void => onOpen(cause, undefined as unknown as Duplex);
    openPodPort(this.#api, pod, podPort).then((stream) => {
      if (ending.aborted) {
        stream.destroy();
        fail(abortFailure(ending));
        return;
      }
      // Between two requests nobody else listens: what breaks then must not end the program.
      stream.on('error', () => {});
      // Node's agent takes every stream for a socket when it is used again.
      onOpen(null, Object.assign(stream, { ref: () => stream }));
    }, fail);
  }

  /** Whether a stream whose answer was read to its end may wait for the next request; it is closed otherwise. */
  override keepSocketAlive(stream: Duplex): boolean {
    if (stream.readableEnded || stream.readableLength > 0 || this.#api.signal.aborted) return false;
    const close = (): void => {
      stream.destroy();
    };
    const timer = setTimeout(close, IDLE_MS).unref();
    const stopWaiting = (): void => {
      clearTimeout(timer);
      stream.off('data', close).off('end', close).off('close', stopWaiting);
      this.#waiting.delete(stream);
    };
    // Nothing was asked: bytes that come now would be taken for the next answer.
    stream.once('data', close).once('end', close).once('close', stopWaiting);
    this.#waiting.set(stream, stopWaiting);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > IDLE_IN_ALL) oldest?.destroy();
    return true;
  }

  override reuseSocket(stream: Duplex, request: ClientRequest): void {
    this.#waiting.get(stream)?.();
    super.reuseSocket(stream, request);
  }

  #closeWaiting(): void {
    for (const stream of [...this.#waiting.keys()]) stream.destroy();
  }
}
