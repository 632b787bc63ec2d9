import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSource } from '../../src/sources/open-source.ts';
import { ROOT, run } from '../helpers/run.ts';
import { extract } from '../helpers/unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-parts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...path: readonly string[]): string => join(folder, ...path);
const CLUSTER = 'clusters/demo';
const ISTIOD = `${CLUSTER}/istiod/istio-system/istiod-649895b6c8-8llrp`;
const CNI = { name: 'istio-cni-node-5fc7p', namespace: 'istio-system' };
const CNI_POD = `${CLUSTER}/cni/${CNI.namespace}/${CNI.name}`;
const METRICS = '# TYPE istio_cni_install_ready gauge\nistio_cni_install_ready 1\n';
const ENV = [
  { name: 'JWT_POLICY', value: 'third-party-jwt' },
  { name: 'POD_NAME', value: 'istiod-649895b6c8-8llrp' },
  { name: 'PGPASSWORD', value: 'correct horse battery' },
];
const PROC = { pid: 1, uid: 1337, hostname: 'istiod-649895b6c8-8llrp', threads: 14, goroutines: 731 };

function put(path: string, text: string): void {
  const full = at('mesh', path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, text);
}

/** The ambient mesh with parts that were not recorded of it. */
beforeAll(async () => {
  cpSync(join(ROOT, 'fixtures/meshes/ambient'), at('mesh'), { recursive: true });
  put(`${ISTIOD}/controlz/env.json`, JSON.stringify(ENV));
  put(`${ISTIOD}/controlz/proc.json`, JSON.stringify(PROC));
  put(`${CNI_POD}/metrics.prom`, METRICS);
  put(`${CNI_POD}/logs/install-cni.log`, '2026-11-23T02:11:00Z\tinfo\tinstalled\n');
  const { exitCode, stderr } = await run(`bug-report --from ${at('mesh')} --output-file ${at('a.tar.gz')}`);
  expect(exitCode, stderr).toBe(0);
  mkdirSync(at('a'));
  extract(readFileSync(at('a.tar.gz')), at('a'));
}, 60_000);

const packed = (path: string): string => readFileSync(at('a', path), 'utf8');

describe('a bug report holds', () => {
  it('what istiod says of its process, without the secrets of its environment', () => {
    expect(JSON.parse(packed(`${ISTIOD}/controlz/env.json`))).toEqual([
      ENV[0],
      ENV[1],
      { name: 'PGPASSWORD', value: '[redacted]' },
    ]);
    expect(JSON.parse(packed(`${ISTIOD}/controlz/proc.json`))).toEqual(PROC);
    expect(JSON.parse(packed(`${ISTIOD}/controlz/mem.json`)).HeapAlloc).toBeGreaterThan(1_000_000);
  });

  it('metrics and log of the CNI plugin on each node, and those of ztunnels', async () => {
    expect(packed(`${CNI_POD}/metrics.prom`)).toBe(METRICS);
    expect(packed(`${CNI_POD}/logs/install-cni.log`)).toContain('installed');
    expect(packed(`${CLUSTER}/ztunnel/istio-system/ztunnel-qvvs4/metrics.prom`)).toContain('istio_');
    const { contents } = JSON.parse(packed('snapshot.json'));
    const pages = contents.filter(({ path }: { path: string }) => /\/cni\/.*metrics\.prom$/.test(path));
    expect(pages.map(({ status }: { status: string }) => status).sort()).toEqual([
      'ok',
      'skipped',
      'skipped',
    ]);
  });

  it('nothing of it that is taken for a proxy', async () => {
    const status = await run(`proxy-status --all --from ${at('a.tar.gz')} -o json`);
    expect(status.stdout).not.toContain('istio-cni-node');
    const { stdout } = await run(`bug-report --dry-run --from ${at('a.tar.gz')} -o json`);
    const lines = JSON.parse(stdout).lines as { question: string; answers: number }[];
    const answers = (wanted: string) => lines.find(({ question }) => question === wanted)?.answers;
    expect([answers('CNI metrics'), answers('log of cni')]).toEqual([3, 3]);
    expect(answers('istiod controlz/env')).toBe(1);
  });
});

it('a log of the CNI plugin is found where earlier archives have it', async () => {
  const old = at('mesh', CLUSTER, 'proxies', CNI.namespace, CNI.name);
  mkdirSync(join(old, '..'), { recursive: true });
  renameSync(at('mesh', CNI_POD), old);
  const source = await openSource({
    from: at('mesh'),
    cwd: ROOT,
    stdin: process.stdin,
    clock: () => new Date(0),
  });
  const log = await source.logs({ pod: CNI, container: 'install-cni' });
  expect(log.ok && Buffer.from(log.value).toString()).toContain('installed');
  const metrics = await source.cni(CNI, 'metrics');
  expect(metrics.ok || metrics.error.code).toBe('NotRecorded');
  await source.close();
});
