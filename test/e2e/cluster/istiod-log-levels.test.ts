import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type LogScope, parseScopes } from '../../../src/istiod/scopes.ts';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import type { PodName } from '../servers/mesh/recorded-mesh.ts';

const CONTROLZ = 9876;

describeLive('log levels of istiods', (bench) => {
  const state = mkdtempSync(join(tmpdir(), 'istiod-levels-'));
  const login = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const env = { XDG_STATE_HOME: state };
  const log = (...words: string[]) => run(['admin', 'log', ...words, ...login], { env });
  const istiods: PodName[] = [...bench.istiods];
  beforeAll(async () => {
    for (const name of ['istiod-two', 'istiod-three']) istiods.push(await bench.addIstiod(name));
  });
  afterAll(async () => {
    for (const pod of istiods.slice(1)) await bench.removePod(pod);
    rmSync(state, { recursive: true, force: true });
  });
  const [recorded] = bench.istiods;
  if (recorded === undefined) throw new Error('no istiod');
  const before =
    parseScopes(JSON.parse(String(bench.mesh.istiodPage(recorded, 'controlz', 'scopes.json')))) ?? [];
  const scopes = async (pod: PodName): Promise<readonly LogScope[]> => {
    const answer = await bench
      .open('admin')
      .live?.request(pod, { port: CONTROLZ, method: 'GET', path: '/scopej/' });
    if (!answer?.ok) throw new Error(answer?.error.reason);
    return parseScopes(JSON.parse(Buffer.from(answer.value.body).toString('utf8'))) ?? [];
  };
  const levelOf = async (pod: PodName, name: string): Promise<string | undefined> =>
    (await scopes(pod)).find((scope) => scope.name === name)?.level;
  const written = async (pod: PodName): Promise<string[]> =>
    (await bench.asked(pod, CONTROLZ)).filter((line) => line.startsWith('PUT'));
  afterEach(async () => {
    for (const pod of istiods) {
      await bench.setFault(pod, CONTROLZ, 'none');
      expect(await scopes(pod), pod.name).toEqual(before);
    }
  });

  it('are shown once where all replicas agree', async () => {
    const { stdout, exitCode } = await log();
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringContaining('40 scopes at info, stack traces none · 3 istiods'),
    ]);
  });

  it('are set on every replica, read back, and the replicas that differ are told apart', async () => {
    const { stdout, exitCode } = await log('--level', 'ads:debug,authorization:debug', '-o', 'json');
    expect(exitCode).toBe(0);
    const pods: { pod: string; state: string; undo: string }[] = JSON.parse(stdout).pods;
    expect(pods.map(({ state: one }) => one)).toEqual(['changed', 'changed', 'changed']);
    for (const pod of istiods) expect(await levelOf(pod, 'ads')).toBe('debug');
    const [first] = pods;
    expect(first?.undo).toContain(
      `admin log ${first?.pod} -i istio-system --level ads:info,authorization:info`,
    );
    await run(first?.undo.replace('meshscope ', '') ?? '', { env });
    const shown = (await log()).stdout;
    expect(shown).toMatch(/^ads +info +none +istiod-\S+ +ads debugging$/m);
    expect(shown).toMatch(/^ads +debug +none +istiod-\S+, istiod-\S+ +ads debugging$/m);
    await log('--level', 'ads:info,authorization:info');
  });

  it('of a replica that does not take them are named: exit 1', async () => {
    const deaf = istiods[1] as PodName;
    await bench.setFault(deaf, CONTROLZ, 'deaf');
    const { stdout, exitCode } = await log('--level', 'ads:debug');
    expect(exitCode).toBe(1);
    expect(stdout.split('\n')[0]).toBe(
      '✖ istiod-two.istio-system  levels not set: it accepted the change, but ads is at info, not at debug',
    );
    expect(stdout.match(/^✔/gm)?.length).toBe(2);
    await bench.setFault(deaf, CONTROLZ, 'none');
    await log('--level', 'ads:info');
  });

  it('of replicas out of reach are named: exit 1, and 69 when it is all of them', async () => {
    await bench.setFault(istiods[2] as PodName, CONTROLZ, 'refuse');
    const one = await log('--level', 'ads:debug');
    expect([one.exitCode, one.stdout]).toEqual([1, expect.stringContaining('✖ istiod-three.istio-system')]);
    await log('--level', 'ads:info');
    for (const pod of istiods) await bench.setFault(pod, CONTROLZ, 'refuse');
    expect((await log('--level', 'ads:debug')).exitCode).toBe(69);
  });

  it('are set on the one istiod that is named', async () => {
    expect((await log('istiod-two', '--level', 'ads:debug')).stdout.match(/^✔/gm)?.length).toBe(1);
    expect(await levelOf(istiods[0] as PodName, 'ads')).toBe('info');
    expect((await log('istiod-two', '--level', 'ads:info')).exitCode).toBe(0);
    const wrong = await log('istiod-to', '--level', 'ads:info');
    expect([wrong.exitCode, wrong.stderr]).toEqual([66, expect.stringContaining('istiod-two')]);
    expect((await log('-r', 'canary', '--level', 'ads:debug')).exitCode).toBe(66);
  });

  it('leave what is not asked for: stack traces, and whether callers are logged', async () => {
    const [first] = istiods as [PodName];
    const body = JSON.stringify({
      name: 'ads',
      output_level: 'info',
      stack_trace_level: 'none',
      log_callers: true,
    });
    const put = { port: CONTROLZ, method: 'PUT', path: '/scopej/ads', body } as const;
    await bench.open('admin').live?.request(first, put);
    const { stdout } = await log('--stack-trace-level', 'ads:error', '--level', 'ca:warning');
    expect(stdout).toContain('stack traces of ads: none → error; ca: info → warn');
    expect((await scopes(first)).find(({ name }) => name === 'ads')).toMatchObject({
      level: 'info',
      stackTraceLevel: 'error',
      logCallers: true,
    });
    expect((await log('--stack-trace-reset')).exitCode).toBe(0);
    expect((await log('--level', 'ca:info')).exitCode).toBe(0);
    await bench.open('admin').live?.request(first, { ...put, body: body.replace('true', 'false') });
  });

  it('are set for all scopes by a bare level, and go back after --revert-after', {
    timeout: 30_000,
  }, async () => {
    const { stdout, exitCode } = await log('--level', 'debug', '--revert-after', '1s');
    expect(exitCode).toBe(0);
    expect(stdout.match(/^✔ istiod\S+ {2}40 scopes: info → debug; grpc: none → debug$/gm)?.length).toBe(3);
    expect(stdout.match(/^✔ istiod\S+ {2}40 scopes: debug → info; grpc: debug → none$/gm)?.length).toBe(3);
    expect(readdirSync(join(state, 'meshscope'))).toEqual([]);
  });

  it('are reset to info, which the grpc scope did not have at the start', async () => {
    await log('--level', 'ads:none');
    const { stdout } = await log('--reset');
    expect(stdout.match(/ads, grpc: none → info/g)?.length).toBe(3);
    await log('--level', 'grpc:none');
  });

  it('are not touched by --dry-run, nor for an unknown scope or level', async () => {
    for (const pod of istiods) await bench.asked(pod, CONTROLZ);
    const { stdout } = await log('--level', 'ads:debug', '--dry-run');
    expect(stdout).toMatch(/sends PUT \/scopej\/ads \{"name":"ads","output_level":"debug"/);
    expect((await log('--level', 'nosuch:debug')).stderr).toContain('unrecognized scope name: nosuch');
    expect((await log('--level', 'ads:loud')).exitCode).toBe(64);
    expect((await log('--level', 'ads:debug', '--reset')).exitCode).toBe(64);
    for (const pod of istiods) expect(await written(pod)).toEqual([]);
  });

  it('say nothing under --compat, as the reference', async () => {
    expect(await log('--level', 'ads:debug', '--compat')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect((await log('--level', 'ads:info', '--compat')).exitCode).toBe(0);
  });

  it('on a port where nobody listens are out of reach', async () => {
    expect((await log('--ctrlz_port', '9877', '--level', 'ads:debug')).exitCode).toBe(69);
    expect((await log('--ctrlz_port', '9877')).exitCode).toBe(69);
  });
});
