import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MeshDiff } from '../../../src/answers/mesh-diff/mesh-diff.ts';
import { describeLive } from '../bench.ts';
import { buildCli, startCli } from '../built-cli.ts';

const RULE = '/apis/networking.istio.io/v1/namespaces/payments/destinationrules/ledger';

describeLive('what changed since an archive was taken', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-live-'));
  const archive = join(folder, 'before.tar.gz');
  const asUser = (user: string): readonly string[] => ['--kubeconfig', bench.kubeconfig, '--context', user];

  async function diff(
    ...args: readonly string[]
  ): Promise<{ code: number | null; stderr: string; diff: MeshDiff }> {
    const { code, stdout, stderr } = await startCli(['diff', ...args, '-o', 'json', '--timeout', '2m'])
      .result;
    return { code, stderr, diff: JSON.parse(stdout) };
  }

  beforeAll(async () => {
    buildCli();
    const made = await startCli(['bug-report', '--output-file', archive, ...asUser('admin')]).result;
    expect(made.code, made.stderr).toBe(0);
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is nothing while nobody changed anything', { timeout: 150_000 }, async () => {
    const { code, diff: seen, stderr } = await diff(archive, ...asUser('admin'));
    expect(seen.objects?.changes, stderr).toEqual([]);
    expect(seen.objects?.kinds).toBeGreaterThan(20);
    expect(seen).toMatchObject({
      sameCluster: true,
      differs: false,
      findings: { added: [], fixed: [] },
      proxies: { changes: [] },
      versions: { changes: [] },
      meshConfig: { changes: [] },
    });
    expect(code).toBe(0);
  });

  it('is the field that was changed, and what follows from it', { timeout: 150_000 }, async () => {
    const spec = { trafficPolicy: { connectionPool: { tcp: { maxConnections: 7 } } } };
    await bench.admin.merge(RULE, { spec });
    try {
      const { code, diff: seen } = await diff(archive, 'live', '-n', 'payments', ...asUser('admin'));
      expect(code).toBe(1);
      expect(seen.objects?.changes).toMatchObject([
        { what: 'changed', resource: { kind: 'DestinationRule', name: 'ledger' } },
      ]);
      expect(seen.objects?.changes[0]?.changes[0]?.path).toContain('connectionPool');
      const back = await diff('live', archive, '-n', 'payments', '--only', 'objects', ...asUser('admin'));
      expect(back.diff.objects?.counts).toEqual(seen.objects?.counts);
    } finally {
      await bench.admin.merge(RULE, { spec: { trafficPolicy: { connectionPool: null } } });
    }
  });

  it('is compared as far as a user may read, and the rest is named', { timeout: 150_000 }, async () => {
    const { code, diff: seen, stderr } = await diff(archive, 'live', '-n', 'shop', ...asUser('shop-only'));
    expect(seen.objects?.changes).toEqual([]);
    expect(stderr).toContain('of B: ');
    expect(code, stderr).toBe(0);
  });

  it('is told of one proxy resource by resource', { timeout: 150_000 }, async () => {
    const {
      code,
      diff: seen,
      stderr,
    } = await diff(archive, '--proxy', 'deploy/cart-v1.shop', ...asUser('admin'));
    expect(seen.proxyConfigs, stderr).toMatchObject({ compared: 1, same: 1, changes: [] });
    expect(code).toBe(0);
  });
});
