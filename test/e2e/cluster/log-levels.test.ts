import { describe, expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import { ADMIN, envoyLevels, undoOf } from '../envoy-levels.ts';
import { REAL_POD } from '../servers/mesh/replayed-mesh.ts';

describeLive('log levels of Envoys', (bench) => {
  const { cart, storefronts, env, log, levels, written } = envoyLevels(bench);

  it('are set on one proxy; what was changed and the command that undoes it are printed, and it works', async () => {
    const { stdout, exitCode } = await log(`${cart.name}.shop --level http:debug,envoy::rbac=trace`);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✔ cart-v1-\S+\.shop {2}http: warning → debug; rbac: warning → trace\n/);
    expect(await levels(cart)).toEqual(
      new Map([...(await levels(cart)), ['http', 'debug'], ['rbac', 'trace'], ['misc', 'error']]),
    );
    const undo = undoOf(stdout);
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
    const undo = undoOf(stdout);
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
    const [first, second] = storefronts;
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

  it('whose change is made but not answered for are not sent again; the undo is told', async () => {
    await bench.setFault(cart, ADMIN, 'lost');
    await bench.asked(cart, ADMIN);
    const { stdout, exitCode } = await log(`${cart.name}.shop --level http:debug --kubeclient-timeout 2s`);
    expect(await written(cart)).toEqual(['POST /logging?http=debug']);
    expect(exitCode).toBe(69);
    expect(stdout).toMatch(
      /^✖ cart-v1-\S+ {2}levels not set: .*\n.*undo {2}meshscope .* --level http:warning /,
    );
    await bench.setFault(cart, ADMIN, 'none');
    const undo = undoOf(stdout);
    expect((await run(undo, { env })).exitCode).toBe(0);
  });

  it('of proxies that are all out of reach end with 69, and of one of them with 1', async () => {
    const [first, second] = storefronts;
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
