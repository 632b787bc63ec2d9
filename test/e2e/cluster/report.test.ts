import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { MeshReport } from '../../../src/answers/mesh-report/mesh-report.ts';
import { run } from '../../helpers/run.ts';
import { extract } from '../../helpers/unpack.ts';
import { describeLive } from '../bench.ts';

const ISTIOD_PORT = 15014;

describeLive('report of a live mesh', (bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'live-report-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function report(context: string, ...options: readonly string[]) {
    const start = performance.now();
    const { stdout, stderr, exitCode } = await run([
      'report',
      '-o',
      'json',
      '--kubeconfig',
      bench.kubeconfig,
      '--context',
      context,
      ...options,
    ]);
    expect(stdout, stderr).not.toBe('');
    return { report: JSON.parse(stdout) as MeshReport, stderr, exitCode, tookMs: performance.now() - start };
  }

  it('says what the recording of the same mesh says', { timeout: 90_000 }, async () => {
    const { report: live } = await report('admin');
    const recorded: MeshReport = JSON.parse((await run('report --from demo -o json')).stdout);
    expect(live.verdict.level).toBe('error');
    expect(live.subject.source).toBe('context admin');
    // Pods of the tests' own load are no part of the recording.
    const states = ({ proxies }: MeshReport) =>
      proxies.rows.filter(({ namespace }) => namespace !== 'load').map(({ proxy, state }) => [proxy, state]);
    expect(states(live)).toEqual(states(recorded));
    expect(live.proxies.istiodsAnswered).toBe(live.proxies.istiodsAsked);
    const codes = ({ findings }: MeshReport) =>
      findings.findings.map(({ code, message }) => `${code} ${message}`);
    for (const one of codes(recorded).filter((text) => text.startsWith('IST0101')))
      expect(codes(live)).toContain(one);
    const names = ({ certificates }: MeshReport) =>
      certificates.certificates
        .filter(({ role, name }) => role === 'workload' && !name.includes('/ns/load/'))
        .map(({ name }) => name);
    expect(names(live)).toEqual(names(recorded));
    expect(live.controlPlane[0]?.pushes?.length).toBeGreaterThan(3);
    expect(live.graph?.dangling.length).toBeGreaterThan(2);
  });

  it('is made in time, of all else, while an istiod hangs', { timeout: 90_000 }, async () => {
    const [istiod] = bench.istiods;
    if (istiod === undefined) throw new Error('no istiod');
    await bench.setFault(istiod, ISTIOD_PORT, 'hang');
    try {
      const { report: one, tookMs } = await report('admin', '--kubeclient-timeout', '2s');
      expect(tookMs).toBeLessThan(30_000);
      // What only its web pages tell is missing, and named; the state of proxies it also tells over xDS.
      expect(one.controlPlane.find(({ istiod: name }) => name === istiod.name)?.unread).toBeTruthy();
      expect(one.gaps.map(({ what }) => what)).toContain(`metrics of ${istiod.name}`);
      expect(one.proxies.rows.some(({ state }) => state === 'rejected')).toBe(true);
      expect(one.findings.resources).toBeGreaterThan(100);
      expect(one.certificates.certificates.length).toBeGreaterThan(5);
    } finally {
      await bench.setFault(istiod, ISTIOD_PORT, 'none');
    }
  });

  it('is made of what a user of one namespace may see, and never calls that good', {
    timeout: 90_000,
  }, async () => {
    const { report: one, exitCode } = await report('shop-only', '-n', 'shop');
    expect(exitCode).toBe(0);
    expect(new Set(one.proxies.rows.map(({ namespace }) => namespace))).toEqual(new Set(['shop']));
    expect(one.verdict.level).not.toBe('good');
    expect(one.gaps.some(({ why }) => why.includes('forbidden'))).toBe(true);
    expect((await report('shop-only', '-n', 'shop', '--strict')).exitCode).toBe(75);
  });

  it('is in the archive of bug-report, and is what report says of that', { timeout: 240_000 }, async () => {
    const archive = join(folder, 'live.tar.gz');
    const made = await run(
      `bug-report --kubeconfig ${bench.kubeconfig} --context admin --output-file ${archive}`,
    );
    expect(made.exitCode, made.stderr).toBe(0);
    extract(readFileSync(archive), join(folder, 'live'));
    const { stdout } = await run(`report --from ${archive} -o json`);
    expect(readFileSync(join(folder, 'live/report/report.json'), 'utf8')).toBe(stdout);
    expect((await run(`bug-report verify ${archive}`)).exitCode).toBe(0);
  });
});
