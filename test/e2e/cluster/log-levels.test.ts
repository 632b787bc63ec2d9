import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loggersOf } from '../../../src/answers/envoy-loggers.ts';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import type { PodName } from '../servers/mesh/recorded-mesh.ts';
import { REAL_POD } from '../servers/mesh/replayed-mesh.ts';
import { repositoryPath } from '../servers/part.ts';

const ADMIN = 15000;

describeLive('log levels of Envoys', (bench) => {
  const state = mkdtempSync(join(tmpdir(), 'levels-'));
  afterAll(() => rmSync(state, { recursive: true, force: true }));
  const login = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const env = { XDG_STATE_HOME: state };
  const log = (line: string, signal?: AbortSignal) =>
    run(
      ['proxy-config', 'log', ...line.split(' '), ...login],
      signal === undefined ? { env } : { env, signal },
    );
  const named = (prefix: string): PodName[] => bench.proxies.filter(({ name }) => name.startsWith(prefix));
  const [cart] = named('cart-');
  const storefronts = named('storefront-');
  if (cart === undefined) throw new Error('no cart proxy');
  const pods = [cart, ...storefronts];
  const levels = async (pod: PodName): Promise<ReadonlyMap<string, string>> => {
    const answer = await bench.open('admin').envoy(pod, 'logging');
    if (!answer.ok) throw new Error(answer.error.reason);
    const { loggers } = loggersOf(Buffer.from(answer.value).toString('utf8'), pod.name);
    return new Map(loggers.map(({ name, level }) => [name, level]));
  };
  const asStarted = async (pod: PodName): Promise<void> => {
    const found = await levels(pod);
    const special = [...found].filter(([, level]) => level !== 'warning');
    expect(special, pod.name).toEqual([['misc', 'error']]);
  };
  afterEach(async () => {
    for (const pod of pods) await bench.setFault(pod, ADMIN, 'none');
    for (const pod of pods) await asStarted(pod);
  });
  const written = async (pod: PodName): Promise<string[]> =>
    (await bench.asked(pod, ADMIN)).filter((line) => line.includes('?'));

  it('are set on one proxy; what was changed and the command that undoes it are printed, and it works', async () => {
    const { stdout, exitCode } = await log(`${cart.name}.shop --level http:debug,envoy::rbac=trace`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✔ cart-v1-\S+\.shop {2}http: warning → debug; rbac: warning → trace\n/);
    expect(await levels(cart)).toEqual(
      new Map([...(await levels(cart)), ['http', 'debug'], ['rbac', 'trace'], ['misc', 'error']]),
    );
    const undo = / {2}undo {2}meshscope (.*)/.exec(stdout)?.[1]?.split(' ') ?? [];
    expect(undo.slice(0, 5).join(' ')).toBe(
      `proxy-config log ${cart.name}.shop --level http:warning,rbac:warning`,
    );
    expect((await run(undo, { env })).exitCode).toBe(0);
  });

  it('are set for all loggers by a bare level in one request, and the undo keeps what was special', async () => {
    await bench.asked(cart, ADMIN);
    const { stdout } = await log(`${cart.name}.shop --level debug`);
    expect(await written(cart)).toEqual(['POST /logging?level=debug']);
    expect(new Set((await levels(cart)).values())).toEqual(new Set(['debug']));
    const undo = / {2}undo {2}meshscope (.*)/.exec(stdout)?.[1]?.split(' ') ?? [];
    expect(undo).toContain('warning,misc:error');
    await run(undo, { env });
  });

  it('go back to what the proxy was started with by --reset', async () => {
    await log(`${cart.name}.shop --level info,misc:trace`);
    const { stdout, exitCode } = await log(`${cart.name}.shop -r`);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('72 loggers: info → warning; misc: trace → error');
    expect((await log(`${cart.name}.shop --reset`)).stdout).toContain('has these levels already');
  });

  it('are set on all replicas, and without --all-replicas on one, which is said', async () => {
    const { stdout } = await log('deploy/storefront-v1.shop --all-replicas --level rbac:debug -o json');
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ kind: 'LogLevelChange', phase: 'set' });
    expect(answer.pods.map((pod: { state: string }) => pod.state)).toEqual(['changed', 'changed']);
    for (const pod of storefronts) expect((await levels(pod)).get('rbac')).toBe('debug');
    const one = await log('deploy/storefront-v1.shop --level rbac:warning');
    expect(one.stderr).toContain('deploy/storefront-v1.shop has 2 pods, and only one is changed');
    await log('-l app=storefront -n shop --level rbac:warning');
  });

  it('of a replica that refuses are named as not set; the others are set: exit 1', async () => {
    const [first, second] = storefronts as [PodName, PodName];
    await bench.setFault(first, ADMIN, 'deaf');
    const { stdout, exitCode } = await log('deploy/storefront-v1.shop --all-replicas --level http:debug');
    expect(exitCode).toBe(1);
    const [worst = ''] = stdout.split('\n');
    expect(worst).toBe(
      `✖ ${first.name}.shop  levels not set: it accepted the change, but http is at warning, not at debug`,
    );
    expect(stdout).toContain(`✔ ${second.name}.shop  http: warning → debug`);
    await log(`${second.name}.shop --level http:warning`);
  });

  it('of proxies that are all out of reach end with 69, and of one of them with 1', async () => {
    const [first, second] = storefronts as [PodName, PodName];
    await bench.setFault(first, ADMIN, 'refuse');
    const one = await log('deploy/storefront-v1.shop --all-replicas --level http:debug');
    expect([one.exitCode, one.stdout]).toEqual([1, expect.stringContaining(`✖ ${first.name}.shop`)]);
    await bench.setFault(second, ADMIN, 'refuse');
    const all = await log('deploy/storefront-v1.shop --all-replicas --level http:warning');
    expect(all.exitCode).toBe(69);
    await bench.setFault(second, ADMIN, 'none');
    await log(`${second.name}.shop --level http:warning`);
  });

  it('are not touched by --dry-run, which says what would be sent to whom', async () => {
    await bench.asked(cart, ADMIN);
    const { stdout, exitCode } = await log(`${cart.name}.shop --level http:debug,rbac:debug --dry-run`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^· cart-v1-\S+\.shop {2}would change http, rbac: warning → debug\n.*\n {2}sends POST \/logging\?paths=http:debug,rbac:debug\n\nNothing was changed/,
    );
    expect(await bench.asked(cart, ADMIN)).toEqual(['POST /logging']);
    const bad = await log(`${cart.name}.shop --level htttp:debug --dry-run`);
    expect([bad.exitCode, bad.stderr]).toEqual([
      64,
      expect.stringMatching(/unrecognized logger name: htttp\n.*near +http/),
    ]);
  });

  it('of an unknown name or level are refused before anything is sent', async () => {
    await bench.asked(cart, ADMIN);
    const logger = await log(`${cart.name}.shop --level rbac:debug,nosuch:debug`);
    expect([logger.exitCode, logger.stderr]).toEqual([
      64,
      expect.stringContaining('unrecognized logger name: nosuch'),
    ]);
    // A part of a logger's name is none: the reference takes it.
    expect((await log(`${cart.name}.shop --level rba:debug`)).exitCode).toBe(64);
    const level = await log(`${cart.name}.shop --level rbac:loud`);
    expect([level.exitCode, level.stderr]).toEqual([
      64,
      expect.stringContaining('unrecognized logging level: loud'),
    ]);
    expect(await written(cart)).toEqual([]);
  });

  it('are out of reach of a user who may not forward ports: 77, with the rule to ask for', async () => {
    const flags = ['--kubeconfig', bench.kubeconfig, '--context', 'reader'];
    const { stdout, exitCode } = await run(['pc', 'log', `${cart.name}.shop`, '--level', 'debug', ...flags], {
      env,
    });
    expect(exitCode).toBe(77);
    expect(stdout).toContain('pods/portforward');
  });

  it('print what the reference prints under --compat', async () => {
    const { stdout } = await log(`${cart.name}.shop --level rbac:debug --compat`);
    const page = bench.mesh.proxyPage(cart, 'logging.txt')?.toString('utf8') ?? '';
    expect(stdout).toBe(`${cart.name}.shop:\n${page.replace('rbac: warning', 'rbac: debug')}`);
    await log(`${cart.name}.shop --reset`);
  });

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
    await forgetPid(state);
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

  const real =
    bench.withoutEnvoy === undefined ? 'of a real Envoy' : `of a real Envoy (skipped: ${bench.withoutEnvoy})`;
  describe.skipIf(bench.withoutEnvoy !== undefined)(real, () => {
    it('change as asked, by name, many at once and all, and go back', { timeout: 30_000 }, async () => {
      const id = `${REAL_POD.name}.${REAL_POD.namespace}`;
      const before = await levels(REAL_POD);
      expect((await log(`${id} --level rbac:debug`)).exitCode).toBe(0);
      expect((await log(`${id} --level http:trace,rbac:info,misc:critical`)).exitCode).toBe(0);
      const after = await levels(REAL_POD);
      expect(['http', 'rbac', 'misc', 'main'].map((name) => after.get(name))).toEqual([
        'trace',
        'info',
        'critical',
        'warning',
      ]);
      expect((await log(`${id} --level debug --revert-after 1s`)).exitCode).toBe(0);
      expect(await levels(REAL_POD)).toEqual(after);
      expect((await log(`${id} --reset`)).exitCode).toBe(0);
      expect(await levels(REAL_POD)).toEqual(before);
    });
  });
});

async function untilTrue(test: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    if (await test()) return;
    await sleep(50);
  }
  throw new Error('it did not come true within 10 s');
}

/** Makes what this process wrote down look as if another one had, which has ended. */
async function forgetPid(state: string): Promise<void> {
  const ended = spawn(process.execPath, ['-e', '0']);
  await new Promise((resolve) => ended.once('exit', resolve));
  for (const name of readdirSync(join(state, 'meshscope'))) {
    const file = join(state, 'meshscope', name);
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), pid: ended.pid }));
  }
}

/** The whole program as one file. */
async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [repositoryPath('src/main.ts')],
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
