import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type Server,
  ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import type { Answer } from '../source.ts';
import { NoConnection, PodAgent } from './pod-agent.ts';
import { type FilterRules, hasBody, isReading, type Refusal, refusalOf } from './request-filter.ts';

/** Headers that are between two neighbours and not between the browser and the pod. Source: RFC 9110, section 7.6.1. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A page of an admin server is shown in no frame of another site, nor read by one. */
const ADMIN_HEADERS = ['x-frame-options', 'DENY', 'cross-origin-resource-policy', 'same-origin'];
const MAX_HEADER_BYTES = 64 * 1024;

/** Sends what HTTP servers on this machine are asked on to a port of a pod, request by request, past the filter. */
export class HttpForward {
  readonly #connect: () => Promise<Answer<Duplex>>;
  readonly #agent: PodAgent;
  readonly #upgraded = new Set<Duplex>();
  #rules: FilterRules | undefined;

  constructor(connect: () => Promise<Answer<Duplex>>) {
    this.#connect = connect;
    this.#agent = new PodAgent(connect);
  }

  /** What is let through from now on; nothing before. The own port is a part of it, and known once there is a listener. */
  set rules(rules: FilterRules) {
    this.#rules = rules;
  }

  /** A server that forwards; it does not listen yet. */
  server(): Server {
    const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (asked, reply) => {
      const refusal = this.#refusal(asked);
      if (refusal === undefined) guarded(reply, () => this.#forward(asked, reply, false));
      else refuse(reply, refusal);
    });
    server.on('upgrade', (asked, socket, head) => this.#upgrade(asked, socket, head));
    return server;
  }

  /** Closes every connection to the pod and every one that changed its protocol. */
  close(): void {
    this.#agent.destroy();
    for (const stream of this.#upgraded) stream.destroy();
  }

  #refusal(asked: IncomingMessage): Refusal | undefined {
    if (this.#rules === undefined) return { status: 403, reason: 'not ready' };
    return refusalOf(asked, this.#rules);
  }

  #forward(asked: IncomingMessage, reply: ServerResponse, again: boolean): void {
    const withBody = hasBody(asked.headersDistinct);
    const call = request({
      agent: this.#agent,
      method: asked.method,
      path: asked.url,
      headers: endToEnd(asked),
      setHost: false,
    });
    let answered = false;
    call.on('response', (response) => {
      answered = true;
      this.#reply(response, reply);
    });
    call.on('upgrade', (_response, stream) => {
      stream.destroy();
      badGateway(reply, new Error('it changes the protocol without being asked to'));
    });
    call.on('error', (error) => {
      if (answered || reply.destroyed) reply.destroy();
      // The pod may have gone away with the request: the next one can be asked. What may change something is sent once.
      else if (!again && !withBody && isReading(asked.method) && !(error instanceof NoConnection))
        this.#forward(asked, reply, true);
      else badGateway(reply, error);
    });
    reply.once('close', () => {
      if (!reply.writableFinished) call.destroy();
    });
    if (withBody) asked.pipe(call);
    else call.end();
  }

  #reply(response: IncomingMessage, reply: ServerResponse): void {
    const more = this.#rules?.pages === undefined ? [] : ADMIN_HEADERS;
    const headers = [...withoutHopByHop(response), ...more];
    guarded(reply, () => {
      reply.writeHead(response.statusCode ?? 502, response.statusMessage ?? '', headers);
      pipeline(response, reply, () => {});
    });
  }

  #upgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
    const reply = new ServerResponse(asked);
    reply.shouldKeepAlive = false;
    // The type asks for a socket of the network, of which only a stream's part is used.
    reply.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    reply.once('finish', () => socket.end());
    const refusal = this.#refusal(asked);
    if (refusal !== undefined) refuse(reply, refusal);
    else {
      this.#connect().then(
        (answer) => {
          if (!answer.ok) badGateway(reply, new NoConnection(answer.error.reason));
          else guarded(reply, () => this.#changeProtocol(asked, reply, socket, head, answer.value));
        },
        (error: unknown) => badGateway(reply, error),
      );
    }
  }

  #changeProtocol(
    asked: IncomingMessage,
    reply: ServerResponse,
    socket: Duplex,
    head: Buffer,
    pod: Duplex,
  ): void {
    socket.once('close', () => pod.destroy());
    pod.once('close', () => socket.end());
    const call = request({
      method: asked.method,
      path: asked.url,
      headers: { ...endToEnd(asked), connection: 'upgrade', upgrade: asked.headers.upgrade },
      setHost: false,
      createConnection: () => pod,
    });
    call.on('error', (error) => badGateway(reply, error));
    call.on('response', (response) => this.#reply(response, reply));
    call.on('upgrade', (response, stream, first) => {
      reply.detachSocket(socket as Parameters<ServerResponse['detachSocket']>[0]);
      socket.write(upgradeHead(response));
      if (first.length > 0) socket.write(first);
      if (head.length > 0) stream.write(head);
      pipeline(stream, socket, () => {});
      pipeline(socket, stream, () => {});
    });
    call.end();
  }
}

/** What one side sends and the other side's rules forbid ends the request, and nothing but the request. */
function guarded(reply: ServerResponse, work: () => void): void {
  try {
    work();
  } catch (error) {
    badGateway(reply, error);
  }
}

/** The headers that are meant for the server in the pod; one that stands there several times stays so. */
function endToEnd(asked: IncomingMessage): OutgoingHttpHeaders {
  const named = namedByConnection(asked);
  const entries = Object.entries(asked.headersDistinct).filter(
    ([name]) => !HOP_BY_HOP.has(name) && !named.has(name),
  );
  return Object.fromEntries(
    entries.map(([name, values = []]) => [name, values.length === 1 ? values[0] : values]),
  );
}

function withoutHopByHop(message: IncomingMessage): string[] {
  const named = namedByConnection(message);
  const raw = message.rawHeaders;
  return raw.flatMap((name, index) => {
    const lower = name.toLowerCase();
    const isName = index % 2 === 0 && !HOP_BY_HOP.has(lower) && !named.has(lower);
    return isName ? [name, raw[index + 1] ?? ''] : [];
  });
}

function namedByConnection({ headers }: IncomingMessage): ReadonlySet<string> {
  return new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
}

function upgradeHead({ statusMessage = '', rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : [],
  );
  return `${[`HTTP/1.1 101 ${statusMessage}`, ...lines].join('\r\n')}\r\n\r\n`;
}

function refuse(reply: ServerResponse, { status, reason }: Refusal): void {
  plain(reply, status, `refused: ${reason}\n`);
}

function badGateway(reply: ServerResponse, error: unknown): void {
  if (reply.headersSent) {
    reply.destroy();
    return;
  }
  const reason = error instanceof Error ? error.message : String(error);
  plain(reply, 502, `the pod does not answer: ${reason}\n`);
}

/** What was asked may still be coming in: the connection does not go on after this. */
function plain(reply: ServerResponse, status: number, text: string): void {
  // The words are given, too: those of the pod's answer may have been refused.
  reply.writeHead(status, STATUS_CODES[status] ?? '', {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  reply.end(text);
}
