import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import { buildCli, killAllCli, type RunningCli, startCli } from '../built-cli.ts';
import { ADMIN, envoyLevels, untilTrue } from '../envoy-levels.ts';

describeLive('log levels of Envoys that are to go back', (bench) => {
  const { state, login, env, cart, storefronts, log, levels, written, forgetPid } = envoyLevels(bench);

  it('go back after --revert-after, those alone that were changed', { timeout: 30_000 }, async () => {
    await bench.asked(cart, ADMIN);
    const running = log(`${cart.name}.shop --level http:debug,rbac:trace --revert-after 2s`);
    await untilTrue(async () => (await levels(cart)).get('http') === 'debug');
    const [file = ''] = readdirSync(join(state, 'meshscope'));
    expect(statSync(join(state, 'meshscope', file)).mode & 0o777).toBe(0o600);
    expect(statSync(join(state, 'meshscope')).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(join(state, 'meshscope', file), 'utf8')).old).toEqual([
      { logger: 'http', level: 'warning' },
      { logger: 'rbac', level: 'warning' },
    ]);
    const { stdout, exitCode } = await running;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('The old levels come back in 2s');
    expect(stdout).toMatch(/\n✔ cart-v1-\S+ {2}http: debug → warning; rbac: trace → warning\n$/);
    expect(await written(cart)).toEqual([
      'POST /logging?paths=http:debug,rbac:trace',
      'POST /logging?paths=http:warning,rbac:warning',
    ]);
    expect(readdirSync(join(state, 'meshscope'))).toEqual([]);
  });

  it('go back on Ctrl-C, on every replica', { timeout: 30_000 }, async () => {
    const interrupt = new AbortController();
    const running = log(
      'deploy/storefront-v1.shop --all-replicas --level debug --revert-after 10m',
      interrupt.signal,
    );
    for (const pod of storefronts) await untilTrue(async () => (await levels(pod)).get('http') === 'debug');
    await sleep(300);
    const start = performance.now();
    interrupt.abort();
    const { exitCode, stderr } = await running;
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(exitCode).toBe(130);
    expect(stderr).toContain('the old log levels are back');
    expect(readdirSync(join(state, 'meshscope'))).toEqual([]);
  });

  it('go back when Ctrl-C comes while they are being changed', { timeout: 30_000 }, async () => {
    const [first, second] = storefronts;
    await bench.setFault(second, ADMIN, 'late');
    const interrupt = new AbortController();
    const line = 'deploy/storefront-v1.shop --all-replicas --level debug --revert-after 10m';
    const running = log(line, interrupt.signal);
    await untilTrue(async () => (await levels(first)).get('http') === 'debug');
    interrupt.abort();
    expect((await running).exitCode).toBe(130);
    expect(readdirSync(join(state, 'meshscope'))).toEqual([]);
  });

  it('whose change was not answered for go back all the same', { timeout: 30_000 }, async () => {
    await bench.setFault(cart, ADMIN, 'lost');
    const change = await log(
      `${cart.name}.shop --level http:debug --revert-after 1s --kubeclient-timeout 2s`,
    );
    expect(change.exitCode).toBe(69);
    await bench.setFault(cart, ADMIN, 'none');
    // The request that put it back was not answered for either: it stays written down until a run has seen it done.
    await forgetPid();
    expect((await log('--revert-pending')).stdout).toContain('has its old levels already');
    expect(readdirSync(join(state, 'meshscope'))).toEqual([]);
  });

  it('that can not go back are said so, and stay written down', { timeout: 30_000 }, async () => {
    const running = log(`${cart.name}.shop --level http:debug --revert-after 2s`);
    await untilTrue(async () => (await levels(cart)).get('http') === 'debug');
    await bench.setFault(cart, ADMIN, 'refuse');
    const { exitCode, stdout, stderr } = await running;
    expect(exitCode).toBe(69);
    expect(stdout).toMatch(/✖ cart-v1-\S+ {2}old levels are not back: /);
    expect(stderr).toContain('are not back');
    expect(readdirSync(join(state, 'meshscope')).length).toBe(1);
    await bench.setFault(cart, ADMIN, 'none');
    await forgetPid();
    expect((await log('--revert-pending')).exitCode).toBe(0);
    expect(readdirSync(join(state, 'meshscope'))).toEqual([]);
  });

  it('are not changed at all where they can not be written down', async () => {
    await bench.asked(cart, ADMIN);
    const file = join(state, 'a-file');
    writeFileSync(file, '');
    const args = ['pc', 'log', `${cart.name}.shop`, '--level', 'debug', '--revert-after', '5s', ...login];
    const { exitCode, stderr } = await run(args, { env: { XDG_STATE_HOME: file } });
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("can't write down what must be put back"),
    ]);
    expect(await written(cart)).toEqual([]);
  });

  describe('of a run that was killed', () => {
    beforeAll(buildCli);
    afterEach(killAllCli);
    const start = async (line: string): Promise<RunningCli> => {
      const cli = startCli([...line.split(' '), ...login], { XDG_STATE_HOME: state });
      await cli.until('come back in');
      return cli;
    };

    it('are told of by the next run, and one command puts them back', { timeout: 60_000 }, async () => {
      const line =
        'proxy-config log deploy/storefront-v1.shop --all-replicas --level debug --revert-after 10m';
      const cli = await start(line);
      // While it runs it is nobody's business.
      expect((await log(`${cart.name}.shop`)).stderr).toBe('');
      cli.kill();
      await cli.result;
      for (const pod of storefronts) expect((await levels(pod)).get('http')).toBe('debug');
      const next = await log(`${cart.name}.shop`);
      expect(next.exitCode).toBe(0);
      expect(next.stderr).toMatch(
        /warning: log levels of storefront-v1-\S+\.shop, storefront-v1-\S+\.shop are still changed \(context admin\): a run of \S+ was killed/,
      );
      const told = /warning: meshscope (.*) puts them back/.exec(next.stderr)?.[1] ?? '';
      expect(told).toBe('proxy-config log --revert-pending');
      // Any of the three commands does it, and needs no other option: the cluster is written down.
      const back = await run(told, { env });
      expect(back.exitCode, back.stderr).toBe(0);
      expect(
        back.stdout.match(/✔ storefront-v1-\S+\.shop {2}72 loggers: debug → warning; misc: debug → error/g)
          ?.length,
      ).toBe(2);
      expect((await log(`${cart.name}.shop`)).stderr).toBe('');
      expect((await run('admin log --revert-pending', { env })).stdout).toBe(
        'No log level is left to put back.\n',
      );
    });

    it('need nothing where the pod has been replaced', { timeout: 60_000 }, async () => {
      await bench.addReplicas(cart, ADMIN, ['short-lived']);
      const cli = await start('proxy-config log short-lived.load --level http:debug --revert-after 10m');
      cli.kill();
      await cli.result;
      await bench.removePod({ namespace: 'load', name: 'short-lived' });
      const back = await log('--revert-pending');
      expect([back.exitCode, back.stdout]).toEqual([
        0,
        expect.stringContaining('the pod is gone, and its levels with it'),
      ]);
      expect(readdirSync(join(state, 'meshscope'))).toEqual([]);
      // The server behind it is the cart's.
      await log(`${cart.name}.shop --reset`);
    });

    it('go back on a real SIGINT, and the process ends with 130', { timeout: 60_000 }, async () => {
      const cli = await start(`proxy-config log ${cart.name}.shop --level http:debug --revert-after 10m`);
      cli.interrupt();
      expect((await cli.result).code).toBe(130);
    });
  });
});
