import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, expect } from 'vitest';
import { loggersOf } from '../../src/answers/envoy-loggers.ts';
import { type RunResult, run } from '../helpers/run.ts';
import type { RunningBench } from './bench.ts';
import type { PodName } from './servers/mesh/recorded-mesh.ts';

/** Port of Envoy's admin pages. */
export const ADMIN = 15000;

/** What tests of the levels of Envoys share: the command, a state folder of their own, and the levels as they are. */
export interface EnvoyLevels {
  /** XDG_STATE_HOME of the runs. */
  readonly state: string;
  readonly login: readonly string[];
  readonly env: Record<string, string>;
  readonly cart: PodName;
  readonly storefronts: readonly [PodName, PodName];
  log(line: string, signal?: AbortSignal): Promise<RunResult>;
  levels(pod: PodName): Promise<ReadonlyMap<string, string>>;
  /** Requests that change something and that the pod's Envoy was sent since it was last asked. */
  written(pod: PodName): Promise<readonly string[]>;
  /** Makes what this process wrote down look as if another one had, which has ended. */
  forgetPid(): Promise<void>;
}

/** Every test must leave the levels as it found them: this is looked at after each. */
export function envoyLevels(bench: RunningBench): EnvoyLevels {
  const state = mkdtempSync(join(tmpdir(), 'levels-'));
  const login = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
  const env = { XDG_STATE_HOME: state };
  const named = (prefix: string): PodName[] => bench.proxies.filter(({ name }) => name.startsWith(prefix));
  const [cart] = named('cart-');
  const [first, second] = named('storefront-');
  if (cart === undefined || first === undefined || second === undefined)
    throw new Error('a proxy is missing');
  const levels = async (pod: PodName): Promise<ReadonlyMap<string, string>> => {
    const answer = await bench.open('admin').envoy(pod, 'logging');
    if (!answer.ok) throw new Error(answer.error.reason);
    const { loggers } = loggersOf(Buffer.from(answer.value).toString('utf8'), pod.name);
    return new Map(loggers.map(({ name, level }) => [name, level]));
  };
  afterEach(async () => {
    for (const pod of [cart, first, second]) {
      await bench.setFault(pod, ADMIN, 'none');
      const special = [...(await levels(pod))].filter(([, level]) => level !== 'warning');
      expect(special, pod.name).toEqual([['misc', 'error']]);
    }
  });
  afterAll(() => rmSync(state, { recursive: true, force: true }));
  return {
    state,
    login,
    env,
    cart,
    storefronts: [first, second],
    log: (line, signal) =>
      run(
        ['proxy-config', 'log', ...line.split(' '), ...login],
        signal === undefined ? { env } : { env, signal },
      ),
    levels,
    written: async (pod) => (await bench.asked(pod, ADMIN)).filter((line) => line.includes('?')),
    forgetPid: () => forgetPid(join(state, 'meshscope')),
  };
}

/** The command line that an answer names behind `undo`. */
export function undoOf(stdout: string): readonly string[] {
  return / {2}undo {2}meshscope (.*)/.exec(stdout)?.[1]?.split(' ') ?? [];
}

/** Waits until `test` is true, at most ten seconds. */
export async function untilTrue(test: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    if (await test()) return;
    await sleep(50);
  }
  throw new Error('it did not come true within 10 s');
}

async function forgetPid(folder: string): Promise<void> {
  const ended = spawn(process.execPath, ['-e', '0']);
  await new Promise((resolve) => ended.once('exit', resolve));
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), pid: ended.pid }));
  }
}
