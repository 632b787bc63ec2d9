import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ADMIN, CART, podAccepting, podAnswering, until } from './pod-server.ts';

const PAGES = ['/config_dump', '/clusters', '/certs', '/listeners', '/stats'];

afterEach(() => {
  vi.useRealTimers();
});

describe('pages of a pod', () => {
  it('that are asked one after the other come over one forward, which the server sees as one connection', async () => {
    const connections = new Set<unknown>();
    const { page, forwards } = await podAnswering((asked, reply) => {
      connections.add(asked.socket);
      reply.end(`page ${asked.url} of ${asked.headers.host}`);
    });
    for (const path of PAGES) expect(await page(path)).toBe(`page ${path} of localhost`);
    expect(forwards.opened).toEqual(['shop/cart-v1:15000']);
    expect(connections.size).toBe(1);
  });

  it('of another port or another pod come over a forward of their own', async () => {
    const { http, page, forwards } = await podAnswering((_asked, reply) => reply.end('page'));
    await page('/stats');
    await http.page(CART, { port: 15020, path: '/metrics' });
    await http.page({ ...CART, namespace: 'load' }, { port: ADMIN, path: '/stats' });
    await http.page({ ...CART, name: 'cart-v2' }, { port: ADMIN, path: '/stats' });
    expect(forwards.opened).toEqual([
      'shop/cart-v1:15000',
      'shop/cart-v1:15020',
      'load/cart-v1:15000',
      'shop/cart-v2:15000',
    ]);
  });

  it('that are asked at once have a forward each, and none waits for another', async () => {
    let goOn: (() => void) | undefined;
    const { page, forwards } = await podAnswering((asked, reply) => {
      if (asked.url === '/slow') goOn = () => reply.end('slow');
      else reply.end(asked.url);
    });
    const slow = page('/slow');
    for (const path of PAGES) expect(await page(path)).toBe(path);
    await until(() => goOn !== undefined);
    expect(forwards.opened.length).toBe(2);
    goOn?.();
    expect(await slow).toBe('slow');
    for (const path of PAGES) expect(await page(path)).toBe(path);
    expect(forwards.opened.length).toBe(2);
  });

  it('come whatever the server answers before: an error is no reason for a new forward', async () => {
    const { page, forwards } = await podAnswering((asked, reply) => {
      reply.writeHead(asked.url === '/certs' ? 500 : 200).end('said');
    });
    expect(await page('/stats')).toBe('said');
    await expect(page('/certs')).rejects.toMatchObject({ message: 'it answered 500: said' });
    expect(await page('/stats')).toBe('said');
    expect(forwards.opened.length).toBe(1);
  });
});

describe('a forward', () => {
  it.each([
    ['says that it closes', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\npage'],
    ['tells no length', 'HTTP/1.1 200 OK\r\n\r\npage'],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 4\r\n\r\npage'],
  ])('is used once when the server %s', async (_what, answer) => {
    const { page, forwards } = await podAccepting((connection) => {
      connection.once('data', () => connection.end(answer));
    });
    for (let count = 1; count <= 3; count++) {
      expect(await page('/stats')).toBe('page');
      expect(forwards.opened.length).toBe(count);
    }
    await until(() => forwards.open === 0);
  });

  it('is closed when the server says that it closes and does not', async () => {
    const { page, forwards } = await podAccepting((connection) => {
      connection.on('data', () =>
        connection.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\npage'),
      );
    });
    expect(await page('/stats')).toBe('page');
    await until(() => forwards.open === 0);
  });

  it('waits three seconds for the next page, and no longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { page, forwards } = await podAnswering((_asked, reply) => reply.end('page'));
    await page('/stats');
    vi.advanceTimersByTime(2_900);
    await page('/stats');
    vi.advanceTimersByTime(2_900);
    expect(forwards.open).toBe(1);
    vi.advanceTimersByTime(200);
    await until(() => forwards.open === 0);
    expect(forwards.opened.length).toBe(1);
  });

  it('is one of four to a port and of twenty in all that wait', async () => {
    let together = 6;
    const held: ServerResponse[] = [];
    const { http, page, forwards } = await podAnswering((_asked, reply) => {
      held.push(reply);
      if (held.length === together) for (const one of held.splice(0)) one.end('page');
    });
    await Promise.all(Array.from({ length: 6 }, () => page('/stats')));
    expect(forwards.opened.length).toBe(6);
    await until(() => forwards.open === 4);
    together = 30;
    const others = Array.from({ length: 30 }, (_, index) => ({ ...CART, name: `other-${index}` }));
    await Promise.all(others.map((pod) => http.page(pod, { port: ADMIN, path: '/stats' })));
    expect(forwards.opened.length).toBe(36);
    await until(() => forwards.open === 20);
    // Those that have waited longest went.
    together = 1;
    await page('/stats');
    expect(forwards.opened.length).toBe(37);
  });

  it('that waits ends with the source, or with Ctrl-C', async () => {
    const closed = await podAnswering((_asked, reply) => reply.end('page'));
    await closed.page('/stats');
    expect(closed.forwards.open).toBe(1);
    await closed.api.close();
    await until(() => closed.forwards.open === 0);

    const interrupt = new AbortController();
    const ended = await podAnswering((_asked, reply) => reply.end('page'), {
      signal: interrupt.signal,
    });
    await ended.page('/stats');
    expect(ended.forwards.open).toBe(1);
    interrupt.abort();
    await until(() => ended.forwards.open === 0);
  });

  it('that is used again and again gathers no listeners', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on('warning', onWarning);
    const { page, forwards } = await podAnswering((_asked, reply) => reply.end('page'));
    for (let count = 0; count < 30; count++) await page('/stats');
    await until(() => forwards.open === 1);
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('what is not a GET', () => {
  it('has a forward of its own, which serves nothing else', async () => {
    const connections = new Map<unknown, string[]>();
    const { http, page, forwards } = await podAnswering((asked, reply) => {
      const said = connections.get(asked.socket) ?? [];
      connections.set(asked.socket, [...said, `${asked.method} ${asked.url}`]);
      reply.end('loggers');
    });
    await page('/stats');
    await http.page(CART, { port: ADMIN, path: '/logging', method: 'POST' });
    await http.reply(CART, { port: ADMIN, path: '/logging?level=debug', method: 'POST' });
    await page('/certs');
    expect([...connections.values()]).toEqual([
      ['GET /stats', 'GET /certs'],
      ['POST /logging'],
      ['POST /logging?level=debug'],
    ]);
    await until(() => forwards.open === 1);
  });

  it('is sent once, though its answer is lost', async () => {
    const asked: string[] = [];
    const { http, page } = await podAnswering((request, reply) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.method === 'POST') reply.destroy();
      else reply.end('page');
    });
    await page('/stats');
    const change = { port: ADMIN, path: '/logging?level=debug', method: 'POST' } as const;
    await expect(http.reply(CART, change)).rejects.toMatchObject({ code: 'Unreachable' });
    expect(asked).toEqual(['GET /stats', 'POST /logging?level=debug']);
  });
});
