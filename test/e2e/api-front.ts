import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { createAuthority } from './servers/certificates.ts';

/** What becomes of a request in the place of being passed on: a wait before it is, silence, or another answer. */
export type Treatment =
  | { readonly delayMs: number }
  | 'hang'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

/** Decides by method and path, query included; a request that it says nothing of is passed on. */
export type Treat = (method: string, path: string) => Treatment | undefined;

/**
 * A server in front of the API server that treats some requests badly, and can cut the connections into pods. Whoever
 * asks it is the cluster's administrator.
 */
export class ApiFront {
  /** Login at this server, as a kubeconfig. */
  readonly kubeconfig: string;
  treat: Treat = () => undefined;
  /** Method and path of all requests. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #target: {
    readonly port: number;
    readonly ca: Buffer;
    readonly cert: Buffer;
    readonly key: Buffer;
  };
  readonly #agent: Agent;
  readonly #streams = new Set<Duplex>();

  private constructor(kubeconfig: string, folder: string) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
    const { server, 'certificate-authority': ca } = clusters[0].cluster;
    const { 'client-certificate': cert, 'client-key': key } = users[0].user;
    const identity = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
    this.#target = { port: Number(new URL(server).port), ...identity };
    this.#agent = new Agent({ ...identity, keepAlive: true });
    this.kubeconfig = join(folder, 'front.json');
    const authority = createAuthority(folder);
    const serving = authority.issue('front', '/CN=front', ['IP:127.0.0.1']);
    this.#server = createServer(
      { cert: readFileSync(serving.certificate), key: readFileSync(serving.key) },
      (incoming, response) => this.#answer(incoming, response),
    );
    this.#server.on('upgrade', (incoming, stream, head) => this.#forward(incoming, stream, head));
  }

  /** Starts one in front of the server of the kubeconfig; its own files are in `folder`. */
  static async start(kubeconfig: string, folder: string): Promise<ApiFront> {
    const front = new ApiFront(kubeconfig, folder);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    const { port } = front.#server.address() as AddressInfo;
    const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority': join(folder, 'ca.crt') };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'admin',
      clusters: [{ name: 'lab', cluster }],
      users: [{ name: 'admin', user: { token: 'token-of-the-front' } }],
      contexts: [{ name: 'admin', context: { cluster: 'lab', user: 'admin', namespace: 'shop' } }],
    };
    writeFileSync(front.kubeconfig, JSON.stringify(config));
    return front;
  }

  /** Cuts every connection into a pod. Answers how many there were. */
  cut(): number {
    const count = this.#streams.size;
    for (const stream of this.#streams) stream.destroy();
    return count;
  }

  async stop(): Promise<void> {
    this.cut();
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url = '/' } = incoming;
    this.asked.push(`${method} ${url}`);
    const treatment = this.treat(method, url);
    if (treatment === 'hang') return;
    if (treatment === undefined) this.#pass(incoming, response);
    else if ('delayMs' in treatment)
      setTimeout(() => this.#pass(incoming, response), treatment.delayMs).unref();
    else {
      response.writeHead(treatment.status, { 'content-type': 'application/json', ...treatment.headers });
      const message = `the front says ${treatment.status}`;
      const reason = treatment.status === 403 ? 'Forbidden' : 'InternalError';
      response.end(
        JSON.stringify({ kind: 'Status', status: 'Failure', message, reason, code: treatment.status }),
      );
    }
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { authorization: _, ...headers } = incoming.headers;
    const { method, url: path } = incoming;
    const options = { host: '127.0.0.1', port: this.#target.port, method, path, headers, agent: this.#agent };
    const call = request(options, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    call.on('error', () => response.destroy());
    response.on('close', () => call.destroy());
    incoming.pipe(call);
  }

  #forward(incoming: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { method = 'GET', url = '/' } = incoming;
    this.asked.push(`${method} ${url}`);
    stream.on('error', () => {});
    const treatment = this.treat(method, url);
    if (treatment === undefined) this.#connect(incoming, stream, head);
    else if (treatment === 'hang') this.#streams.add(stream);
    else if ('delayMs' in treatment)
      setTimeout(() => this.#connect(incoming, stream, head), treatment.delayMs).unref();
    else stream.end(`HTTP/1.1 ${treatment.status} Refused\r\ncontent-length: 0\r\n\r\n`);
  }

  #connect({ method, url, rawHeaders }: IncomingMessage, stream: Duplex, head: Buffer): void {
    const lines: string[] = [];
    for (let at = 0; at < rawHeaders.length; at += 2)
      if (rawHeaders[at]?.toLowerCase() !== 'authorization')
        lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
    const target = connect({ host: '127.0.0.1', ...this.#target }, () => {
      target.write(`${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      target.write(head);
      target.pipe(stream).pipe(target);
    });
    this.#streams.add(stream);
    target.on('error', () => stream.destroy());
    target.on('close', () => stream.destroy());
    stream.on('close', () => {
      this.#streams.delete(stream);
      target.destroy();
    });
  }
}
