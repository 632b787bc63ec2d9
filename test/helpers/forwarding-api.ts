import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';

const DATA = 0;
const ERROR = 1;

/** An API server on loopback that forwards every port of every pod to one server of the test, by WebSocket. */
export class ForwardingApi {
  /** `<namespace>/<pod>:<port>` of every stream so far. */
  readonly opened: string[] = [];
  /** Waits before it opens a stream, in milliseconds. */
  delayMs = 0;
  /** What the node says in the place of forwarding. */
  refusal: string | undefined;
  readonly #server: Server;
  readonly #streams = new Set<WebSocket>();

  private constructor(target: number) {
    this.#server = createServer((_asked, reply) => reply.writeHead(404).end());
    const sockets = new WebSocketServer({ noServer: true });
    this.#server.on('upgrade', async (asked, socket, head) => {
      await sleep(this.delayMs);
      sockets.handleUpgrade(asked, socket, head, (stream) => this.#forward(stream, asked.url ?? '', target));
    });
  }

  /** Starts one in front of the server at this port of the machine. */
  static async start(target: number): Promise<ForwardingApi> {
    const api = new ForwardingApi(target);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** Streams that are open now. */
  get open(): number {
    return this.#streams.size;
  }

  /** A kubeconfig for it. */
  get kubeconfig(): string {
    const { port } = this.#server.address() as AddressInfo;
    const path = join(mkdtempSync(join(tmpdir(), 'forwarding-')), 'config');
    const cluster = { name: 'c', cluster: { server: `http://127.0.0.1:${port}` } };
    const context = { name: 'lab', context: { cluster: 'c', user: 'u' } };
    const users = [{ name: 'u', user: {} }];
    writeFileSync(
      path,
      JSON.stringify({ 'current-context': 'lab', users, clusters: [cluster], contexts: [context] }),
    );
    return path;
  }

  /** What a node says on the error channel of all open streams, which it then closes. */
  fail(text: string): void {
    for (const stream of this.#streams) failStream(stream, text);
  }

  async stop(): Promise<void> {
    for (const stream of this.#streams) stream.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #forward(stream: WebSocket, url: string, target: number): void {
    const [, namespace, pod, port] =
      /namespaces\/([^/]+)\/pods\/([^/]+)\/portforward\?ports=(\d+)/.exec(url) ?? [];
    this.opened.push(`${namespace}/${pod}:${port}`);
    this.#streams.add(stream);
    for (const channel of [DATA, ERROR])
      stream.send(Buffer.from([channel, Number(port) & 255, Number(port) >> 8]));
    stream.on('error', () => {});
    stream.on('close', () => this.#streams.delete(stream));
    if (this.refusal !== undefined) {
      failStream(stream, this.refusal);
      return;
    }
    const server: Socket = connect(target, '127.0.0.1');
    server.on('data', (bytes) => stream.send(Buffer.concat([Buffer.from([DATA]), bytes])));
    server.on('error', () => {});
    // As the kubelet does: the end of the server's connection is that of the forward.
    server.on('close', () => stream.close());
    stream.on('message', (message: Buffer) => server.write(message.subarray(1)));
    stream.on('close', () => server.destroy());
  }
}

function failStream(stream: WebSocket, text: string): void {
  stream.send(Buffer.concat([Buffer.from([ERROR]), Buffer.from(text)]), () => stream.close());
}
