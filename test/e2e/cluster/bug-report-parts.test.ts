import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../helpers/run.ts';
import { ApiFront } from '../api-front.ts';
import { openArchive } from '../archive-truth.ts';
import { describeLive } from '../bench.ts';
import { AMBIENT_SYSTEM, AmbientMesh } from '../servers/mesh/ambient-mesh.ts';
import { RecordedMesh } from '../servers/mesh/recorded-mesh.ts';
import { CONTROLZ_SECRET } from '../servers/mesh/replayed-pages.ts';

const CONTROLZ = 9876;

describeLive('a bug report of a live mesh holds', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'parts-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const live = ['--kubeconfig', bench.kubeconfig, '--context', 'admin'];

  async function collect(name: string, ...more: readonly string[]) {
    const path = join(folder, `${name}.tar.gz`);
    const made = await run(['bug-report', '--output-file', path, '--skip-analyze', ...more]);
    expect(made.exitCode, made.stderr).toBe(0);
    return openArchive(path);
  }

  it('what istiod says of its process, which is only read', { timeout: 60_000 }, async () => {
    const [istiod] = bench.istiods;
    if (istiod === undefined) throw new Error('no mesh');
    await bench.asked(istiod, CONTROLZ);
    const { files, untrue } = await collect('shop', ...live);
    expect(untrue).toEqual([]);
    const topic = (name: string): string =>
      String(files.get(`clusters/demo/istiod/${istiod.namespace}/${istiod.name}/controlz/${name}.json`));
    expect(JSON.parse(topic('mem')).HeapAlloc).toBeGreaterThan(1_000_000);
    expect(JSON.parse(topic('proc')).goroutines).toBe(731);
    expect(JSON.parse(topic('scopes')).length).toBeGreaterThan(5);
    expect(JSON.parse(topic('env'))).toContainEqual({ name: 'XDS_AUTH', value: 'true' });
    expect(JSON.parse(topic('env'))).toContainEqual({ name: 'VAULT_TOKEN', value: '[redacted]' });
    expect([...files.values()].some((bytes) => bytes.includes(CONTROLZ_SECRET))).toBe(false);
    const asked = await bench.asked(istiod, CONTROLZ);
    expect([...asked].sort()).toEqual(['GET /envj/', 'GET /memj/', 'GET /procj/', 'GET /scopej/']);
  });

  const ambient = RecordedMesh.find('ambient');
  describe.skipIf(ambient === undefined)('of ambient mode', () => {
    let mesh: AmbientMesh | undefined;
    beforeAll(async () => {
      if (ambient === undefined) return;
      const node = JSON.parse(await bench.admin.text('/api/v1/nodes/lab-node-1'));
      mesh = new AmbientMesh(bench.admin, ambient, node.status.daemonEndpoints.kubeletEndpoint.Port);
      await mesh.start();
    }, 60_000);
    afterAll(async () => mesh?.stop());

    it('metrics of the CNI plugin on each node, and of ztunnels', { timeout: 60_000 }, async () => {
      const { files, untrue } = await collect('ambient', ...live, '-i', AMBIENT_SYSTEM);
      expect(untrue).toEqual([]);
      const metrics = (room: string): string[] =>
        [...files.keys()].filter((path) => path.includes(`/${room}/`) && path.endsWith('/metrics.prom'));
      expect(metrics('cni')).toHaveLength(3);
      for (const path of metrics('cni'))
        expect(String(files.get(path))).toContain('istio_cni_install_ready 1');
      expect(metrics('ztunnel').length).toBeGreaterThan(1);
    });
  });

  it('nothing, and says which rights to ask for, where a front refuses everything (77)', {
    timeout: 60_000,
  }, async () => {
    const front = await ApiFront.start(bench.kubeconfig, mkdtempSync(join(folder, 'front-')));
    front.treat = () => ({ status: 403 });
    try {
      const path = join(folder, 'refused.tar.gz');
      const line = ['bug-report', '--output-file', path, '-o', 'json', '--kubeconfig', front.kubeconfig];
      const made = await run(line);
      expect(made.exitCode, made.stderr).toBe(77);
      expect(JSON.parse(made.stdout).missingRights.length).toBeGreaterThan(5);
      expect(openArchive(path).untrue).toEqual([]);
    } finally {
      await front.stop();
    }
  });
});
