import { afterEach, expect, it } from 'vitest';
import type { EnvoyPage } from '../../../src/sources/source.ts';
import { describeLive } from '../bench.ts';
import { LARGE_POD } from '../servers/mesh/replayed-mesh.ts';

const ADMIN = 15000;
/** Pages that the recorded mesh holds. */
const FILES: Readonly<Partial<Record<EnvoyPage, string>>> = {
  config_dump: 'config_dump.json',
  clusters: 'clusters.json',
  certs: 'certs.json',
  listeners: 'listeners.json',
  server_info: 'server_info.json',
  stats: 'stats.prom',
  stats_text: 'stats.txt',
  logging: 'logging.txt',
  memory: 'memory.json',
};

describeLive('Envoy of a pod', (bench) => {
  const cart = bench.proxies.find(({ name }) => name.startsWith('cart-'));
  if (cart === undefined) throw new Error('no cart proxy');
  afterEach(() => bench.setFault(cart, ADMIN, 'none'));

  it('gives every page of every proxy byte for byte', async () => {
    const source = bench.open('admin');
    const pages = Object.entries(FILES) as [EnvoyPage, string][];
    const wanted = bench.proxies.flatMap((pod) => pages.map(([page, file]) => ({ pod, page, file })));
    const start = performance.now();
    const answers = await Promise.all(wanted.map(({ pod, page }) => source.envoy(pod, page)));
    const took = performance.now() - start;
    for (const [index, answer] of answers.entries()) {
      const { pod, file } = wanted[index] ?? { pod: cart, file: '' };
      expect(answer.ok ? 'ok' : answer.error.reason).toBe('ok');
      expect(answer.ok && Buffer.compare(answer.value, bench.mesh.proxyPage(pod, file) ?? Buffer.of())).toBe(
        0,
      );
    }
    process.stderr.write(`  ${wanted.length} pages in ${Math.round(took)} ms\n`);
  });

  it('carries a dump of 100 MB', async () => {
    const source = bench.open('admin');
    const start = performance.now();
    const answer = await source.envoy(LARGE_POD, 'config_dump');
    const seconds = (performance.now() - start) / 1000;
    expect(answer.ok && answer.value.length).toBeGreaterThan(100 * 1024 * 1024);
    expect(answer.ok && Buffer.from(answer.value.slice(-4)).toString('utf8')).toBe(']}\n'.padStart(4, '\n'));
    const rss = Math.round(process.memoryUsage.rss() / 1024 ** 2);
    process.stderr.write(`  100 MB in ${seconds.toFixed(2)} s, RSS ${rss} MB\n`);
  });

  it('is asked by exec where port-forward is forbidden, and this is noted', async () => {
    const source = bench.open('no-portforward');
    const answer = await source.envoy(cart, 'config_dump');
    expect(answer.ok ? 'ok' : answer.error.reason).toBe('ok');
    const recorded = bench.mesh.proxyPage(cart, 'config_dump.json');
    expect(answer.ok && Buffer.compare(answer.value, recorded ?? Buffer.of())).toBe(0);
    expect(source.notes?.[0]).toMatch(/was asked by exec: port-forward failed \(forbidden: create pods/);
    const logging = await source.envoy(cart, 'logging');
    expect(logging.ok && Buffer.from(logging.value).toString('utf8')).toContain('active loggers');
  });

  it('is reached by a role that allows create on pods/portforward alone, a dump of 100 MB too', async () => {
    const source = bench.open('create-only');
    const answer = await source.envoy(cart, 'config_dump');
    const recorded = bench.mesh.proxyPage(cart, 'config_dump.json');
    expect(answer.ok && Buffer.compare(answer.value, recorded ?? Buffer.of())).toBe(0);
    const start = performance.now();
    const large = await source.envoy(LARGE_POD, 'config_dump');
    const seconds = (performance.now() - start) / 1000;
    expect(large.ok && large.value.length).toBeGreaterThan(100 * 1024 * 1024);
    expect(source.notes).toEqual([]);
    process.stderr.write(`  100 MB by SPDY in ${seconds.toFixed(2)} s\n`);
  });

  it('is asked by exec with a role that allows create alone', async () => {
    const source = bench.open('create-exec-only');
    const answer = await source.envoy(cart, 'server_info');
    const recorded = bench.mesh.proxyPage(cart, 'server_info.json');
    expect(answer.ok && Buffer.compare(answer.value, recorded ?? Buffer.of())).toBe(0);
    expect(source.notes?.[0]).toContain('was asked by exec');
  });

  it('is left alone when both ways are forbidden: the rule to ask for is told', async () => {
    const answer = await bench.open('reader').envoy(cart, 'clusters');
    expect(answer.ok ? undefined : answer.error).toMatchObject({
      code: 'Forbidden',
      asked: `clusters of ${cart.name}.shop`,
      reason:
        'tried port-forward (forbidden: create pods/portforward in shop), exec (forbidden: create pods/exec in shop)',
      rule: '{apiGroups: [""], resources: ["pods/portforward"], verbs: ["create"]} in a Role in shop',
      next: expect.stringContaining('--print-rbac'),
    });
  });

  it('gives way to what istiod intends when its port is closed, and the answer says so', async () => {
    await bench.setFault(cart, ADMIN, 'refuse');
    const answer = await bench.open('admin').envoy(cart, 'config_dump');
    const [istiod] = bench.istiods;
    if (istiod === undefined) throw new Error('no istiod');
    const intended = bench.mesh.istiodPage(istiod, 'debug', 'config_dump', `${cart.name}.shop.json`);
    expect(answer.ok && Buffer.compare(answer.value, intended ?? Buffer.of())).toBe(0);
    expect(answer.ok && answer.missing?.[0]?.reason).toMatch(
      /tried port-forward \(connection refused.*\), exec \(connection refused.*\); shown is the configuration that istiod/,
    );
  });

  it('has no other page than the configuration to be had from istiod', async () => {
    await bench.setFault(cart, ADMIN, 'refuse');
    const answer = await bench.open('admin').envoy(cart, 'clusters');
    expect(answer.ok ? undefined : answer.error.code).toBe('Unreachable');
  });

  it('that is gone, or back, between two pages is asked anew without a long wait', async () => {
    const source = bench.open('admin');
    expect((await source.envoy(cart, 'server_info')).ok).toBe(true);
    await bench.setFault(cart, ADMIN, 'refuse');
    const start = performance.now();
    const refused = await source.envoy(cart, 'clusters');
    expect(refused.ok ? '' : refused.error.reason).toContain('connection refused: nothing listens');
    await bench.setFault(cart, ADMIN, 'none');
    expect((await source.envoy(cart, 'clusters')).ok).toBe(true);
    await bench.setFault(cart, ADMIN, 'refuse');
    await bench.setFault(cart, ADMIN, 'none');
    expect((await source.envoy(cart, 'clusters')).ok).toBe(true);
    expect(performance.now() - start).toBeLessThan(8_000);
  });

  it('that is silent ends in a timeout, not in a wait', async () => {
    await bench.setFault(cart, ADMIN, 'hang');
    const start = performance.now();
    const answer = await bench.open('admin', { idleMs: 1_000 }).envoy(cart, 'clusters');
    expect(answer.ok ? undefined : answer.error).toMatchObject({
      code: 'Timeout',
      reason: 'tried port-forward (no answer within 1 s)',
    });
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it('that closes in the middle of an answer gives no half page', async () => {
    await bench.setFault(cart, ADMIN, 'cut');
    const answer = await bench.open('admin', { idleMs: 1_000 }).envoy(cart, 'clusters');
    expect(answer.ok).toBe(false);
  });

  it('that closes without an answer is a failure with its reason', async () => {
    await bench.setFault(cart, ADMIN, 'eof');
    const answer = await bench.open('admin', { idleMs: 1_000 }).envoy(cart, 'clusters');
    expect(answer.ok ? '' : answer.error.reason).toContain('tried port-forward');
  });

  it('that answers with an error is quoted', async () => {
    await bench.setFault(cart, ADMIN, 500);
    const answer = await bench.open('admin').envoy(cart, 'clusters');
    expect(answer.ok ? '' : answer.error.reason).toBe('tried port-forward (it answered 500: fault 500)');
  });

  it('of a pod that does not exist is told as such', async () => {
    const answer = await bench.open('admin').envoy({ namespace: 'shop', name: 'kart-v1' }, 'config_dump');
    expect(answer.ok ? undefined : answer.error).toMatchObject({
      code: 'NotFound',
      reason: 'there is no pod kart-v1 in namespace shop',
    });
  });

  it('leaves no socket behind when the source is closed in the middle of an answer', async () => {
    await bench.setFault(cart, ADMIN, 'hang');
    const source = bench.open('admin');
    const answer = source.envoy(cart, 'config_dump');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const start = performance.now();
    await source.close();
    expect((await answer).ok).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
