import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MeshscopeError } from '../../util/errors.ts';
import { BodyBuffer } from './body-buffer.ts';
import { CallFailure, toCallFailure } from './call-failure.ts';

/** A whole HTTP answer. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** When to give up on an answer. */
export interface ExchangeLimits {
  /** Longest time without a byte, in milliseconds: a large answer that keeps coming is never cut off. */
  readonly idleMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** True when the connection is made within limits of its own: `idleMs` counts from when it is there. */
  readonly connectsApart?: boolean;
}

/**
 * Sends a request that was made and reads its whole answer. Throws `CallFailure`; the connection is closed then. When
 * the server changes the protocol instead, `onUpgrade` gets the connection and there is no answer.
 */
export function exchange(
  request: ClientRequest,
  body: string | undefined,
  limits: ExchangeLimits,
  onUpgrade?: (socket: Duplex, head: Buffer) => void,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const { signal } = limits;
    const giveUp = (failure: CallFailure): void => {
      finish();
      reject(failure);
      request.destroy();
    };
    const onAbort = (): void => giveUp(abortFailure(signal));
    let idle: NodeJS.Timeout | undefined;
    const startIdle = (): void => {
      idle = setTimeout(() => giveUp(idleFailure(limits.idleMs)), limits.idleMs);
    };
    if (limits.connectsApart) request.once('socket', startIdle);
    else startIdle();
    const finish = (): void => {
      clearTimeout(idle);
      signal?.removeEventListener('abort', onAbort);
    };
    const onError = (cause: unknown): void => giveUp(toCallFailure(cause));
    // Stays for good: the destroyed request of a call that was given up reports an error too.
    request.on('error', onError);
    if (signal?.aborted) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    if (onUpgrade !== undefined) {
      request.once('upgrade', (_response, socket, head) => {
        finish();
        onUpgrade(socket, head);
      });
    }
    request.on('response', (response) => {
      readBody(response, limits.maxBytes, () => idle?.refresh()).then((read) => {
        finish();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read });
      }, onError);
    });
    request.end(body);
  });
}

/** By events: an iterator of the stream would copy all bytes once more. */
function readBody(response: IncomingMessage, maxBytes: number, onData: () => void): Promise<Buffer> {
  const body = new BodyBuffer(Number(response.headers['content-length']), maxBytes);
  onData();
  return new Promise((resolve, reject) => {
    response.on('data', (chunk: Buffer) => {
      onData();
      if (body.add(chunk)) return;
      reject(tooLarge(maxBytes));
      // At once: a connection whose answer was read to its end may go to the next request.
      response.destroy();
    });
    response.once('end', () => resolve(body.bytes()));
    response.once('error', reject);
    response.once('close', () => reject(toCallFailure(closedEarly())));
  });
}

function closedEarly(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
}

/** An answer larger than the limit. */
export function tooLarge(maxBytes: number): CallFailure {
  return new CallFailure('TooLarge', `the answer is larger than ${maxBytes} bytes`);
}

/** Nothing came for too long. */
export function idleFailure(idleMs: number): CallFailure {
  return new CallFailure('Timeout', `no answer within ${idleMs / 1000} s`);
}

/** The call was ended from outside: Ctrl-C, `--timeout`, or because others had answered long before. */
export function abortFailure(signal: AbortSignal | undefined): CallFailure {
  const reason: unknown = signal?.reason;
  if (reason instanceof CallFailure) return reason;
  const why = reason instanceof MeshscopeError ? reason.message : 'interrupted before it answered';
  return new CallFailure('Timeout', why);
}
