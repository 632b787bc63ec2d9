import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLive } from '../bench.ts';
import { startNode } from '../built-cli.ts';
import { bundle } from '../bundle.ts';
import { repositoryPath } from '../servers/part.ts';

/** Asks all istiods and one Envoy, closes the source and is done: nothing may keep the process alive. */
const PROGRAM = `
import { openClusterSource } from ${JSON.stringify(repositoryPath('src/sources/cluster/open-cluster.ts'))};
const [kubeconfig, context, namespace, name, idle] = process.argv.slice(2);
const source = openClusterSource({
  kubeconfig, context, env: {}, home: '/', cwd: '/', clock: () => new Date(), userAgent: 'e2e', idleMs: Number(idle),
});
const replies = await source.istiod({ channel: 'debug', name: 'syncz' });
const page = await source.envoy({ namespace, name }, 'config_dump');
await source.close();
const cpu = process.cpuUsage();
console.log(JSON.stringify({
  istiods: replies.map((reply) => reply.answer.ok), envoy: page.ok, closed: Date.now(), cpuMs: (cpu.user + cpu.system) / 1000,
}));
`;

interface Run {
  readonly istiods: readonly boolean[];
  readonly envoy: boolean;
  readonly closed: number;
  readonly cpuMs: number;
  /** When the process had ended, and its stderr. */
  readonly ended: number;
  readonly stderr: string;
}

describeLive('a process that reads a live mesh', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'process-'));
  const program = join(folder, 'program.mjs');
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => bundle(PROGRAM, program));
  const [pod] = bench.proxies;
  if (pod === undefined) throw new Error('no proxy');
  const run = async (user: string): Promise<Run> => {
    const args = [program, bench.kubeconfig, user, pod.namespace, pod.name, '15000'];
    const { stdout, stderr } = await startNode(args).result;
    if (stdout === '') throw new Error(stderr);
    return { ...(JSON.parse(stdout) as Omit<Run, 'ended' | 'stderr'>), ended: Date.now(), stderr };
  };

  it.each(['admin', 'create-only'])('ends at once when it is done (%s)', async (user) => {
    const result = await run(user);
    expect([result.istiods, result.envoy, result.stderr]).toEqual([[true], true, '']);
    expect(result.ended - result.closed).toBeLessThan(1_000);
    process.stderr.write(`  as ${user}: ${Math.round(result.cpuMs)} ms of CPU in all\n`);
  });
});
