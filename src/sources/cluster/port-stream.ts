import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type WebSocket from 'ws';
import type { PodRef } from '../../kube/pod-ref.ts';
import type { ApiServer } from './api-server.ts';
import { CallFailure } from './call-failure.ts';
import { podPath } from './kube-name.ts';
import type { SpdyConnection } from './spdy-connection.ts';
import { byEitherProtocol } from './stream-protocol.ts';

const DATA = 0;
const ERROR = 1;
/** Each channel starts with the port's number, two bytes. */
const PORT_BYTES = 2;

/**
 * Opens a connection to a port of a pod, through the API server and without a listener on this machine. Throws
 * `CallFailure`; a port that nobody listens on shows as an error of the stream.
 */
export async function openPodPort(api: ApiServer, pod: PodRef, port: number): Promise<Duplex> {
  const path = `${podPath(pod)}/portforward`;
  return byEitherProtocol<Duplex>(
    api,
    async () => new PortStream(await api.openSocket(`${path}?ports=${port}`, ['v4.channel.k8s.io']), port),
    async () => spdyPort(await api.openSpdy(path, 'portforward.k8s.io'), port),
  );
}

/**
 * Bytes that may wait for their reader before the sender is held back. Node's own 64 kB would be one or two messages: a
 * large dump would come in steps. The HTTP reader on top takes the same.
 */
const READ_AHEAD = 1024 * 1024;

/** How long the end of a stream waits for the reason of it. */
const LAST_WORD_MS = 200;

/** The data stream of a port over SPDY; what the node says on the error stream ends it. */
function spdyPort(connection: SpdyConnection, port: number): Duplex {
  const headers = { port: String(port), requestID: '0' };
  const errors = connection.open({ ...headers, streamType: 'error' });
  errors.end();
  // A port that is refused ends at once: what the node says of it must come first.
  const said = new Promise((resolve) => errors.once('close', resolve).once('end', resolve));
  const data = connection.open({ ...headers, streamType: 'data' }, () =>
    Promise.race([said, sleep(LAST_WORD_MS)]),
  );
  errors.on('data', (text: Buffer) => data.destroy(forwardFailure(text.toString('utf8'), port)));
  errors.on('error', () => {});
  data.once('close', () => connection.close());
  return data;
}

/**
 * The bytes of one forwarded port over a WebSocket whose messages begin with a channel number. The other side may close
 * without any sign of it, so readers must know the end of an answer from the answer itself.
 */
class PortStream extends Duplex {
  /** Bytes that have arrived, as of a socket. */
  bytesRead = 0;
  readonly #socket: WebSocket;
  readonly #port: number;
  #skip = { [DATA]: PORT_BYTES, [ERROR]: PORT_BYTES };

  constructor(socket: WebSocket, port: number) {
    super({ readableHighWaterMark: READ_AHEAD });
    this.#socket = socket;
    this.#port = port;
    socket.removeAllListeners('error');
    socket.on('error', (cause) => this.destroy(cause));
    socket.on('message', (message: Buffer) => this.#receive(message));
    socket.once('close', () => this.push(null));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const message = Buffer.allocUnsafe(chunk.length + 1);
    message[0] = DATA;
    chunk.copy(message, 1);
    this.#socket.send(message, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.terminate();
    done(error);
  }

  #receive(message: Buffer): void {
    const channel = message[0];
    if (channel !== DATA && channel !== ERROR) return;
    const content = message.subarray(1 + Math.min(this.#skip[channel], message.length - 1));
    this.#skip[channel] -= message.length - 1 - content.length;
    if (content.length === 0) return;
    this.bytesRead += content.length;
    if (channel === ERROR) this.destroy(forwardFailure(content.toString('utf8'), this.#port));
    else if (!this.push(content)) this.#socket.pause();
  }
}

/** What the kubelet says of a port that could not be forwarded, in plain words where the cause is well known. */
export function forwardFailure(text: string, port: number): CallFailure {
  if (/connection refused|no forward found|forward not found/.test(text)) {
    return new CallFailure('Unreachable', `connection refused: nothing listens on port ${port} of the pod`);
  }
  if (/socat/.test(text)) {
    return new CallFailure(
      'Unreachable',
      'the container runtime of the node lacks socat, which it needs to forward',
    );
  }
  if (/not found|does not exist|not running|no running sandbox/i.test(text))
    return new CallFailure(
      'Unreachable',
      `the node has no running container of this pod (${lastPart(text)})`,
    );
  return new CallFailure('Unreachable', `the node could not forward port ${port}: ${lastPart(text)}`, {
    passing: /EOF|reset by peer|broken pipe/.test(text),
  });
}

/** The kubelet wraps its message in long prefixes with the pod's IDs; the cause is at the end. */
function lastPart(text: string): string {
  return (text.split(/uid [^:]*: /).at(-1) ?? text).trim().slice(0, 300);
}
