import { once, setMaxListeners } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type WebSocket from 'ws';
import { Limiter } from '../limiter.ts';
import { CallFailure, failureOfStatus, toCallFailure } from './call-failure.ts';
import { abortFailure, exchange, type HttpReply } from './http-exchange.ts';
import type { Login, LoginOptions } from './login.ts';
import { READ_RETRY, type RetryPolicy, withRetry } from './retry.ts';
import { SpdyConnection } from './spdy-connection.ts';
import { openSpdy, openWebSocket, type Upgrade } from './upgrade.ts';

/** How patient and how busy a client of the API server is. */
export interface ApiServerOptions {
  /** Longest time without a byte, in milliseconds. */
  readonly idleMs: number;
  /** Requests at a time. */
  readonly concurrency: number;
  readonly maxBytes: number;
  readonly userAgent: string;
  readonly retry?: RetryPolicy | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Requests to one API server with the login of a kubeconfig context. All methods throw `CallFailure`. */
export class ApiServer {
  readonly idleMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly login: Login;
  /** True once a WebSocket was refused where SPDY was not. */
  spdyFirst = false;
  readonly #options: ApiServerOptions;
  readonly #limiter: Limiter;
  readonly #sockets = new Set<() => void>();
  readonly #closing = new AbortController();

  constructor(login: Login, options: ApiServerOptions) {
    this.login = login;
    this.#options = options;
    this.#limiter = new Limiter(options.concurrency);
    this.idleMs = options.idleMs;
    this.maxBytes = options.maxBytes;
    const signals = [this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])];
    this.signal = AbortSignal.any(signals);
    // As many listeners as requests under way are no leak.
    setMaxListeners(0, this.signal);
  }

  /** The JSON value at a path (with its query). Passing failures are retried. */
  async getJson(path: string, accept = 'application/json'): Promise<unknown> {
    const body = await this.getBytes(path, accept);
    try {
      return JSON.parse(body.toString('utf8'));
    } catch {
      throw new CallFailure('Corrupt', 'the API server did not answer JSON');
    }
  }

  /** The bytes at a path (with its query). Passing failures are retried. */
  getBytes(path: string, accept: string): Promise<Buffer> {
    const policy = this.#options.retry ?? READ_RETRY;
    return this.#limiter.run(() =>
      withRetry(() => this.#send('GET', path, accept, undefined), policy, this.signal),
    );
  }

  /**
   * The bytes at a path as they come, for as long as the server sends: silence does not end them, `signal` and `close`
   * do. Throws `CallFailure` before the first byte and in between.
   */
  async *stream(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const login = await this.login.options();
    const { headers, agent } = login;
    const send = this.login.server.protocol === 'http:' ? httpRequest : httpsRequest;
    const ending = AbortSignal.any([this.signal, signal]);
    const request = send(this.#url(path), { headers, agent, signal: ending });
    try {
      request.end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      const status = response.statusCode ?? 0;
      if (status !== 200) throw failureOfStatus(status, await textOf(response));
      for await (const chunk of response as AsyncIterable<Buffer>) yield chunk;
    } catch (cause) {
      if (!ending.aborted) throw toCallFailure(cause);
    } finally {
      request.destroy();
    }
  }

  /** Sends a JSON object by POST, once, and answers the JSON value of the answer. */
  async postJson(path: string, body: unknown): Promise<unknown> {
    const text = JSON.stringify(body);
    const reply = await this.#limiter.run(() => this.#send('POST', path, 'application/json', text));
    return JSON.parse(reply.toString('utf8'));
  }

  /** Opens a WebSocket at a path. A refusal is a `CallFailure` with the server's own words. */
  async openSocket(path: string, protocols: readonly string[]): Promise<WebSocket> {
    if (this.signal.aborted) throw abortFailure(this.signal);
    const socket = await this.#tryTwice((login) => openWebSocket(this.#upgrade(login, path), protocols));
    this.#keep(socket, () => socket.terminate());
    return socket;
  }

  /** Opens a SPDY connection at a path. A refusal is a `CallFailure` with the server's own words. */
  async openSpdy(path: string, protocol: string): Promise<SpdyConnection> {
    if (this.signal.aborted) throw abortFailure(this.signal);
    const { socket, head } = await this.#tryTwice((login) => openSpdy(this.#upgrade(login, path), protocol));
    this.#keep(socket, () => socket.destroy());
    return new SpdyConnection(socket, head);
  }

  /** Ends all that is under way: waiting requests fail, sockets are closed. */
  async close(): Promise<void> {
    this.#closing.abort(new CallFailure('Unreachable', 'the source was closed'));
    for (const end of this.#sockets) end();
    this.login.close();
  }

  /** Remembers how to end a connection for as long as it is open. */
  #keep(connection: { once(event: 'close', listener: () => void): unknown }, end: () => void): void {
    this.#sockets.add(end);
    connection.once('close', () => this.#sockets.delete(end));
  }

  async #send(method: string, path: string, accept: string, body: string | undefined): Promise<Buffer> {
    const reply = await this.#tryTwice((login) => this.#exchange(login, method, path, accept, body));
    return reply.headers['content-encoding'] === 'gzip' ? unzip(reply.body) : reply.body;
  }

  /** Runs `call`; when the login is refused, once more with a new one. */
  async #tryTwice<T>(call: (login: LoginOptions) => Promise<T>): Promise<T> {
    try {
      return await call(await this.login.options());
    } catch (cause) {
      if (!(cause instanceof CallFailure) || cause.status !== 401) throw cause;
      this.login.renew();
      return call(await this.login.options());
    }
  }

  async #exchange(
    login: LoginOptions,
    method: string,
    path: string,
    accept: string,
    body: string | undefined,
  ): Promise<HttpReply> {
    const { server } = this.login;
    const headers = {
      ...login.headers,
      accept,
      'accept-encoding': 'gzip',
      'user-agent': this.#options.userAgent,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const send = server.protocol === 'http:' ? httpRequest : httpsRequest;
    const request = send(this.#url(path), { method, headers, agent: login.agent });
    const reply = await exchange(request, body, this).catch((cause: unknown) => {
      throw atServer(toCallFailure(cause), server);
    });
    if (reply.status >= 200 && reply.status < 300) return reply;
    const packed = reply.headers['content-encoding'] === 'gzip';
    const text = (packed ? await unzip(reply.body) : reply.body).toString('utf8');
    throw failureOfStatus(reply.status, text, reply.headers['retry-after']);
  }

  #upgrade(login: LoginOptions, path: string): Upgrade {
    const { userAgent } = this.#options;
    return { url: this.#url(path), login, userAgent, limits: this };
  }

  #url(path: string): URL {
    const { server } = this.login;
    return new URL(`${server.origin}${server.pathname.replace(/\/$/, '')}${path}`);
  }
}

/** A failure to get through at all says which server that was: the wrong one may be at fault. */
function atServer(failure: CallFailure, { origin }: URL): CallFailure {
  if (failure.code !== 'Unreachable' || failure.passing || failure.next !== undefined) return failure;
  return new CallFailure(failure.code, `${failure.message} (API server ${origin})`, {
    next: '--context and --kubeconfig choose another cluster, --from ARCHIVE reads a recording',
  });
}

/** The first bytes of an answer that says why it is none. */
async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > 4096) break;
  }
  return text;
}

const unzip = promisify(gunzip) as (body: Buffer) => Promise<Buffer>;
