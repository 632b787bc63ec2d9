import { describe, expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { describeLive } from '../bench.ts';
import { PAIR, sendThrough } from '../servers/envoy-pair.ts';

const CLIENT = `${PAIR.client.name}.${PAIR.client.namespace}`;

interface Cause {
  readonly code: number;
  readonly flags: readonly string[];
  readonly what: string;
  readonly object?: string;
  readonly count: number;
  readonly targets: readonly { readonly name: string }[];
}

describeLive('access logs of real Envoys', (bench) => {
  const name = bench.withoutEnvoy === undefined ? 'are read' : `are read (skipped: ${bench.withoutEnvoy})`;
  describe.skipIf(bench.withoutEnvoy !== undefined)(name, () => {
    const login = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];
    const json = async (
      line: string,
    ): Promise<{ exitCode: number; answer: ReturnType<typeof JSON.parse> }> => {
      const { stdout, stderr, exitCode } = await run([...line.split(' '), ...login, '-o', 'json']);
      expect(stderr).not.toContain('error');
      return { exitCode, answer: JSON.parse(stdout) };
    };
    const causesOf = async (line: string): Promise<readonly Cause[]> => (await json(line)).answer.causes;

    it('with the cause of each failure at the calling end', async () => {
      const causes = await causesOf(`logs ${CLIENT}`);
      const seen = causes.map(({ code, flags, targets }) => [code, flags.join(), targets[0]?.name].join(' '));
      expect(seen).toEqual(
        expect.arrayContaining([
          '504 UT ledger.load:9080',
          '503 UH empty.load:80',
          '503 UF dead.load:80',
          '503 NC gone.load',
          '503 UC plain.load:80',
          '404 NR nowhere.load',
        ]),
      );
      const refused = causes.find(({ flags }) => flags.includes('UF'));
      expect(refused?.what).toBe('the endpoint refused the connection');
    });

    it('with both ends joined by request ID, and the policy that denied named', async () => {
      const { answer } = await json(`logs ${CLIENT} --to svc/ledger.load`);
      const denied = answer.causes.find(({ code }: Cause) => code === 403);
      expect(denied).toMatchObject({ object: 'AuthorizationPolicy load/deny-admin, rule 0', count: 1 });
      expect(answer.counts.joinedBy.requestId).toBeGreaterThanOrEqual(4);
      const own = answer.causes.find(({ code }: Cause) => code === 500);
      expect(own.what).toBe('the application answered 500');
    });

    it('with plain text that met mTLS found by the connection', async () => {
      const { answer } = await json(`logs ${CLIENT} --to svc/plain.load --flags UC`);
      expect(answer.causes).toHaveLength(1);
      expect(answer.causes[0].what).toContain('no filter chain matches');
      expect(answer.counts.joinedBy).toMatchObject({ connection: 1 });
    });

    it('as they are written, until interrupted', async () => {
      const stop = new AbortController();
      const running = run(['logs', CLIENT, '--follow', '--path', '/followed', ...login, '-o', 'json'], {
        signal: stop.signal,
      });
      const sending = setInterval(
        () => void sendThrough(bench.outbound ?? 0, 'ledger.load', '/followed'),
        300,
      );
      setTimeout(() => stop.abort(), 4_000);
      const { stdout, exitCode } = await running;
      clearInterval(sending);
      const lines = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines[0]).toMatchObject({ kind: 'AccessLogRequest', request: 'GET /followed', code: 200 });
      expect(exitCode).toBe(130);
    });

    it('beside statistics that tell the same', async () => {
      const { answer } = await json(`envoy-stats ${CLIENT} -t clusters`);
      const names = answer.cluster_statuses.map((status: { name: string }) => status.name);
      expect(names).toContain(PAIR.flaky);
      const text = await run(['envoy-stats', CLIENT, '-t', 'clusters', ...login]);
      expect(text.stdout).toMatch(/flaky\.load\.svc\.cluster\.local:80 +1 of 2 \(1 ejected\)/);
      const server = await run(['envoy-stats', 'server.load', '--filter', 'rbac.denied', ...login]);
      expect(server.stdout).toMatch(/http\.inbound_9080\.rbac\.denied +1/);
      for (const format of ['json', 'yaml', 'prom', 'prom-merged']) {
        const { stdout, exitCode, stderr } = await run(['envoy-stats', CLIENT, '-o', format, ...login]);
        expect(exitCode, stderr).toBe(0);
        expect(stdout).toMatch(/server[._]live/);
      }
      const compat = await run(['x', 'envoy-stats', CLIENT, '--compat', ...login]);
      expect(compat.stdout).toMatch(/^\nThe result of pod client:\n\n.*^server\.live: 1$/ms);
    });

    it('beside an endpoint that Envoy ejected', async () => {
      const { stdout } = await run(['proxy-config', 'endpoint', CLIENT, '--cluster', PAIR.flaky, ...login]);
      expect(stdout).toContain('ejected');
    });
  });

  it('that no one may read are forbidden', async () => {
    const login = ['--kubeconfig', bench.kubeconfig, '--context', 'nobody'];
    const { exitCode } = await run(['logs', 'client.load', ...login]);
    expect(exitCode).toBe(77);
  });
});
