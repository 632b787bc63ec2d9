import { afterEach, expect, it } from 'vitest';
import type { IstiodReply } from '../../../src/sources/source.ts';
import { describeLive } from '../bench.ts';
import type { Fault } from '../servers/mesh/page-server.ts';
import type { PodName } from '../servers/mesh/recorded-mesh.ts';

const MONITORING = 15014;
const XDS = 15012;

describeLive('istiod', (bench) => {
  const [istiod] = bench.istiods;
  if (istiod === undefined) throw new Error('no istiod');
  const added: PodName[] = [];
  /** On both ways to an istiod: what one does not answer is asked over the other. */
  const setFault = async (pod: PodName, fault: Fault): Promise<void> => {
    for (const port of [MONITORING, XDS]) await bench.setFault(pod, port, fault);
  };
  afterEach(async () => {
    await setFault(istiod, 'none');
    for (const pod of added.splice(0)) await bench.removePod(pod);
  });
  const addReplica = async (name: string): Promise<PodName> => {
    const pod = await bench.addIstiod(name);
    added.push(pod);
    await untilForwarded(bench.open('admin', { idleMs: 2_000 }), name);
    return pod;
  };

  it('answers its debug pages, version, metrics and log scopes', async () => {
    const source = bench.open('admin');
    const pages = [
      [{ channel: 'debug', name: 'syncz' }, ['debug', 'syncz.json']],
      [{ channel: 'debug', name: 'registryz' }, ['debug', 'registryz.json']],
      [{ channel: 'metrics', name: 'metrics' }, ['metrics.prom']],
      [{ channel: 'controlz', name: 'scopes' }, ['controlz', 'scopes.json']],
    ] as const;
    for (const [request, file] of pages) {
      const [reply, ...others] = await source.istiod(request);
      expect(others).toEqual([]);
      expect(reply?.istiod.name).toBe(istiod.name);
      expect(reasonOf(reply)).toBe('');
      const recorded = bench.mesh.istiodPage(istiod, ...file) ?? Buffer.of();
      expect(reply?.answer.ok && Buffer.compare(reply.answer.value, recorded)).toBe(0);
    }
  });

  it('tells its version', async () => {
    const [reply] = await bench.open('admin').istiod({ channel: 'version', name: 'version' });
    expect(reply?.answer.ok && Buffer.from(reply.answer.value).toString('utf8')).toContain('1.32-alpha');
  });

  it('is not asked for pages that change things', async () => {
    const [reply] = await bench.open('admin').istiod({ channel: 'debug', name: 'force_disconnect' });
    expect(reasonOf(reply)).toContain('not one of the debug pages that only read');
    expect((await bench.asked(istiod, MONITORING)).filter((path) => path.includes('force'))).toEqual([]);
  });

  it('that is dead is one failed reply beside those of the others', async () => {
    const dead = await addReplica('istiod-dead');
    await addReplica('istiod-twin');
    await setFault(dead, 'refuse');
    const replies = await bench.open('admin').istiod({ channel: 'debug', name: 'syncz' });
    expect(replies.map((reply) => [reply.istiod.name, reply.answer.ok])).toEqual([
      [istiod.name, true],
      ['istiod-dead', false],
      ['istiod-twin', true],
    ]);
    expect(reasonOf(replies[1])).toBe('connection refused: nothing listens on port 15014 of the pod');
  });

  it('that is slow by twenty seconds is not waited for', async () => {
    const slow = await addReplica('istiod-slow');
    await setFault(slow, 'slow');
    const start = performance.now();
    const replies = await bench.open('admin').istiod({ channel: 'debug', name: 'syncz' });
    const took = performance.now() - start;
    expect(replies.map((reply) => reply.answer.ok)).toEqual([true, false]);
    expect(reasonOf(replies[1])).toContain('while another replica had answered');
    expect(took).toBeLessThan(5_000);
    process.stderr.write(`  one of two istiods slow: ${Math.round(took)} ms\n`);
  });

  it('that a proxy is connected to is the only one asked for its pages', async () => {
    const other = await addReplica('istiod-other');
    await setFault(other, 500);
    await bench.asked(other, MONITORING);
    const cart = bench.proxies.find(({ name }) => name.startsWith('cart-')) ?? istiod;
    const replies = await bench.open('admin').istiod({ channel: 'debug', name: 'config_dump', proxy: cart });
    expect(replies.map((reply) => reply.answer.ok)).toEqual([true, false]);
    expect(await bench.asked(other, MONITORING)).toEqual(['GET /debug/syncz']);
  });

  it('does not know a proxy that never connected', async () => {
    const pod = { namespace: 'shop', name: 'wishlist-v1-84c6b7d679-xdvp4' };
    const [reply] = await bench.open('admin').istiod({ channel: 'debug', name: 'config_dump', proxy: pod });
    expect(reasonOf(reply)).toBe('wishlist-v1-84c6b7d679-xdvp4.shop is not connected to this istiod');
  });

  it('that refuses the caller is a forbidden reply', async () => {
    await setFault(istiod, 403);
    const [reply] = await bench.open('admin').istiod({ channel: 'debug', name: 'syncz' });
    expect(reply?.answer).toMatchObject({
      ok: false,
      error: { code: 'Forbidden', reason: expect.stringContaining('it answered 403: fault 403') },
    });
  });

  it('cannot be found by a user who may not list its pods: one reply says so', async () => {
    const replies = await bench.open('nobody').istiod({ channel: 'debug', name: 'syncz' });
    expect(replies.length).toBe(1);
    expect(reasonOf(replies[0])).toContain('User "nobody" cannot list resource "pods"');
  });

  it('of another revision is not asked', async () => {
    const replies = await bench
      .open('admin', { revision: 'canary' })
      .istiod({ channel: 'version', name: 'version' });
    expect(replies).toEqual([]);
  });
});

function reasonOf(reply: IstiodReply | undefined): string {
  return reply === undefined || reply.answer.ok ? '' : reply.answer.error.reason;
}

/** A new pod's ports are forwarded a moment after it was made. */
async function untilForwarded(
  source: { istiod(request: { channel: 'version'; name: string }): Promise<readonly IstiodReply[]> },
  name: string,
): Promise<void> {
  let last = '';
  for (let tries = 0; tries < 50; tries++) {
    const replies = await source.istiod({ channel: 'version', name: 'version' });
    if (replies.some((reply) => reply.istiod.name === name && reply.answer.ok)) return;
    last = replies.map((reply) => `${reply.istiod.name}: ${reasonOf(reply)}`).join(', ');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} is not forwarded: ${last}`);
}
