import { connect, type Socket } from 'node:net';
import { toCallFailure } from '../call-failure.ts';
import { abortFailure, idleFailure } from '../http-exchange.ts';

/** Opens a TCP connection to an address outside the cluster. Throws `CallFailure`. */
export function openTcp(
  { host, port }: { readonly host: string; readonly port: number },
  { idleMs, signal }: { readonly idleMs: number; readonly signal: AbortSignal },
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (cause: unknown): void => {
      finish();
      reject(toCallFailure(cause));
      socket.destroy();
    };
    const onAbort = (): void => fail(abortFailure(signal));
    const timer = setTimeout(() => fail(idleFailure(idleMs)), idleMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', fail);
    socket.once('connect', () => {
      finish();
      resolve(socket);
    });
    if (signal.aborted) onAbort();
  });
}
