import { createHash, randomBytes } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { AllowedHosts } from '../../../../src/sources/forward/allowed-hosts.ts';
import { HttpForward } from '../../../../src/sources/forward/http-forward.ts';
import { listen } from '../../../../src/sources/forward/local-listener.ts';
import { ENVOY_PAGES, type ReadingPages } from '../../../../src/sources/forward/reading-pages.ts';
import type { Answer } from '../../../../src/sources/source.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server in the place of one in a pod; answers its port. */
async function podServer(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A connection with nothing but what a stream has, as those through the API server are. */
class BareStream extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk) => this.push(chunk) || socket.pause());
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.push(null));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

interface Started {
  readonly port: number;
  /** Connections to the pod so far. */
  readonly connections: () => number;
  readonly forward: HttpForward;
}

async function start(podPort: number, pages?: ReadingPages, allowPost = false): Promise<Started> {
  let count = 0;
  const open = (): Promise<Answer<Duplex>> =>
    new Promise((resolve) => {
      count++;
      const socket = connect(podPort, '127.0.0.1', () =>
        resolve({ ok: true, value: new BareStream(socket) }),
      );
      socket.on('error', (error) => {
        resolve({
          ok: false,
          error: { code: 'Unreachable', asked: 'port', of: 'pod', reason: error.message },
        });
      });
    });
  const forward = new HttpForward(open);
  const listener = await listen(() => forward.server(), { address: 'localhost', port: 0, preferred: 0 });
  forward.rules = { hosts: new AllowedHosts('localhost', listener.port), pages, allowPost };
  ends.push(async () => {
    forward.close();
    await listener.close();
  });
  return { port: listener.port, connections: () => count, forward };
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

function send(
  port: number,
  path: string,
  options: { method?: string; body?: string; host?: string; agent?: Agent } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', body, host = '127.0.0.1', agent = false } = options;
    const call = request({ host, port, path, method, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** Writes bytes as they are and answers all that comes until the connection ends. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let all = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      all += piece;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(all));
  });
}

