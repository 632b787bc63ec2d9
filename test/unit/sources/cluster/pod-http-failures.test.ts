import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ADMIN, CART, podAccepting, podAnswering, until } from './pod-server.ts';

const PAGE = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npage';

afterEach(() => {
  vi.useRealTimers();
});

describe('a forward that waits for the next page', () => {
  it('and that the server closes meanwhile is not used', async () => {
    let closes = true;
    const { page, forwards } = await podAccepting((connection) => {
      connection.on('data', () => {
        connection.write(PAGE);
        if (closes) setTimeout(() => connection.end(), 20);
        closes = false;
      });
    });
    expect(await page('/stats')).toBe('page');
    await until(() => forwards.open === 0);
    // Had it been tried in vain, the second question would not leave a forward for the third.
    for (let count = 2; count <= 3; count++) expect(await page('/stats')).toBe('page');
    expect(forwards.opened.length).toBe(2);
  });

  it('and that the node breaks meanwhile is not used, whatever the reason', async () => {
    const { page, forwards } = await podAnswering((_asked, reply) => reply.end('page'));
    await page('/stats');
    forwards.fail('error forwarding port 15000 to pod abc, uid : lost connection to pod');
    await until(() => forwards.open === 0);
    expect(await page('/stats')).toBe('page');
    expect(forwards.opened.length).toBe(2);
  });

  it('and on which something comes unasked is closed: it is no answer to the next question', async () => {
    const { page, forwards } = await podAccepting((connection) => {
      connection.once('data', () => {
        connection.write(PAGE);
        setTimeout(() => connection.write(PAGE.replace('page', 'evil')), 20);
      });
    });
    expect(await page('/stats')).toBe('page');
    await until(() => forwards.open === 0);
    expect(await page('/stats')).toBe('page');
    expect(forwards.opened.length).toBe(2);
  });

  it('and more than one answer came on is closed', async () => {
    const { page, forwards } = await podAccepting((connection) => {
      connection.once('data', () => connection.write(`${PAGE}${PAGE.replace('page', 'evil')}`));
    });
    expect(await page('/stats')).toBe('page');
    await until(() => forwards.open === 0);
    expect(await page('/stats')).toBe('page');
    expect(forwards.opened.length).toBe(2);
  });
});

/** Real time, whatever timers are. */
async function while100ms(): Promise<void> {
  const start = performance.now();
  await until(() => performance.now() - start > 100);
}

describe('a page asked on a forward that was used before', () => {
  /** A server that answers the first question of a connection and treats the later ones like this. */
  async function answeringOnce(later: (connection: Socket) => void) {
    const asked: number[] = [];
    let connections = 0;
    const server = await podAccepting((connection) => {
      connections += 1;
      const own = connections;
      let isFirst = true;
      connection.on('data', () => {
        asked.push(own);
        if (isFirst) connection.write(PAGE);
        else later(connection);
        isFirst = false;
      });
    });
    return { ...server, asked };
  }

  it('is asked again on a new one when the server closes before it says anything', async () => {
    const { page, forwards, asked } = await answeringOnce((connection) => connection.end());
    await page('/stats');
    expect(await page('/stats')).toBe('page');
    expect(asked).toEqual([1, 1, 2]);
    expect(forwards.opened.length).toBe(2);
  });

  it('may still fail once and be repeated after that, as every page', async () => {
    let questions = 0;
    const { page, forwards } = await podAccepting((connection) => {
      connection.on('data', () => {
        questions += 1;
        if (questions === 2 || questions === 3) connection.end();
        else connection.write(PAGE);
      });
    });
    await page('/stats');
    expect(await page('/stats')).toBe('page');
    expect(questions).toBe(4);
    expect(forwards.opened.length).toBe(3);
  });

  it('is asked beside it on a new one after two seconds of silence: not every node tells of an end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { page, forwards, asked } = await answeringOnce(() => {});
    await page('/stats');
    const question = page('/stats');
    await until(() => asked.length === 2);
    vi.advanceTimersByTime(1_990);
    expect(forwards.opened.length).toBe(1);
    vi.advanceTimersByTime(20);
    expect(await question).toBe('page');
    expect(asked).toEqual([1, 1, 2]);
    await until(() => forwards.open === 0);
  });

  it('fails with what the new one says, without a wait for the silent one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { page, forwards, asked } = await answeringOnce(() => {});
    await page('/stats');
    forwards.refusal = 'error forwarding port 15000 to pod abc, uid : connect: connection refused';
    const question = page('/stats');
    question.catch(() => {});
    await until(() => asked.length === 2);
    vi.advanceTimersByTime(2_010);
    await expect(question).rejects.toMatchObject({
      code: 'Unreachable',
      message: 'connection refused: nothing listens on port 15000 of the pod',
    });
    await until(() => forwards.open === 0);
  });

  it('is not given up while its answer comes, however slowly', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let goOn = (): void => {};
    const { page, asked, forwards } = await answeringOnce((connection) => {
      connection.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\np');
      goOn = () => connection.write('age');
    });
    await page('/stats');
    const question = page('/stats');
    await until(() => asked.length === 2);
    // Nothing shows from outside that the beginning has arrived, nor that nothing is opened.
    await while100ms();
    vi.advanceTimersByTime(2_010);
    await while100ms();
    goOn();
    expect(await question).toBe('page');
    expect(asked).toEqual([1, 1]);
    expect(forwards.opened.length).toBe(1);
  });

  it('is a half answer to nobody when the server closes in the middle', async () => {
    const { page, forwards, asked } = await answeringOnce((connection) =>
      connection.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npa'),
    );
    await page('/stats');
    // Repeated after a pause, as any failure that may pass: then it is the first of its connection.
    const start = performance.now();
    expect(await page('/stats')).toBe('page');
    expect(performance.now() - start).toBeGreaterThan(140);
    expect(asked).toEqual([1, 1, 2]);
    await until(() => forwards.open === 1);
  });
});

