import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryPath } from './part.ts';

/** How a run of the CLI ended. */
export interface CliEnd {
  readonly code: number | null;
  /** Milliseconds from the last signal, or from the start. */
  readonly tookMs: number;
}

/** The built CLI as a process in a group of its own. */
export interface RunningCli {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits until stderr or stdout holds the text; throws when the process ends before or after 20 s. */
  until(text: string | RegExp): Promise<void>;
  /** The first line of stdout. */
  url(): Promise<string>;
  interrupt(): void;
  ended(): Promise<CliEnd>;
  /** Whether any process of its group is left. */
  isAlive(): boolean;
}

/** Builds the CLI; throws with the last lines of the build when that fails. */
export function buildCli(): void {
  const result = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: repositoryPath(),
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(result.stderr);
}

const running = new Set<ChildProcess>();

/** Starts the built CLI. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
  const child = spawn(process.execPath, [repositoryPath('bin/meshscope.js'), ...args], {
    detached: true,
    env: { PATH: process.env['PATH'], HOME: '/nowhere', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let [stdout, stderr, since] = ['', '', performance.now()];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const end = new Promise<CliEnd>((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, tookMs: performance.now() - since });
    });
  });
  const until = async (text: string | RegExp): Promise<void> => {
    const holds = (all: string): boolean => (typeof text === 'string' ? all.includes(text) : text.test(all));
    for (let waited = 0; !holds(stdout) && !holds(stderr); waited += 20) {
      if (child.exitCode !== null || waited > 20_000) throw new Error(`no ${text} in: ${stdout}${stderr}`);
      await sleep(20);
    }
  };
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    until,
    url: async () => {
      await until(/^http.*\n/m);
      return stdout.split('\n')[0] ?? '';
    },
    interrupt: () => {
      since = performance.now();
      child.kill('SIGINT');
    },
    ended: () => end,
    isAlive: () => isGroupAlive(child.pid),
  };
}

/** Kills what a failed test has left. */
export function killAllCli(): void {
  for (const child of running) child.kill('SIGKILL');
}

function isGroupAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(-pid, 0);
  } catch {
    return false;
  }
}

/** Addresses, in the hexadecimal form of the kernel, at which something listens on the port. */
export function listenersOn(port: number): string[] {
  const LISTEN = '0A';
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state] = line.trim().split(/\s+/);
        const [address = '', portHex = ''] = local.split(':');
        return state === LISTEN && Number.parseInt(portHex, 16) === port ? [address] : [];
      }),
  );
}

/** 127.0.0.1 and ::1 as the kernel writes them. */
export const LOOPBACK: readonly string[] = ['0100007F', '00000000000000000000000001000000'];