describe('a forward of HTTP', () => {
  it('carries what is asked and answered, headers that stand several times included', async () => {
    const port = await podServer(
      createServer((asked, reply) => {
        reply.setHeader('set-cookie', ['a=1', 'b=2']);
        reply.setHeader('x-host', asked.headers.host ?? '');
        reply.end(`${asked.method} ${asked.url}`);
      }),
    );
    const { port: own } = await start(port);
    const reply = await send(own, '/api?x=%2F..&y=a+b');
    expect(reply).toMatchObject({ status: 200, text: 'GET /api?x=%2F..&y=a+b' });
    expect(reply.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(reply.headers['x-host']).toBe(`127.0.0.1:${own}`);
  });

  it('is there on both loopback addresses', async () => {
    const port = await podServer(createServer((_, reply) => reply.end('here')));
    const { port: own } = await start(port);
    expect((await send(own, '/', { host: '127.0.0.1' })).text).toBe('here');
    const six = await send(own, '/', { host: '::1' }).catch((error: Error) => error.message);
    // A machine without IPv6 has one address.
    expect(typeof six === 'string' ? six : six.text).toMatch(/^here$|EADDRNOTAVAIL|ECONNREFUSED/);
  });

  it('carries bodies both ways whole, of unknown length too', async () => {
    const port = await podServer(createServer((asked, reply) => asked.pipe(reply)));
    const { port: own } = await start(port);
    const body = randomBytes(3_000_000).toString('base64');
    const reply = await send(own, '/echo', { method: 'POST', body });
    expect(createHash('sha256').update(reply.text).digest('hex')).toBe(
      createHash('sha256').update(body).digest('hex'),
    );
  });

  it('takes a new connection for each request: one that was closed in the pod may look open here', async () => {
    const port = await podServer(createServer((_, reply) => reply.end('x')));
    const { port: own, connections } = await start(port);
    const agent = new Agent({ keepAlive: true });
    ends.push(() => agent.destroy());
    for (let i = 0; i < 3; i++) expect((await send(own, `/${i}`, { agent })).status).toBe(200);
    expect(connections()).toBe(3);
  });

  it('asks once more for a page when the connection breaks before the answer', async () => {
    let count = 0;
    const server = createServer((request, reply) => {
      count++;
      if (request.url === '/never' || count === 1) request.socket.destroy();
      else reply.end('x');
    });
    const { port: own } = await start(await podServer(server));
    expect((await send(own, '/page')).text).toBe('x');
    expect(count).toBe(2);
    expect((await send(own, '/never')).status).toBe(502);
    expect(count).toBe(4);
  });

  it('sends what may change something once, with a body or without', async () => {
    let count = 0;
    const server = createServer((request, reply) => {
      request.resume();
      if (request.method === 'POST') {
        count++;
        request.socket.destroy();
      } else reply.end('x');
    });
    const { port: own } = await start(await podServer(server));
    expect((await send(own, '/change', { method: 'POST', body: 'a=b' })).status).toBe(502);
    await send(own, '/first');
    expect((await send(own, '/change', { method: 'POST' })).status).toBe(502);
    expect(count).toBe(2);
  });

  it('says why when the pod can not be reached, and when it hangs up', async () => {
    const { port: own } = await start(1);
    const reply = await send(own, '/');
    expect(reply.status).toBe(502);
    expect(reply.text).toMatch(/^the pod does not answer: .*ECONNREFUSED/);
    const rude = createTcpServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
    ends.push(() => rude.close());
    const second = await start((rude.address() as AddressInfo).port);
    expect((await send(second.port, '/')).status).toBe(502);
  });

  it('breaks off an answer that breaks off in the pod', async () => {
    const port = await podServer(
      createServer((_, reply) => {
        reply.writeHead(200, { 'content-length': 100 });
        reply.write('half', () => reply.destroy());
      }),
    );
    const { port: own } = await start(port);
    await expect(send(own, '/')).rejects.toThrow();
  });

  it.each([
    'HTTP/1.1 099 low\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 200 \u0001\u0002\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nx: a\u0000b\r\ncontent-length: 0\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    'not HTTP at all\r\n\r\n',
    '',
  ])('outlives a server in the pod that answers %j', async (answer) => {
    const odd = createTcpServer((socket) => socket.once('data', () => socket.end(answer, 'latin1')));
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    ends.push(() => odd.close());
    const { port: own } = await start((odd.address() as AddressInfo).port);
    expect((await send(own, '/')).status).toBe(502);
    const upgrade = `GET / HTTP/1.1\r\nHost: localhost:${own}\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n`;
    expect(await raw(own, upgrade)).toMatch(/^HTTP\/1\.1 (?:502|101) /);
  });

  it('ends the request in the pod when the browser goes away', async () => {
    let gone: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const port = await podServer(createServer((asked) => asked.once('close', () => gone())));
    const { port: own } = await start(port);
    const call = request({ host: '127.0.0.1', port: own, path: '/slow' });
    call.on('error', () => {});
    call.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    call.destroy();
    await ended;
  });

  it('carries WebSockets, and their refusal', async () => {
    const server = createServer((_, reply) => reply.end());
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (asked, socket, head) => {
      if (asked.url === '/no') socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno');
      else
        sockets.handleUpgrade(asked, socket, head, (one) =>
          one.on('message', (data) => one.send(`${data}!`)),
        );
    });
    const port = await podServer(server);
    ends.push(() => sockets.close());
    const { port: own, forward } = await start(port);
    const socket = new WebSocket(`ws://localhost:${own}/live`, { origin: `http://localhost:${own}` });
    const answer = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.once('open', () => socket.send('hello'));
    expect(await answer).toBe('hello!');
    const refused = new WebSocket(`ws://localhost:${own}/no`);
    const status = await new Promise((resolve) =>
      refused.once('unexpected-response', (_, r) => resolve(r.statusCode)),
    );
    expect(status).toBe(401);
    const foreign = new WebSocket(`ws://localhost:${own}/live`, { origin: 'http://evil.example' });
    const denied = await new Promise((resolve) =>
      foreign.once('unexpected-response', (_, r) => resolve(r.statusCode)),
    );
    expect(denied).toBe(403);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    forward.close();
    await closed;
  });
});

