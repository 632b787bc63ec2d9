import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of the tests that runs as a child process. */
export interface Child {
  readonly name: string;
  /** Last lines of what it wrote. */
  tail(): string;
  stop(): Promise<void>;
}

const living = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** Starts a program with stdout and stderr in `logFile`, and `path` before PATH. It dies with this process. */
export function startChild(
  name: string,
  path: string,
  args: readonly string[],
  options: { readonly logFile: string; readonly path?: string },
): Child {
  const log = openSync(options.logFile, 'w');
  const PATH = [...(options.path === undefined ? [] : [options.path]), process.env['PATH']].join(delimiter);
  const child = spawn(path, args, { env: { ...process.env, PATH }, stdio: ['ignore', log, log] });
  closeSync(log);
  living.add(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      living.delete(child);
      resolve();
    });
    child.once('error', () => resolve());
  });
  return {
    name,
    tail: () => readFileSync(options.logFile, 'utf8').split('\n').slice(-15).join('\n'),
    stop: async () => {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** Asks `probe` until it answers true; throws with the program's last lines after `seconds`. */
export async function untilReady(
  child: Child,
  seconds: number,
  probe: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await probe().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error(`${child.name} was not ready within ${seconds} s:\n${child.tail()}`);
}

/** A TCP port on loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
