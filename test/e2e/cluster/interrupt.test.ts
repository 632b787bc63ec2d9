import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeLive } from '../bench.ts';
import { buildCli, startCli } from '../built-cli.ts';
import { untilTrue } from '../envoy-levels.ts';
import { children, isAlive, listeners, socketCount } from '../process-traces.ts';
import type { PodName } from '../servers/mesh/recorded-mesh.ts';

const ADMIN = 15000;
const QUICK = ['quick-1', 'quick-2', 'quick-3'];
const STUCK = ['stuck-1', 'stuck-2', 'stuck-3', 'stuck-4', 'stuck-5', 'stuck-6'];

describeLive('an interrupted run', (bench) => {
  const [cart, ledger] = ['cart-', 'ledger-'].map((start) =>
    bench.proxies.find(({ name }) => name.startsWith(start)),
  );
  if (cart === undefined || ledger === undefined) throw new Error('no proxies');
  const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const several = ['proxy-config', 'cluster', '-l', 'app=replica,part!=other', '-n', 'load', ...live];

  beforeAll(async () => {
    buildCli();
    await bench.addReplicas(cart, ADMIN, QUICK);
    await bench.addReplicas(ledger, ADMIN, STUCK);
    for (const name of ['large-dump', 'real-envoy'])
      await bench.admin
        .merge(`/api/v1/namespaces/load/pods/${name}`, { metadata: { labels: { part: 'other' } } })
        .catch(() => {});
    await bench.setFault(ledger, ADMIN, 'hang');
  });
  beforeEach(async () => {
    await bench.mostAtATime(ledger, ADMIN);
    for (const pod of [cart, ledger]) await bench.asked(pod, ADMIN);
  });
  /** Waits until the pods behind the server of `pod` were sent so many requests. */
  const untilAsked = async (pod: PodName, count: number): Promise<void> => {
    let asked = 0;
    await untilTrue(async () => {
      asked += (await bench.asked(pod, ADMIN)).length;
      return asked >= count;
    });
  };
  afterAll(async () => {
    await bench.setFault(ledger, ADMIN, 'none');
    for (const name of [...QUICK, ...STUCK]) await bench.removePod({ namespace: 'load', name });
  });

  it('prints what it has within a second, names the rest, and leaves nothing behind', async () => {
    const run = startCli(several);
    await untilAsked(ledger, STUCK.length);
    await untilAsked(cart, QUICK.length);
    // The quick ones answer in a moment.
    await sleep(1_000);
    expect(isAlive(run.pid)).toBe(true);
    expect(socketCount(run.pid)).toBeGreaterThan(0);
    expect(listeners(run.pid)).toEqual([]);
    const offspring = children(run.pid);
    const pressed = run.interrupt();
    const { code, stdout, stderr, ended } = await run.result;
    expect(ended - pressed).toBeLessThan(1_000);
    expect(code).toBe(130);
    for (const name of QUICK) expect(stdout).toContain(name);
    expect(stdout).not.toContain('stuck');
    expect(stderr).toMatch(/6 of 9 proxies: interrupted before they answered: stuck-1\.load, .* and 3 more/);
    expect([...offspring, run.pid].filter(isAlive)).toEqual([]);
  });

  it('on the only pod that it asks ends within a second, and says that nothing was read', async () => {
    const run = startCli(['proxy-config', 'cluster', 'stuck-1.load', ...live]);
    await untilAsked(ledger, 1);
    const pressed = run.interrupt();
    const { code, stdout, stderr, ended } = await run.result;
    expect(ended - pressed).toBeLessThan(1_000);
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toBe('note: interrupted before anything was read\n');
  });

  it('by --timeout prints what it has and what it lacks: 0, and 75 under --strict', async () => {
    const loose = await startCli([...several, '--timeout', '3s']).result;
    expect(loose.code, loose.stderr).toBe(0);
    for (const name of QUICK) expect(loose.stdout).toContain(name);
    expect(loose.stderr).toMatch(/6 of 9 proxies: interrupted before they answered: stuck-1/);
    expect(loose.stderr).toMatch(/the answer: no answer within 3s, .*--timeout 2m waits longer/);
    const strict = await startCli([...several, '--timeout', '3s', '--strict']).result;
    expect(strict.code).toBe(75);
  });

  it('by --timeout with nothing at all is an error (69) that says what was waited for', async () => {
    const { code, stdout, stderr } = await startCli([
      ...['proxy-config', 'cluster', 'stuck-1.load', '--timeout', '2s'],
      ...live,
    ]).result;
    expect([code, stdout]).toEqual([69, '']);
    expect(stderr).toMatch(/^error: no answer within 2s\n +while +can't read config_dump of stuck-1\.load/);
  });
});
