import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import type { PodName } from '../servers/mesh/recorded-mesh.ts';

const ADMIN = 15000;
const AS_STARTED = 'current log level is hickory_server::server=off,info\n';

describeLive('log levels of ztunnels', (bench) => {
  const state = mkdtempSync(join(tmpdir(), 'ztunnel-levels-'));
  const login = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const log = (line = '') =>
    run(['ztunnel-config', 'log', ...line.split(' ').filter(Boolean), ...login], {
      env: { XDG_STATE_HOME: state },
    });
  const ztunnels: PodName[] = [];
  beforeAll(async () => {
    ztunnels.push(await bench.addZtunnel('ztunnel-a', 'lab-node-1'));
    ztunnels.push(await bench.addZtunnel('ztunnel-b', 'lab-node-2'));
  });
  afterAll(async () => {
    for (const pod of ztunnels) await bench.removePod(pod);
    rmSync(state, { recursive: true, force: true });
  });
  const text = async (pod: PodName): Promise<string> => {
    const answer = await bench.open('admin').ztunnel(pod, 'logging');
    return answer.ok ? Buffer.from(answer.value).toString('utf8') : answer.error.reason;
  };
  afterEach(async () => {
    for (const pod of ztunnels) {
      await bench.setFault(pod, ADMIN, 'none');
      expect(await text(pod)).toBe(AS_STARTED);
    }
  });

  it('are shown and set on every ztunnel, or on that of a node', async () => {
    expect((await log()).stdout).toMatch(
      /^ZTUNNEL.*\nztunnel-a\.load +lab-node-1 +info +hickory_server::server off\nztunnel-b\.load +lab-node-2/,
    );
    const all = await log('--level debug');
    expect([
      all.exitCode,
      all.stdout.match(/^✔ ztunnel-\w\.load {2}all other modules: info → debug$/gm)?.length,
    ]).toEqual([0, 2]);
    const [a, b] = ztunnels as [PodName, PodName];
    await log('--node lab-node-2 --level warning');
    expect([await text(a), await text(b)].map((one) => one.trim().split(',')[1])).toEqual(['debug', 'warn']);
    expect((await log('--node lab-node-9 --level debug')).exitCode).toBe(66);
    expect((await log('--reset')).stdout).toContain('all other modules: debug → info');
  });

  it('are those of the node on which a named pod runs', async () => {
    const pod = JSON.parse(await bench.admin.text('/api/v1/namespaces/load/pods/large-dump'));
    expect(pod.spec.nodeName).toBe('lab-node-1');
    const { stdout } = await log('large-dump.load --level debug --dry-run');
    expect(stdout).toContain('· ztunnel-a.load  would change all other modules: info → debug');
    expect(stdout).toContain('sends POST /logging?level=debug');
    expect(stdout).not.toContain('ztunnel-b');
  });

  it('of single modules are taken back by a new beginning, which the undo says', async () => {
    const { stdout, exitCode } = await log('ztunnel-a.load --level access:debug');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✔ ztunnel-a.load  access: not set → debug');
    const undo = / {2}undo {2}meshscope (.*)/.exec(stdout)?.[1]?.replaceAll("'", '') ?? '';
    expect(undo).toContain('--reset --level hickory_server::server=off,info');
    expect((await run(undo)).exitCode).toBe(0);
  });

  it('go back after --revert-after, modules that had none included', { timeout: 30_000 }, async () => {
    const modules = await log('--level access=debug,warn --revert-after 1s');
    expect(modules.exitCode, modules.stdout).toBe(0);
    expect(modules.stdout).toContain('access: debug → not set');
    const [a] = ztunnels as [PodName];
    await log('ztunnel-a.load --level access=trace');
    const reset = await log('ztunnel-a.load --reset --revert-after 1s');
    expect(reset.exitCode, reset.stdout).toBe(0);
    expect(await text(a)).toContain('access=trace');
    await log('ztunnel-a.load --reset');
  });

  it('of a dead ztunnel are a named failure, and the others are asked', async () => {
    await bench.setFault(ztunnels[1] as PodName, ADMIN, 'refuse');
    const shown = await log();
    expect([shown.exitCode, shown.stdout]).toEqual([0, expect.stringContaining('ztunnel-a.load')]);
    expect(shown.stderr).toContain('note: log levels of ztunnel-b.load: ');
    expect((await log('--strict')).exitCode).toBe(75);
    const set = await log('--level debug');
    expect([set.exitCode, set.stdout.split('\n')[0]]).toEqual([
      1,
      expect.stringContaining('✖ ztunnel-b.load'),
    ]);
    expect((await log('--compat')).exitCode).toBe(1);
    await log('ztunnel-a.load --reset');
    expect((await log('ztunnel-b.load --level debug')).exitCode).toBe(69);
  });

  // The reference's runs of shared/captures/ambient/extra/log-level.
  it('print what the reference prints under --compat', async () => {
    const set = await log('ztunnel-a.load --level debug --compat');
    expect(set.stdout).toBe('ztunnel-a.load:\ncurrent log level is hickory_server::server=off,debug\n\n');
    const warning = await log('ztunnel-a.load --level warning --compat');
    expect(warning.stdout).toBe('ztunnel-a.load:\ncurrent log level is hickory_server::server=off,warn\n\n');
    const off = await log('ztunnel-a.load --level off --compat');
    expect(off.stdout).toBe('ztunnel-a.load:\ncurrent log level is hickory_server::server=off,off\n\n');
    const scoped = await log('ztunnel-a.load --level access:debug,info --compat');
    expect([scoped.exitCode, scoped.stdout, scoped.stderr]).toEqual([
      1,
      '',
      expect.stringContaining('it answered 400'),
    ]);
    const loud = await log('ztunnel-a.load --level loud --compat');
    expect([loud.exitCode, loud.stderr]).toEqual([
      64,
      expect.stringContaining('unrecognized logging level: loud'),
    ]);
    const reset = await log('ztunnel-a.load --reset --compat');
    expect(reset.stdout).toBe('ztunnel-a.load:\ncurrent log level is hickory_server::server=off,info\n\n');
  });
});