describe('an answer that is not read to its end', () => {
  const trickle = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart';

  it('takes its forward with it when the question is ended', async () => {
    const { page, forwards } = await podAccepting((connection) => {
      let count = 0;
      connection.on('data', () => {
        count += 1;
        connection.write(count === 2 ? trickle : PAGE);
      });
    });
    await page('/stats');
    const ending = new AbortController();
    const question = page('/config_dump', ending.signal);
    setTimeout(() => ending.abort(), 50);
    await expect(question).rejects.toMatchObject({
      code: 'Timeout',
      message: 'interrupted before it answered',
    });
    await until(() => forwards.open === 0);
    expect(await page('/stats')).toBe('page');
    expect(forwards.opened.length).toBe(2);
  });

  it('takes it with it when nothing more comes', async () => {
    const { page, forwards } = await podAccepting(
      (connection) => {
        connection.on('data', () => connection.write(trickle));
      },
      { idleMs: 300 },
    );
    await expect(page('/config_dump')).rejects.toMatchObject({
      code: 'Timeout',
      message: 'no answer within 0.3 s',
    });
    await until(() => forwards.open === 0);
  });

  it.each([
    ['in one piece', 0],
    ['in two', 20],
  ])('takes it with it when it is over the limit, also %s', async (_what, pauseMs) => {
    const { page, forwards } = await podAnswering((asked, reply) => {
      if (asked.url !== '/config_dump') {
        reply.end('page');
        return;
      }
      reply.writeHead(200, { 'content-length': 1_200 });
      if (pauseMs === 0) reply.end('x'.repeat(1_200));
      else {
        reply.write('x'.repeat(1_100));
        setTimeout(() => reply.end('x'.repeat(100)), pauseMs);
      }
    });
    await page('/stats');
    await expect(page('/config_dump')).rejects.toMatchObject({
      code: 'TooLarge',
      message: 'the answer is larger than 1000 bytes',
    });
    await until(() => forwards.open === 0);
    expect(await page('/stats')).toBe('page');
    expect(forwards.opened.length).toBe(2);
  });
});

describe('a forward that is not opened', () => {
  it('in time fails with the reason of a connection', async () => {
    const { page, forwards } = await podAnswering((_asked, reply) => reply.end('page'), { idleMs: 300 });
    forwards.delayMs = 500;
    await expect(page('/stats')).rejects.toMatchObject({
      code: 'Timeout',
      message: 'the connection was not made within 0.3 s',
    });
  });

  it('takes none of the time that the answer has', async () => {
    const later: RequestListener = (_asked, reply) => {
      setTimeout(() => reply.end('page'), 900);
    };
    const { page, forwards } = await podAnswering(later, { idleMs: 1_500 });
    forwards.delayMs = 900;
    expect(await page('/stats')).toBe('page');
  });

  it('before the question is ended is closed as soon as it opens', async () => {
    const { page, forwards } = await podAnswering((_asked, reply) => reply.end('page'));
    forwards.delayMs = 200;
    const ending = new AbortController();
    const question = page('/stats', ending.signal);
    await sleep(50);
    ending.abort();
    await expect(question).rejects.toMatchObject({ message: 'interrupted before it answered' });
    await until(() => forwards.opened.length === 1);
    // It is not kept for another question either.
    await until(() => forwards.open === 0);
  });

  it('since nobody listens says so', async () => {
    const { http, forwards } = await podAnswering((_asked, reply) => reply.end('page'));
    forwards.refusal = 'error forwarding port 15000 to pod abc, uid : connect: connection refused';
    await expect(http.page(CART, { port: ADMIN, path: '/stats' })).rejects.toMatchObject({
      message: 'connection refused: nothing listens on port 15000 of the pod',
    });
    await until(() => forwards.open === 0);
  });
});
