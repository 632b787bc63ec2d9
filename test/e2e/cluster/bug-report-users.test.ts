import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { openArchive } from '../archive-truth.ts';
import { AuditLog } from '../audit-log.ts';
import { describeLive } from '../bench.ts';

describeLive('a bug report by a user with few rights', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'users-'));
  const audit = new AuditLog(bench.auditLog);
  let archives = 0;
  afterAll(() => rmSync(folder, { recursive: true }));

  async function collect(user: string, ...more: readonly string[]) {
    archives += 1;
    const path = join(folder, `${archives}.tar.gz`);
    const live = ['--kubeconfig', bench.kubeconfig, '--context', user];
    const before = (await audit.askedBy(user)).length;
    const result = await run(['bug-report', '--output-file', path, '-o', 'json', ...live, ...more]);
    const asked = (await audit.askedBy(user)).slice(before);
    return { ...result, path, asked, report: JSON.parse(result.stdout) };
  }
  const isWhole = async (path: string): Promise<void> => {
    expect((await run(['bug-report', 'verify', path])).exitCode).toBe(0);
    expect(openArchive(path).untrue).toEqual([]);
  };

  it('of one namespace is what that namespace has', { timeout: 60_000 }, async () => {
    const { exitCode, stderr, report, path, asked } = await collect('shop-only', '-n', 'shop');
    // Only kinds that stand in no namespace are asked everywhere.
    expect(asked.filter((line) => /list (?:virtualservices|secrets|services) in all/.test(line))).toEqual([]);
    expect(exitCode, stderr).toBe(0);
    // Before anything else, what will be missing.
    expect(stderr).toMatch(/^note: \d+ rights are missing \(.*\): the rest is collected; --print-rbac shows/);
    expect(report.missingRights.join('\n')).toContain('"nodes"');
    // What it may do in its namespace is not missing.
    expect(report.missingRights.join('\n')).not.toContain('"virtualservices"');
    await isWhole(path);
    const { entries } = openArchive(path);
    for (const pod of bench.proxies.filter(({ namespace }) => namespace === 'shop')) {
      const own = entries.filter((entry) => entry.path.includes(`/proxies/shop/${pod.name}/`));
      const dump = own.find((entry) => entry.path.endsWith('/config_dump.json'));
      expect([dump?.status, dump?.reason], pod.name).toEqual(['ok', undefined]);
      expect(own.some((entry) => entry.path.endsWith('/istio-proxy.log') && entry.status === 'ok')).toBe(
        true,
      );
    }
    for (const kind of ['virtualservices', 'destinationrules', 'services', 'pods', 'configmaps']) {
      const list = entries.find((entry) => entry.path.endsWith(`/${kind}.json`));
      expect([list?.status, list?.reason], kind).toEqual(['partial', 'only namespaces shop were recorded']);
    }
    const others = entries.filter((entry) => /\/(?:payments|edge|legacy)\//.test(entry.path));
    expect(others.filter(({ status }) => status === 'ok')).toEqual([]);
    const read = await run(['proxy-config', 'cluster', 'deploy/cart-v1.shop', '--from', path]);
    expect(read.exitCode, read.stderr).toBe(0);
  });

  it('who gives no namespace is what the namespace of the context has', { timeout: 60_000 }, async () => {
    const { exitCode, stderr, report, path } = await collect('shop-only');
    expect(exitCode, stderr).toBe(0);
    expect(report.missingRights.length).toBeGreaterThan(3);
    await isWhole(path);
    const { entries } = openArchive(path);
    const dumps = entries.filter((entry) => /\/proxies\/shop\/.*config_dump\.json$/.test(entry.path));
    expect(dumps.filter(({ status }) => status === 'ok').length).toBeGreaterThanOrEqual(8);
    const read = await run(['proxy-config', 'cluster', 'deploy/cart-v1.shop', '--from', path]);
    expect(read.exitCode, read.stderr).toBe(0);
  });

  it('who may read, but not connect into pods, has objects and logs', { timeout: 60_000 }, async () => {
    const { exitCode, stderr, report, path } = await collect('reader');
    expect(exitCode, stderr).toBe(0);
    expect(report.missingRights.join('\n')).toContain('pods/portforward');
    await isWhole(path);
    const { entries } = openArchive(path);
    const pages = entries.filter((entry) => /\/proxies\/shop\/[^/]+\/[^/]+$/.test(entry.path));
    expect(pages.length).toBeGreaterThan(8);
    for (const page of pages)
      expect([page.status, page.reason?.includes('forbidden')], page.path).toEqual(['failed', true]);
    const logs = entries.filter((entry) => /\/proxies\/shop\/[^/]+\/logs\//.test(entry.path));
    expect(logs.filter(({ status }) => status === 'ok').length).toBeGreaterThanOrEqual(8);
  });

  it('who may do nothing is told so, with the rights to ask for (77)', { timeout: 60_000 }, async () => {
    const { exitCode, stderr, report, path } = await collect('nobody');
    expect(exitCode, stderr).toBe(77);
    expect(stderr).toContain('rights are missing');
    expect(report.missingRights.length).toBeGreaterThan(5);
    await isWhole(path);
  });
});
