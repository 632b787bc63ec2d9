import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryPath } from './servers/part.ts';

/** The program as it is shipped, once `buildCli` has built it. */
export const CLI = repositoryPath('bin/meshscope.js');

/** Builds the CLI as it is shipped. Throws with what the build says. */
export function buildCli(): void {
  const result = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: repositoryPath(),
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`the build failed:\n${result.stdout}${result.stderr}`);
}

/** Starts the built CLI with these arguments as a process of its own. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
  return startNode([CLI, ...args], env);
}

const running = new Set<RunningCli>();

/** Starts Node.js with these arguments, in a process group of its own and with no other variables than PATH and these. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
  const child = spawn(process.execPath, args, {
    cwd: tmpdir(),
    detached: true,
    env: { PATH: process.env['PATH'], HOME: '/nowhere', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run = new RunningCli(child);
  running.add(run);
  child.once('close', () => running.delete(run));
  return run;
}

/** Kills what a failed test has left. */
export function killAllCli(): void {
  for (const run of running) run.kill();
}

/** What a run of Node.js took. */
export interface Cost {
  readonly wallMs: number;
  /** CPU time of user and system. */
  readonly cpuMs: number;
  /** Peak memory. */
  readonly rssBytes: number;
}

/** Runs Node.js with these arguments to its end, measured from inside the process. */
export async function measured(
  args: readonly string[],
  folder: string,
): Promise<{ readonly result: CliResult; readonly cost: Cost }> {
  const probe = join(folder, 'probe.cjs');
  const file = join(folder, 'probe.json');
  writeFileSync(probe, PROBE);
  const start = performance.now();
  const result = await startNode(['--require', probe, ...args], { PROBE_FILE: file }).result;
  const used = JSON.parse(readFileSync(file, 'utf8')) as Omit<Cost, 'wallMs'>;
  return { result, cost: { ...used, wallMs: result.ended - start } };
}

const PROBE = `
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cost = { cpuMs: (userCPUTime + systemCPUTime) / 1000, rssBytes: maxRSS * 1024 };
  require('node:fs').writeFileSync(process.env.PROBE_FILE, JSON.stringify(cost));
});
`;

/** What a process printed and how it ended. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** When it had ended, as `performance.now()`. */
  readonly ended: number;
}

/** A running CLI. */
export class RunningCli {
  readonly pid: number;
  readonly result: Promise<CliResult>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #written = { stdout: '', stderr: '' };

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        this.#written[name] += chunk.toString('utf8');
      });
    }
    this.result = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...this.#written, ended: performance.now() }));
    });
  }

  /** What it has printed so far. */
  get stdout(): string {
    return this.#written.stdout;
  }
  get stderr(): string {
    return this.#written.stderr;
  }

  /** Waits until stderr or stdout holds the text; throws when the process ends before or after 20 s. */
  async until(text: string | RegExp): Promise<void> {
    const holds = (all: string): boolean => (typeof text === 'string' ? all.includes(text) : text.test(all));
    for (let waited = 0; !holds(this.stdout) && !holds(this.stderr); waited += 20) {
      if (this.#child.exitCode !== null || waited > 20_000)
        throw new Error(`no ${text} in: ${this.stdout}${this.stderr}`);
      await sleep(20);
    }
  }

  /** The first line of stdout. */
  async url(): Promise<string> {
    await this.until(/^http.*\n/m);
    return this.stdout.split('\n')[0] ?? '';
  }

  /** Ctrl-C; answers when it was pressed, as `performance.now()`. */
  interrupt(): number {
    this.#child.kill('SIGINT');
    return performance.now();
  }

  /** Ends it without a chance to do anything about it. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Whether any process of its group is left. */
  get isGroupAlive(): boolean {
    try {
      return process.kill(-this.pid, 0);
    } catch {
      return false;
    }
  }
}
