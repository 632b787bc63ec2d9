import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLive } from '../bench.ts';
import { buildCli, startCli } from '../built-cli.ts';
import { children, isAlive, LOOPBACK, listeners, socketCount } from '../process-traces.ts';

/** Longest time after Ctrl-C; levels are put back in it, too. */
const END_MS = { reading: 1_000, reverting: 3_000 };

describeLive('a command that runs until Ctrl-C', (bench) => {
  const cart = bench.proxies.find(({ name }) => name.startsWith('cart-'));
  if (cart === undefined) throw new Error('no cart proxy');
  const state = mkdtempSync(join(tmpdir(), 'state-'));
  beforeAll(buildCli);
  afterAll(() => rmSync(state, { recursive: true }));
  const pod = `${cart.name}.${cart.namespace}`;

  const lines: readonly (readonly [line: string, listens: boolean, end: number])[] = [
    [`dashboard envoy ${pod} --url-only`, true, END_MS.reading],
    ['dashboard istiod-debug --url-only --port 0', true, END_MS.reading],
    ['dashboard controlz --url-only --port 0', true, END_MS.reading],
    [`logs ${pod} --follow`, false, END_MS.reading],
    ['proxy-status --watch --interval 300ms', false, END_MS.reading],
    ['wait envoyfilter/search-compressor.shop --timeout 2m', false, END_MS.reading],
    [`proxy-config log ${pod} --level debug --revert-after 10m`, false, END_MS.reverting],
    ['admin log --level debug --revert-after 10m', false, END_MS.reverting],
  ];
  it.each(lines)('%s: listens on loopback at most, and leaves nothing', async (line, listens, end) => {
    const words = [...line.split(' '), '--kubeconfig', bench.kubeconfig, '--context', 'admin'];
    const run = startCli(words, { XDG_STATE_HOME: state });
    const offspring = new Set<number>();
    const heard = new Set<string>();
    let sockets = 0;
    for (let waited = 0; waited < 4_000; waited += 100) {
      await sleep(100);
      expect(isAlive(run.pid)).toBe(true);
      for (const child of children(run.pid)) offspring.add(child);
      for (const address of listeners(run.pid)) heard.add(address);
      sockets = Math.max(sockets, socketCount(run.pid));
    }
    expect(sockets).toBeGreaterThan(0);
    expect(heard.size > 0).toBe(listens);
    expect([...heard].filter((address) => !LOOPBACK.includes(address.split(':')[0] ?? ''))).toEqual([]);
    const pressed = run.interrupt();
    const { code, stderr, ended } = await run.result;
    expect(ended - pressed, stderr).toBeLessThan(end);
    expect([0, 130], stderr).toContain(code);
    expect([...offspring, run.pid].filter(isAlive)).toEqual([]);
    expect(
      readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json')),
    ).toEqual([]);
  });
});
