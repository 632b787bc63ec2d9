import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { type AdsRequest, readRequest, writeResponse } from './ads-messages.ts';
import type { FaultServer } from './fault-server.ts';
import type { Fault } from './page-server.ts';

/** What an istiod answers over xDS: a whole DiscoveryResponse. */
export type AdsAnswers = (request: AdsRequest) => Buffer | undefined;

/** How callers are recognised; without it everybody is answered, as by an istiod without authentication. */
export interface AdsLogin {
  readonly tls: { readonly key: Buffer; readonly cert: Buffer; readonly ca: Buffer };
  /** `namespace/account` of a token for the audience istio-ca; `undefined` for any other. */
  identityOf(token: string): Promise<string | undefined>;
}

type Call = ServerDuplexStream<Buffer, Buffer>;

const METHOD = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';
const GRPC_STATUS = { 401: status.UNAUTHENTICATED, 403: status.PERMISSION_DENIED, 500: status.INTERNAL };
/** More than the frames before the answer, less than the answer. */
const CUT_AFTER = 600;

/** istiod's xDS port: gRPC over TLS, or in plain text where there is no login; with a switch for its faults. */
export class AdsServer implements FaultServer {
  /** `type resource as namespace/account` of every request, and how its sender proved itself. */
  readonly asked: string[] = [];
  readonly #answers: AdsAnswers;
  readonly #login: AdsLogin | undefined;
  readonly #front: TcpServer;
  readonly #open = new Set<Duplex>();
  readonly #sockets = new Set<Duplex>();
  #fault: Fault = 'none';
  #port = 0;

  constructor(answers: AdsAnswers, login: AdsLogin | undefined) {
    this.#answers = answers;
    this.#login = login;
    const onStream = (stream: Duplex): void => this.#accept(stream);
    this.#front =
      login === undefined
        ? createTcpServer(onStream)
        : createTlsServer(
            { ...login.tls, requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['h2'] },
            onStream,
          );
    this.#front.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.#sockets.delete(socket));
      if (this.#fault === 'eof') socket.destroy();
    });
    this.#front.on('tlsClientError', () => {});
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#front.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#front.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const stream of [...this.#open, ...this.#sockets]) stream.destroy();
    if (this.#front.listening) await new Promise((resolve) => this.#front.close(resolve));
  }

  takeMost(): number {
    return this.#open.size;
  }

  async setFault(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault === 'refuse') await this.stop();
    else if (!this.#front.listening) await this.start();
  }

  /** One gRPC server a connection, so that it knows whose certificate the connection has. */
  #accept(socket: Duplex): void {
    this.#open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#open.delete(socket));
    const certificate = (socket as Partial<TLSSocket>).getPeerCertificate?.();
    const proved =
      (socket as Partial<TLSSocket>).authorized === true ? certificate?.subjectaltname : undefined;
    const server = new Server();
    const raw = (bytes: Buffer): Buffer => bytes;
    server.addService(
      {
        stream: {
          path: METHOD,
          requestStream: true,
          responseStream: true,
          requestSerialize: raw,
          requestDeserialize: raw,
          responseSerialize: raw,
          responseDeserialize: raw,
        },
      },
      {
        stream: (call: Call) => {
          call.on('error', () => {});
          call.on('data', (bytes: Buffer) => this.#answer(call, readRequest(bytes), proved));
          call.on('end', () => call.end());
        },
      },
    );
    const stream = this.#fault === 'cut' ? new CutStream(socket, CUT_AFTER) : socket;
    server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(stream);
  }

  async #answer(call: Call, request: AdsRequest, certificate: string | undefined): Promise<void> {
    const as = `${request.metadata['NAMESPACE']}/${request.metadata['SERVICE_ACCOUNT']}`;
    const bearer = String(call.metadata.get('authorization')[0] ?? '');
    const proof = certificate !== undefined ? 'certificate' : bearer !== '' ? 'token' : 'nothing';
    this.asked.push(`${request.type} ${request.resource ?? '-'} as ${as} by ${proof}`);
    const refused = await this.#refusal(as, bearer, certificate);
    const fault = this.#fault;
    if (typeof fault === 'number') {
      call.emit('error', { code: GRPC_STATUS[fault], details: `fault ${fault}` });
      return;
    }
    if (refused !== undefined) {
      call.emit('error', refused);
      return;
    }
    const response = this.#answers(request) ?? writeResponse(request.type, []);
    if (fault === 'hang') return;
    if (fault === 'endless') {
      const timer = setInterval(() => call.write(writeResponse('of another type', [])), 5);
      call.once('close', () => clearInterval(timer));
      call.once('cancelled', () => clearInterval(timer));
    } else if (fault === 'truncated') call.write(response.subarray(0, response.length / 2));
    else if (fault === 'slow') setTimeout(() => call.write(response), 20_000).unref();
    else call.write(response);
  }

  async #refusal(
    as: string,
    bearer: string,
    certificate: string | undefined,
  ): Promise<{ code: number; details: string } | undefined> {
    if (this.#login === undefined) return undefined;
    const identity =
      certificate === undefined
        ? await this.#login.identityOf(bearer.replace(/^Bearer /, ''))
        : /\/ns\/([^/]+)\/sa\/([^/,]+)/.exec(certificate)?.slice(1, 3).join('/');
    if (identity === undefined) return { code: status.UNAUTHENTICATED, details: 'authentication failure' };
    if (identity === as) return undefined;
    const details = `authorization failed: no identities (${identity}) matched ${as}`;
    return { code: status.PERMISSION_DENIED, details };
  }
}

/** A stream whose connection is closed once so many bytes have been written. */
class CutStream extends Duplex {
  readonly #stream: Duplex;
  #left: number;

  constructor(stream: Duplex, bytes: number) {
    super();
    this.#stream = stream;
    this.#left = bytes;
    stream.on('data', (chunk: Buffer) => this.push(chunk));
    stream.once('close', () => this.push(null));
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const part = chunk.subarray(0, this.#left);
    this.#left -= part.length;
    this.#stream.write(part, () => {
      if (this.#left === 0) this.#stream.destroy();
      done();
    });
  }
}
