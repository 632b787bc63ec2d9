import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNode } from './built-cli.ts';
import { bundle } from './bundle.ts';
import { freePort } from './servers/child.ts';
import { LARGE_POD } from './servers/mesh/replayed-mesh.ts';
import { repositoryPath } from './servers/part.ts';

const ADMIN = 15000;
const ROUNDS = 7;
/** Rounds that must have had the processors for themselves, so that their wall time says something. */
const LEAST_FREE = 3;
/** The part of its time that a reader may wait for a processor in such a round. */
const LEAST_WAIT = 0.15;

/** The large dump, read once by each. */
export interface Round {
  readonly read: {
    readonly bytes: number;
    readonly ms: number;
    readonly cpuMs: number;
    /** Time in which the reader could have run and had no processor; 0 where the system does not say. */
    readonly waitedMs: number;
    readonly rssBytes: number;
  };
  /** `kubectl port-forward` and curl together. */
  readonly other: { readonly ms: number; readonly cpuMs: number };
}

/** How fast we read compared to kubectl and curl: 1 is as fast. */
export interface Comparison {
  readonly rounds: readonly Round[];
  readonly ratio: number;
  readonly said: string;
}

/**
 * Reads the large dump in turn by ourselves and through kubectl and curl, and compares the median wall times. Where other
 * work takes the processors, one process that reads is starved more than kubectl and curl, which are many threads: what
 * limits the throughput there is the CPU time, and the least of each is compared instead, for load only adds to it.
 */
export async function compareThroughput(
  kubectl: string,
  kubeconfig: string,
  folder: string,
): Promise<Comparison> {
  const program = join(folder, 'reader.mjs');
  await bundle(READER, program);
  const port = await freePort();
  const forward = await forwardBy(kubectl, port, ['--kubeconfig', kubeconfig, '--context', 'admin']);
  const rounds: Round[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const before = cpuOf(forward);
      const ms = curlMs(port);
      const other = { ms, cpuMs: cpuOf(forward) - before };
      const result = await startNode([program, kubeconfig]).result;
      if (result.code !== 0) throw new Error(result.stderr);
      rounds.push({ read: JSON.parse(result.stdout) as Round['read'], other });
    }
  } finally {
    forward.kill();
  }
  return compared(rounds);
}

function compared(rounds: readonly Round[]): Comparison {
  const wall = [
    median(rounds.map(({ read }) => read.ms)),
    median(rounds.map(({ other }) => other.ms)),
  ] as const;
  const cpu = [
    Math.min(...rounds.map(({ read }) => read.cpuMs)),
    Math.min(...rounds.map(({ other }) => other.cpuMs)),
  ] as const;
  const starved = rounds.filter(({ read }) => read.waitedMs >= LEAST_WAIT * read.ms).length;
  const isStarved = starved > rounds.length - LEAST_FREE;
  const ratio = isStarved ? Math.max(ratioOf(wall), ratioOf(cpu)) : ratioOf(wall);
  const said = `read ${timesText('ms', wall)}, ${timesText('ms of CPU', cpu)}; short of a processor in ${starved} of ${rounds.length} rounds`;
  return { rounds, ratio, said };
}

/** Ours, and that of kubectl and curl. */
type Times = readonly [read: number, other: number];

function ratioOf([read, other]: Times): number {
  return other / read;
}

function timesText(unit: string, times: Times): string {
  const [read, other] = times.map(Math.round);
  return `in ${read} against ${other} ${unit} (× ${ratioOf(times).toFixed(2)})`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** CPU time of the forward and of all children of this process that have ended, in ms. Source: man 5 proc_pid_stat. */
function cpuOf({ pid }: ChildProcess): number {
  const ofForward = statOf(String(pid)).slice(11, 13);
  const ofEnded = statOf('self').slice(13, 15);
  return [...ofForward, ...ofEnded].reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}

/** The fields behind the name, which may hold anything. */
function statOf(pid: string): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** A program that reads the large dump and says what that took. */
const READER = `
import { readFileSync } from 'node:fs';
import { openClusterSource } from ${JSON.stringify(repositoryPath('src/sources/cluster/open-cluster.ts'))};
const waited = () => {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
};
const source = openClusterSource({
  kubeconfig: process.argv[2], context: 'admin', env: {}, home: '/', cwd: '/', clock: () => new Date(), userAgent: 'e2e',
});
// The login and the first connection are no part of the throughput.
await source.envoy(${JSON.stringify(LARGE_POD)}, 'memory');
const [start, used, waiting] = [performance.now(), process.cpuUsage(), waited()];
const page = await source.envoy(${JSON.stringify(LARGE_POD)}, 'config_dump');
const [ms, { user, system }, waitedMs] = [performance.now() - start, process.cpuUsage(used), waited() - waiting];
await source.close();
console.log(JSON.stringify({
  bytes: page.ok ? page.value.length : 0, ms, cpuMs: (user + system) / 1000, waitedMs,
  rssBytes: process.resourceUsage().maxRSS * 1024,
}));
`;

/** Starts `kubectl port-forward` to the pod with the large dump and waits until it listens. */
async function forwardBy(program: string, port: number, live: readonly string[]): Promise<ChildProcess> {
  const target = ['-n', LARGE_POD.namespace, `pod/${LARGE_POD.name}`, `${port}:${ADMIN}`];
  const child = spawn(program, ['port-forward', ...target, ...live], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  for (let tries = 0; tries < 100 && !said.includes('Forwarding'); tries++) await sleep(100);
  if (!said.includes('Forwarding')) throw new Error(`${program} port-forward does not listen`);
  return child;
}

function curlMs(port: number): number {
  const url = `http://127.0.0.1:${port}/config_dump?include_eds`;
  const result = spawnSync('curl', ['-s', '-o', '/dev/null', '-w', '%{time_total}', url], {
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`curl ended with ${result.status}`);
  return Number(result.stdout) * 1000;
}
