import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { repositoryPath } from './servers/part.ts';

/** Builds the CLI as it is shipped. Throws with what the build says. */
export function buildCli(): void {
  const result = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: repositoryPath(),
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`the build failed:\n${result.stdout}${result.stderr}`);
}

/** Starts the built CLI with these arguments as a process of its own. */
export function startCli(args: readonly string[]): RunningCli {
  return startNode([repositoryPath('bin/meshscope.js'), ...args]);
}

/** Starts Node.js with these arguments. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
  const child = spawn(process.execPath, args, {
    cwd: tmpdir(),
    env: { ...process.env, HOME: '/nowhere', KUBECONFIG: undefined, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new RunningCli(child);
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

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        written[name] += chunk.toString('utf8');
      });
    }
    this.result = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...written, ended: performance.now() }));
    });
  }

  /** Ctrl-C; answers when it was pressed, as `performance.now()`. */
  interrupt(): number {
    this.#child.kill('SIGINT');
    return performance.now();
  }
}