describe('a forward of an admin port under attack', () => {
  async function attacked(): Promise<{ readonly own: number; readonly seen: string[] }> {
    const seen: string[] = [];
    const port = await podServer(
      createServer((asked, reply) => {
        seen.push(`${asked.method} ${asked.url}`);
        asked.resume();
        reply.end('page');
      }),
    );
    const { port: own } = await start(port, ENVOY_PAGES);
    return { own, seen };
  }

  it('sees each request of a pipeline and none of what is hidden in a body', async () => {
    const { own, seen } = await attacked();
    const host = `Host: localhost:${own}\r\n`;
    const hidden = 'POST /quitquitquit HTTP/1.1\r\nHost: x\r\n\r\n';
    await raw(own, `GET /stats HTTP/1.1\r\n${host}\r\nGET /quitquitquit HTTP/1.1\r\n${host}\r\n`);
    await raw(own, `GET /stats HTTP/1.1\r\n${host}Content-Length: ${hidden.length}\r\n\r\n${hidden}`);
    await raw(own, `GET /stats HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`);
    const both = 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n';
    await raw(own, `POST /stats HTTP/1.1\r\n${host}${both}\r\n0\r\n\r\n${hidden}`);
    expect(seen).toEqual(['GET /stats']);
  });

  it('lets nothing through by other forms of a request', async () => {
    const { own, seen } = await attacked();
    const host = `Host: localhost:${own}`;
    const answers = [
      await raw(own, `GET http://localhost:${own}/stats HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`),
      await raw(own, `CONNECT localhost:15000 HTTP/1.1\r\n${host}\r\n\r\n`),
      await raw(own, `GET /stats HTTP/1.1\r\nConnection: close\r\n\r\n`),
      await raw(own, `GET /stats HTTP/1.0\r\n\r\n`),
      await raw(own, `GET /stats HTTP/1.1\r\n${host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`),
      await raw(own, `GET /stats HTTP/1.1\r\n${host}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`),
      await raw(own, `GET /stats\u0000 HTTP/1.1\r\n${host}\r\n\r\n`),
      await raw(own, `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`),
    ];
    expect(seen).toEqual([]);
    for (const answer of answers) expect(answer).not.toContain(' 200 ');
  });

  it('shows reading pages in no frame of another site', async () => {
    const { own } = await attacked();
    const reply = await send(own, '/stats');
    expect(reply.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
    });
  });
});

describe('the port of this machine', () => {
  it('is the preferred one, another one where that is taken, and an error where it was asked for', async () => {
    const forward = new HttpForward(() => Promise.reject(new Error('not asked')));
    const make = (): Server => forward.server();
    const any = await listen(make, { address: 'localhost', port: 0, preferred: 0 });
    ends.push(() => any.close());
    const other = await listen(make, { address: 'localhost', port: 0, preferred: any.port });
    ends.push(() => other.close());
    expect(other.port).not.toBe(any.port);
    await expect(listen(make, { address: 'localhost', port: any.port, preferred: 0 })).rejects.toMatchObject({
      exitCode: 1,
      message: `port ${any.port} of localhost is taken`,
    });
    await other.close();
    const again = await listen(make, { address: 'localhost', port: 0, preferred: other.port });
    ends.push(() => again.close());
    expect(again.port).toBe(other.port);
  });

  it('of an address that this machine does not have is a usage error', async () => {
    const forward = new HttpForward(() => Promise.reject(new Error('not asked')));
    const choice = { address: '203.0.113.7', port: 0, preferred: 0 };
    await expect(listen(() => forward.server(), choice)).rejects.toMatchObject({ exitCode: 64 });
  });
});
