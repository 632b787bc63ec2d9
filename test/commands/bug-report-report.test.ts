import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { MeshReport } from '../../src/answers/mesh-report/mesh-report.ts';
import { lossyRecording } from '../helpers/lossy-recording.ts';
import { ROOT, run } from '../helpers/run.ts';
import { extract } from '../helpers/unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-embedded-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const mesh = (name: string): string => join(ROOT, 'fixtures/meshes', name);
const FILES = ['report.json', 'findings.json', 'proxy-status.json', 'index.html'];

interface Entry {
  readonly path: string;
  readonly status: string;
  readonly reason?: string;
}

/** Makes an archive, unpacks it, and answers what its index says of the report. */
async function archived(name: string, source: string, options = ''): Promise<readonly Entry[]> {
  const { exitCode, stderr } = await run(
    `bug-report --from ${source} --output-file ${at(`${name}.tar.gz`)} ${options}`,
  );
  expect(exitCode, stderr).toBe(0);
  mkdirSync(at(name));
  extract(readFileSync(at(`${name}.tar.gz`)), at(name));
  const index = JSON.parse(readFileSync(at(`${name}/snapshot.json`), 'utf8'));
  return index.contents.filter(({ path }: Entry) => path.startsWith('report/'));
}

const embedded = (name: string, file: string): string => readFileSync(at(`${name}/report/${file}`), 'utf8');

/** The shop mesh twice in one recording, as two clusters of one mesh. */
function twoClusters(): string {
  const path = lossyRecording(at('source-6'), /^$/);
  cpSync(join(path, 'clusters/demo'), join(path, 'clusters/west'), { recursive: true });
  const index = JSON.parse(readFileSync(join(path, 'snapshot.json'), 'utf8'));
  const again = index.contents.map((entry: Entry) => ({
    ...entry,
    path: entry.path.replace('clusters/demo/', 'clusters/west/'),
  }));
  writeFileSync(
    join(path, 'snapshot.json'),
    JSON.stringify({ ...index, contents: [...index.contents, ...again] }),
  );
  return path;
}

describe('the report in an archive', () => {
  it.each([
    ['shop', mesh('shop')],
    ['ambient', mesh('ambient')],
    ['without-istiod', lossyRecording(at('source-1'), /\/istiod\//)],
    ['without-pods', lossyRecording(at('source-2'), /core\/v1\/pods\.json$/)],
    ['without-objects', lossyRecording(at('source-3'), /\/kubernetes\//)],
    ['without-proxies', lossyRecording(at('source-4'), /\/(?:proxies|ztunnel)\//)],
    ['two-clusters', twoClusters()],
    ['ambient-without-istiod', lossyRecording(at('source-5'), /\/istiod\//, 'ambient')],
  ])('of %s says what report says of the archive', { timeout: 60_000 }, async (name, source) => {
    const entries = await archived(name, source);
    expect(entries.map(({ path, status }) => [path, status])).toEqual(
      [...FILES].sort().map((file) => [`report/${file}`, 'ok']),
    );
    const json = await run(`report --from ${at(`${name}.tar.gz`)} -o json`);
    expect(embedded(name, 'report.json')).toBe(json.stdout);
    const html = await run(`report --from ${at(`${name}.tar.gz`)} -o html`);
    expect(embedded(name, 'index.html')).toBe(html.stdout);
    const report: MeshReport = JSON.parse(json.stdout);
    expect(JSON.parse(embedded(name, 'findings.json'))).toMatchObject({ ...report.findings });
    expect(JSON.parse(embedded(name, 'proxy-status.json'))).toMatchObject({ ...report.proxies });
  });

  it('says of a recording what is said of the mesh it was made from', async () => {
    const before: MeshReport = JSON.parse((await run(`report --from ${mesh('shop')} -o json`)).stdout);
    const after: MeshReport = JSON.parse(embedded('shop', 'report.json'));
    for (const part of ['findings', 'proxies', 'certificates', 'controlPlane', 'graph'] as const)
      expect(after[part]).toEqual(before[part]);
    expect(after.subject.redaction).toBe('default');
  });

  it('is verified and looked through like every other file', async () => {
    expect((await run(`bug-report verify ${at('shop')}`)).exitCode).toBe(0);
    expect((await run(`bug-report scan ${at('shop')}`)).exitCode).toBe(0);
    writeFileSync(at('shop/report/index.html'), `${embedded('shop', 'index.html')} `);
    writeFileSync(at('shop/report/more.html'), '<script></script>');
    const { stdout, exitCode } = await run(`bug-report verify ${at('shop')}`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('report/index.html: it was changed');
    expect(stdout).toContain('report/more.html: the index does not list it');
  });

  it('is of what was collected: narrower than the mesh, and no less than that', async () => {
    await archived('narrow', mesh('shop'), '-n payments');
    const report: MeshReport = JSON.parse(embedded('narrow', 'report.json'));
    expect(`${JSON.stringify(report, null, 2)}\n`).toBe(
      (await run(`report --from ${at('narrow.tar.gz')} -o json`)).stdout,
    );
    expect(report.gaps.length).toBeGreaterThan(3);
  });

  it('is left out with --skip-analyze', async () => {
    expect(await archived('bare', mesh('shop'), '--skip-analyze')).toEqual([]);
    expect(existsSync(at('bare/report'))).toBe(false);
    expect((await run(`bug-report verify ${at('bare.tar.gz')}`)).exitCode).toBe(0);
  });

  it('is made anew by --resume, and from an archive', async () => {
    await archived('resumed', mesh('shop'), `--resume ${at('bare.tar.gz')}`);
    expect(embedded('resumed', 'report.json')).toBe(
      (await run(`report --from ${at('resumed.tar.gz')} -o json`)).stdout,
    );
    await archived('again', at('resumed.tar.gz'));
    expect(embedded('again', 'report.json')).toBe(embedded('resumed', 'report.json'));
  });

  it('has its own room when the archive is full', async () => {
    const entries = await archived('small', mesh('shop'), '--max-size 600KB');
    expect(statSync(at('small.tar.gz')).size).toBeLessThanOrEqual(600 * 1024);
    expect(new Set(entries.map(({ status }) => status))).toEqual(new Set(['ok']));
    const report: MeshReport = JSON.parse(embedded('small', 'report.json'));
    expect(report.gaps.some(({ why }) => why.includes('--max-size'))).toBe(true);
  });

  it('that can not be made says why, and the archive is whole', async () => {
    const settings = at('settings.yaml');
    writeFileSync(settings, 'plugins: [./nothing.mjs]\n');
    const entries = await archived('unmade', mesh('shop'), `--config ${settings}`);
    expect(new Set(entries.map(({ status }) => status))).toEqual(new Set(['failed']));
    for (const { reason } of entries) expect(reason).toContain('nothing.mjs');
    expect((await run(`bug-report verify ${at('unmade.tar.gz')}`)).exitCode).toBe(0);
  });
});
