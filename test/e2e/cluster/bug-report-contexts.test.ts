import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLive } from '../bench.ts';
import { buildCli, startCli } from '../built-cli.ts';

describeLive('bug-report of several contexts', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'bug-report-contexts-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const archive = join(folder, 'all.tar.gz');
  const cli = async (...args: readonly string[]) => startCli(args).result;
  let made: Awaited<ReturnType<typeof cli>>;

  beforeAll(async () => {
    buildCli();
    // Two logins of the one cluster stand for two clusters of the same name; nothing listens at the third.
    const config = JSON.parse(readFileSync(bench.kubeconfig, 'utf8'));
    const [{ cluster }] = config.clusters;
    config.clusters.push({ name: 'gone', cluster: { ...cluster, server: 'https://127.0.0.1:9' } });
    const { user } = config.contexts.find(({ name }: { name: string }) => name === 'admin').context;
    for (const name of ['east', 'west', 'gone']) {
      const of = name === 'gone' ? 'gone' : config.clusters[0].name;
      config.contexts.push({ name, context: { cluster: of, user } });
    }
    writeFileSync(kubeconfig, JSON.stringify(config));
    const words = ['--contexts', 'east,west,gone', '--include', 'shop//cart-*', '--output-file', archive];
    made = await cli('bug-report', ...words, '--kubeconfig', kubeconfig, '-o', 'json');
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is one whole archive, which names the cluster that can not be reached', async () => {
    expect(made.code, made.stderr).toBe(0);
    expect(made.stderr).toMatch(/note: the cluster of context gone: connection refused/);
    expect(made.stderr).not.toMatch(/context (?:east|west):/);
    const verified = await cli('bug-report', 'verify', archive);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  });

  it('has all of both others, each under its context', async () => {
    const status = await cli('proxy-status', '--from', archive, '-o', 'json');
    expect(status.code, status.stderr).toBe(0);
    const { proxies } = JSON.parse(status.stdout).meshscope;
    const carts = proxies.filter(({ proxyId }: { proxyId: string }) => proxyId.startsWith('cart-'));
    expect(new Set(carts.map(({ cluster }: { cluster: string }) => cluster)).size).toBeGreaterThan(0);
    const plan = await cli('bug-report', '--from', archive, '--dry-run', '-o', 'json');
    const { lines } = JSON.parse(plan.stdout);
    const answers = (wanted: string): number =>
      lines.find(({ question }: { question: string }) => question === wanted)?.answers;
    expect(answers('pods')).toBe(3);
    expect(answers('Envoy config_dump')).toBe(2);
  });
});
