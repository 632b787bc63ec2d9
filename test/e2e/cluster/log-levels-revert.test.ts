import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import { ADMIN, envoyLevels, untilTrue } from '../envoy-levels.ts';
import { repositoryPath } from '../servers/part.ts';

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
    const folder = mkdtempSync(join(tmpdir(), 'killed-'));
    const program = join(folder, 'main.mjs');
    const children: ChildProcess[] = [];
    beforeAll(() => bundle(program));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    afterEach(() => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
    });
    const start = async (line: string): Promise<{ child: ChildProcess; ended: Promise<number | null> }> => {
      const child = spawn(process.execPath, [program, ...line.split(' '), ...login], {
        env: { ...process.env, XDG_STATE_HOME: state },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
      let stdout = '';
      let stderr = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        stderr += chunk.toString('utf8');
      });
      await new Promise<void>((resolve, reject) => {
        child.stdout?.on('data', (chunk: Buffer) => {
          stdout += chunk.toString('utf8');
          if (stdout.includes('come back in')) resolve();
        });
        child.once('exit', (code) => reject(new Error(`ended with ${code}: ${stdout}${stderr}`)));
      });
      return { child, ended };
    };

    it('are told of by the next run, and one command puts them back', { timeout: 60_000 }, async () => {
      const line =
        'proxy-config log deploy/storefront-v1.shop --all-replicas --level debug --revert-after 10m';
      const { child, ended } = await start(line);
      // While it runs it is nobody's business.
      expect((await log(`${cart.name}.shop`)).stderr).toBe('');
      child.kill('SIGKILL');
      await ended;
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
      const { child, ended } = await start(
        'proxy-config log short-lived.load --level http:debug --revert-after 10m',
      );
      child.kill('SIGKILL');
      await ended;
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
      const { child, ended } = await start(
        `proxy-config log ${cart.name}.shop --level http:debug --revert-after 10m`,
      );
      child.kill('SIGINT');
      expect(await ended).toBe(130);
    });
  });
});

/** The whole program as one file. */
async function bundle(outfile: string): Promise<void> {
  const raw = await import(pathToFileURL(repositoryPath('scripts/lib/raw-text.mjs')).href);
  const { rawText } = raw as { readonly rawText: Plugin };
  await build({
    entryPoints: [repositoryPath('src/main.ts')],
    plugins: [rawText],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    absWorkingDir: repositoryPath(),
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    logLevel: 'silent',
  });
}
