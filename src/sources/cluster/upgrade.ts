import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import WebSocket from 'ws';
import { CallFailure, failureOfStatus } from './call-failure.ts';
import { abortFailure, type ExchangeLimits, exchange } from './http-exchange.ts';
import type { LoginOptions } from './login.ts';

/** A request that turns its connection into another protocol's. */
export interface Upgrade {
  readonly url: URL;
  readonly login: LoginOptions;
  readonly userAgent: string;
  readonly limits: ExchangeLimits & { readonly signal: AbortSignal };
}

/** Opens a WebSocket, paused. Throws `CallFailure`, with the server's own words for a refusal. */
export function openWebSocket(upgrade: Upgrade, protocols: readonly string[]): Promise<WebSocket> {
  const { login, limits, userAgent } = upgrade;
  const url = new URL(upgrade.url);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  const socket = new WebSocket(url, [...protocols], {
    agent: login.agent,
    headers: { ...login.headers, 'user-agent': userAgent },
    handshakeTimeout: limits.idleMs,
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  return new Promise((resolve, reject) => {
    const { signal } = limits;
    const fail = (cause: unknown): void => {
      signal.removeEventListener('abort', onAbort);
      reject(isHandshakeTimeout(cause) ? handshakeFailure(limits.idleMs) : cause);
      socket.terminate();
    };
    const onAbort = (): void => fail(abortFailure(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    // Errors after the opening belong to whoever took the socket.
    socket.on('error', fail);
    socket.once('open', () => {
      signal.removeEventListener('abort', onAbort);
      socket.pause();
      resolve(socket);
    });
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk.subarray(0, 4096)));
      const end = (): void =>
        fail(failureOfStatus(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')));
      response.once('end', end);
      response.once('error', end);
    });
  });
}

function isHandshakeTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.message.includes('handshake has timed out');
}

function handshakeFailure(idleMs: number): CallFailure {
  return new CallFailure('Timeout', `the connection was not made within ${idleMs / 1000} s`);
}

/** Opens a SPDY connection by POST. Throws `CallFailure`, with the server's own words for a refusal. */
export function openSpdy(
  { url, login, userAgent, limits }: Upgrade,
  protocol: string,
): Promise<{ readonly socket: Duplex; readonly head: Buffer }> {
  const headers = {
    ...login.headers,
    'user-agent': userAgent,
    connection: 'Upgrade',
    upgrade: 'SPDY/3.1',
    'x-stream-protocol-version': protocol,
  };
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const request = send(url, { method: 'POST', headers, agent: login.agent });
  return new Promise((resolve, reject) => {
    exchange(request, undefined, limits, (socket, head) => resolve({ socket, head })).then(
      (reply) => reject(failureOfStatus(reply.status, reply.body.toString('utf8'))),
      reject,
    );
  });
}
