import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { FaultServer } from './fault-server.ts';

/** What a replayed server does wrong. */
export type Fault =
  /** Answers as recorded. */
  | 'none'
  /** Does not listen. */
  | 'refuse'
  /** Accepts the connection and never answers. */
  | 'hang'
  /** Closes the connection after half of the body. */
  | 'cut'
  /** Closes the connection before the first byte. */
  | 'eof'
  /** As `eof` the first time, then as recorded. */
  | 'eof-once'
  /** Answers after twenty seconds. */
  | 'slow'
  /** Answers after a tenth of a second. */
  | 'late'
  /** Takes every change with thanks and makes none. */
  | 'deaf'
  /** Makes every change and closes the connection before it says so. */
  | 'lost'
  /** Ends the answer in the middle, as if that were all of it. */
  | 'truncated'
  /** Sends an answer that never ends, as fast as it is taken. */
  | 'endless'
  /** Sends an answer that never ends, a little of it every 50 ms: never silent, never done. */
  | 'trickle'
  /** Answers 200 with bytes that are no text. */
  | 'garbage'
  /** Has no debug pages, as with `ENABLE_DEBUG_ON_HTTP=false`. */
  | 'no-debug'
  /** Answers as recorded with the times of the recording a century on: newer than any object of the test cluster. */
  | 'ahead'
  /** Answers this status. */
  | 401
  | 403
  | 500;

/** A page: its bytes, or for a synthetic page how many bytes to stream. */
export interface Page {
  readonly body: Buffer | Readable;
  readonly type: string;
  /** 200 when absent. */
  readonly status?: number;
}

/** What a server answers to a request; `body` is that of the request. */
export type Pages = (url: URL, method: string, body: string) => Page | undefined;

/** An HTTP server on loopback that replays recorded pages, with a switch for its faults. */
export class PageServer implements FaultServer {
  readonly #server: Server;
  readonly #pages: Pages;
  #fault: Fault = 'none';
  #port = 0;
  /** Path and query of every request that it was asked. */
  readonly asked: string[] = [];
  readonly #open = new Set<ServerResponse>();
  /** The largest number of requests that were under way at a time. */
  #most = 0;

  constructor(pages: Pages) {
    this.#pages = pages;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** The most requests at a time since the last call. What still hangs from before, its client long gone, is left out. */
  takeMost(): number {
    const most = this.#most;
    this.#most = 0;
    this.#open.clear();
    return most;
  }

  async setFault(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault === 'refuse') await this.stop();
    else if (!this.#server.listening) await this.start();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    this.asked.push(`${request.method} ${url.pathname}${url.search}`);
    this.#open.add(response);
    this.#most = Math.max(this.#most, this.#open.size);
    response.once('close', () => this.#open.delete(response));
    const fault = this.#fault;
    if (fault === 'hang') return;
    if (fault === 'eof' || fault === 'eof-once') {
      if (fault === 'eof-once') this.#fault = 'none';
      response.destroy();
      return;
    }
    if (typeof fault === 'number') {
      response.writeHead(fault, { 'content-type': 'text/plain' });
      response.end(`fault ${fault}\n`);
      return;
    }
    if (fault === 'garbage') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(GARBAGE);
      return;
    }
    if (fault === 'trickle') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"configs": [');
      const timer = setInterval(() => response.write('{"name": "one more"},'), 50);
      response.once('close', () => clearInterval(timer));
      return;
    }
    if (fault === 'endless') {
      response.writeHead(200, { 'content-type': 'application/json' });
      Readable.from(endless())
        .on('error', () => {})
        .pipe(response);
      return;
    }
    if (fault === 'no-debug' && url.pathname.startsWith('/debug')) {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('404 page not found\n');
      return;
    }
    const delay = fault === 'slow' ? 20_000 : fault === 'late' ? 100 : 0;
    if (delay === 0) void this.#send(url, request, response, fault === 'cut');
    else setTimeout(() => void this.#send(url, request, response, false), delay).unref();
  }

  #partOf(page: Page | undefined): Page | undefined {
    if (this.#fault !== 'truncated' || page === undefined || page.body instanceof Readable) return page;
    return { ...page, body: page.body.subarray(0, page.body.length / 2) };
  }

  async #send(url: URL, request: IncomingMessage, response: ServerResponse, cut: boolean): Promise<void> {
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return;
    // A change that is thrown away leaves a look at what there is.
    const asked = this.#fault === 'deaf' ? new URL(url.pathname, url) : url;
    const whole = this.#pages(asked, request.method ?? 'GET', this.#fault === 'deaf' ? '{}' : body);
    const page = this.#partOf(whole);
    const changes = url.search !== '' || request.method === 'PUT';
    if (this.#fault === 'lost' && changes) {
      response.destroy();
      return;
    }
    if (page === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('invalid path. admin commands are:\n');
      return;
    }
    if (page.body instanceof Readable) {
      response.writeHead(page.status ?? 200, { 'content-type': page.type });
      page.body.pipe(response);
      return;
    }
    const sent = this.#fault === 'ahead' ? ahead(page.body) : page.body;
    response.writeHead(page.status ?? 200, { 'content-type': page.type, 'content-length': sent.length });
    if (cut) response.write(sent.subarray(0, sent.length / 2), () => response.destroy());
    else {
      // The client may have the whole answer, and ask again, before this side sees the connection end.
      this.#open.delete(response);
      response.end(sent);
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** All bytes there are, many times. */
const GARBAGE = Buffer.alloc(100_000, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));

/** Bytes without end, at the pace of whoever reads them. */
function* endless(): Generator<Buffer> {
  yield Buffer.from('[');
  const megabyte = Buffer.alloc(1024 * 1024, ' ');
  for (;;) yield megabyte;
}

function ahead(body: Buffer): Buffer {
  return Buffer.from(body.toString('latin1').replaceAll('2026-11-23T', '2126-11-23T'), 'latin1');
}
