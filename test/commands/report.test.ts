import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeshReport } from '../../src/answers/mesh-report/mesh-report.ts';
import { lossyRecording } from '../helpers/lossy-recording.ts';
import { ROOT, run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-mesh-report-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const without = (name: string, lost: RegExp): string => lossyRecording(at(name), lost);

async function reportOf(source: string): Promise<MeshReport> {
  const { stdout, stderr } = await run(`report --from ${source} -o json`);
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout);
}

let demo: MeshReport;
beforeAll(async () => {
  demo = await reportOf('demo');
});

describe('the report of the shop mesh', () => {
  it('says the verdict first, and what it follows from, worst first', async () => {
    const { stdout, exitCode } = await run('report --from demo');
    expect(exitCode).toBe(0);
    expect(stdout).toMatchSnapshot();
  });

  it('fits a terminal', async () => {
    const { stdout } = await run('report --from demo --color never', { tty: { columns: 80 } });
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('has the findings of analyze and the states of proxy-status', async () => {
    const findings = JSON.parse((await run('analyze --from demo -o json')).stdout);
    expect(demo.findings.findings.map(({ code, message }) => [code, message])).toEqual(
      findings.map(({ code, message }: { code: string; message: string }) => [code, message]),
    );
    const { stdout } = await run('proxy-status --from demo');
    for (const { proxy, state } of demo.proxies.rows)
      expect(stdout.includes(proxy), `${proxy} ${state}`).toBe(state !== 'in-sync');
    expect(stdout).toContain(`${demo.proxies.inSync} in sync`);
  });

  it('has the graph of graph, with each finding at its node', async () => {
    const graph = JSON.parse((await run('graph --from demo -o json')).stdout);
    expect(demo.graph?.nodes).toEqual(graph.nodes);
    expect(demo.graph?.edges).toEqual(graph.edges);
    expect(demo.graph?.dangling).toEqual(graph.dangling);
    const atNodes = Object.values(demo.graph?.findings ?? {}).flat();
    for (const one of atNodes) expect(demo.findings.findings).toContainEqual(one);
    expect(atNodes.length).toBeGreaterThan(15);
  });

  it('names what could not be read', () => {
    expect(demo.gaps.map(({ what }) => what)).toEqual([
      'ingresses',
      'networkpolicies',
      'certificates of wishlist-v1-84c6b7d679-xdvp4.shop',
      expect.stringContaining('in the recording: '),
    ]);
  });

  it('is a ticket in markdown, in which nothing that was read is markup', async () => {
    const { stdout } = await run('report --from demo -o markdown');
    expect(stdout).toMatch(/^# ❌ something is broken: /);
    for (const part of [
      'Configuration',
      'Proxies',
      'Certificates',
      'Control plane',
      'Dependencies',
      'Missing',
    ])
      expect(stdout).toContain(`\n## ${part}\n`);
    expect(stdout).not.toMatch(/<(?!\/?(?:details|summary)>)/);
  });

  it('is one page that loads nothing', async () => {
    const { stdout } = await run('report --from demo -o html');
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(stdout).toContain("default-src 'none'");
    expect(stdout).toContain('search-v1-7c78d66565-qzbbl.shop');
  });
});

describe('a report', () => {
  it.each([
    ['', 0],
    ['--failure-threshold error', 79],
    ['--failure-threshold warning', 79],
    ['--strict', 75],
  ])('with %s exits with %i', async (options, code) => {
    expect((await run(`report --from demo ${options}`)).exitCode).toBe(code);
  });

  it('of one namespace is of that alone, and a misspelt one is no sound one', async () => {
    const { stdout } = await run('report --from demo -n payments -o json');
    const report: MeshReport = JSON.parse(stdout);
    expect(new Set(report.proxies.rows.map(({ namespace }) => namespace))).toEqual(new Set(['payments']));
    expect(report.subject.namespace).toBe('payments');
    expect(report.verdict.title).toContain(' in namespace payments: ');
    const elsewhere = report.certificates.certificates.flatMap(({ holders }) =>
      holders.filter((one) => /^(?:Secret|ConfigMap) (?!payments\/)/.test(one)),
    );
    expect(elsewhere).toEqual([]);
    const odd = await run('report --from demo -n paymnts');
    expect([odd.exitCode, odd.stderr]).toEqual([66, expect.stringContaining('near  payments')]);
  });

  it('of a revision that nobody runs knows no proxies, nor their certificates and versions', async () => {
    const { stdout } = await run('report --from demo -r canary -o json');
    const { subject, proxies, versions, certificates, verdict }: MeshReport = JSON.parse(stdout);
    expect([subject.revision, proxies.rows, versions.proxies]).toEqual(['canary', [], []]);
    expect(certificates.certificates.map(({ role }) => role)).not.toContain('workload');
    expect(verdict.title).toContain(' in revision canary: ');
  });

  it('that was saved is the same in every format', async () => {
    writeFileSync(at('saved.json'), (await run('report --from demo -o json')).stdout);
    for (const format of ['table', 'html', 'markdown', 'json', 'yaml']) {
      const [fresh, saved] = [
        await run(`report --from demo -o ${format}`),
        await run(`report -f ${at('saved.json')} -o ${format}`),
      ];
      expect(saved.stdout, format).toBe(fresh.stdout);
      expect(saved.exitCode).toBe(0);
    }
  });

  it.each([
    ['-f nothing.json', 66, 'there is no file'],
    [`-f ${join(ROOT, 'package.json')}`, 65, 'is no saved report: apiVersion: expected meshscope.io/v1'],
    [`-f ${join(ROOT, 'LICENSE')}`, 65, ''],
    ['-f x.json --from demo', 64, '--file shows a saved report'],
    ['--from demo --open --output-file report.md', 64, '--open shows a page'],
    ['--from demo --failure-threshold bad', 64, 'bad'],
  ])('asked for with %s exits with %i', async (options, code, text) => {
    const { exitCode, stderr } = await run(`report ${options}`);
    expect(exitCode, stderr).toBe(code);
    expect(stderr).toContain(text);
  });

  it('is written to a file that its user alone may read, in the format that its name says', async () => {
    for (const [name, start] of [
      ['r.html', '<!doctype html>'],
      ['r.md', '# '],
      ['r.json', '{'],
      ['r.yaml', 'apiVersion: '],
      ['report', '<!doctype html>'],
    ] as const) {
      const { stdout, stderr } = await run(`report --from demo --output-file ${at(name)}`);
      expect(stdout).toMatch(/^✖ something is broken/);
      expect(stderr).toContain(`the report is in ${at(name)}`);
      expect(readFileSync(at(name), 'utf8').startsWith(start), name).toBe(true);
      expect(statSync(at(name)).mode & 0o777).toBe(0o600);
    }
  });

  it('that can not be written says why', async () => {
    const { exitCode, stderr } = await run('report --from demo --output-file /dev/null/report.html');
    expect([exitCode, stderr]).toEqual([65, expect.stringContaining("can't write /dev/null/report.html")]);
  });
});

describe('a report of a mesh of which much is missing', () => {
  it('has no istiod: the Envoys speak for themselves, and the rest is reported', async () => {
    const report = await reportOf(without('no-istiod', /\/istiod\//));
    expect(report.proxies).toMatchObject({ istiodsAnswered: 0, istiodsAsked: 0, podsKnown: true });
    expect(report.proxies.rows.length).toBe(13);
    expect(report.proxies.rows.find(({ proxy }) => proxy.startsWith('search-'))?.state).toBe('rejected');
    expect(report.findings.counts.error).toBe(demo.findings.counts.error);
    expect(report.controlPlane).toEqual([]);
    expect(report.verdict.reasons).toContainEqual({
      level: 'unknown',
      text: 'no istiod was found to ask',
      section: 'control-plane',
    });
    expect(report.versions.proxies.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(0);
  });

  it('has no objects: the proxies are reported, and no graph stands for an empty one', async () => {
    const report = await reportOf(without('no-objects', /\/kubernetes\//));
    expect(report.graph).toBeUndefined();
    expect(report.findings).toMatchObject({ findings: [], resources: 0 });
    expect(report.findings.skipped.length).toBeGreaterThan(20);
    expect(report.proxies.istiodsAnswered).toBe(1);
    expect(report.proxies.podsKnown).toBe(false);
    expect(report.verdict.level).toBe('error');
  });

  it('has no proxies: that no certificate is known is not that all are valid', async () => {
    const report = await reportOf(without('no-proxies', /\/proxies\//));
    expect(report.certificates.unread).toEqual([
      { who: 'the proxies', why: 'no page of a proxy is at hand' },
    ]);
    expect(report.certificates.certificates.map(({ role }) => role)).toEqual(['server', 'root']);
  });

  it('has no pages of one proxy: that the others have valid certificates says nothing of it', async () => {
    const report = await reportOf(without('no-cart', /\/proxies\/shop\/cart-/));
    expect(report.certificates.unread).toContainEqual({
      who: 'cart-v1-db9689b57-djzwj.shop',
      why: 'no page of it is at hand',
    });
  });

  it('has objects of some namespaces alone: what was read in part is named, and no reason to be calm', async () => {
    const path = without('in-part', /^$/);
    const index = JSON.parse(readFileSync(join(path, 'snapshot.json'), 'utf8'));
    for (const entry of index.contents)
      if (entry.path.endsWith('/virtualservices.json'))
        Object.assign(entry, { status: 'partial', namespaces: ['edge'], reason: 'only edge was allowed' });
    writeFileSync(join(path, 'snapshot.json'), JSON.stringify(index));
    const report = await reportOf(path);
    expect(report.findings.inPart).toEqual(['VirtualService']);
    expect(report.verdict.reasons).toContainEqual({
      level: 'unknown',
      text: 'VirtualService read in part only',
      section: 'findings',
    });
    const { stdout } = await run(`report --from ${path} -o markdown`);
    expect(stdout).toContain('1 kind read in part');
    expect(stdout).toContain('likely: ');
  });

  it('has nothing: it says that, and fails', async () => {
    const { stdout, exitCode } = await run(`report --from ${without('nothing', /./)} -o json`);
    expect(exitCode).toBe(69);
    expect(JSON.parse(stdout).verdict).toMatchObject({
      level: 'unknown',
      title: 'not known: nothing of the mesh could be read',
    });
  });

  it('holds what nobody can read', async () => {
    const path = without('damaged', /^$/);
    for (const name of ['metrics.prom', 'version.json', 'debug/syncz.json'])
      writeFileSync(
        join(path, `clusters/demo/istiod/istio-system/istiod-57444bb956-pp8n9/${name}`),
        '\u0000{',
      );
    writeFileSync(join(path, 'clusters/demo/proxies/shop/cart-v1-db9689b57-djzwj/certs.json'), '[[[');
    const report = await reportOf(path);
    expect(report.controlPlane[0]?.unread).toContain('was changed after the snapshot was taken');
    expect(report.certificates.unread.map(({ who }) => who)).toContain('cart-v1-db9689b57-djzwj.shop');
    expect(report.verdict.level).toBe('error');
  });
});

describe('the report of the ambient mesh', () => {
  it('knows ztunnels, waypoints, and the certificates that a ztunnel holds for others', async () => {
    const report = await reportOf('demo-ambient');
    expect(new Set(report.proxies.rows.map(({ type }) => type))).toEqual(
      new Set(['waypoint', 'sidecar', 'ztunnel']),
    );
    const held = report.certificates.certificates.filter(({ holders }) =>
      holders.some((one) => one.startsWith('ztunnel-')),
    );
    expect(held.filter(({ role }) => role === 'workload').length).toBeGreaterThan(3);
    expect(held.filter(({ role }) => role === 'root').length).toBe(1);
  });
});
