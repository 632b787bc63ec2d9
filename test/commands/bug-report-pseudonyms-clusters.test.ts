import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { learnFirst } from '../../src/commands/bug-report/first-names.ts';
import { openPseudonyms } from '../../src/commands/bug-report/pseudonyms.ts';
import { keeping } from '../../src/commands/bug-report/redaction.ts';
import { ClusterView } from '../../src/sources/cluster-view.ts';
import { JoinedSource } from '../../src/sources/joined-source.ts';
import { openSource } from '../../src/sources/open-source.ts';
import type { MeshSource } from '../../src/sources/source.ts';
import { collectedTo } from '../helpers/collected.ts';
import { bothWays } from '../helpers/pseudonymized.ts';
import { ROOT, run } from '../helpers/run.ts';
import { TroubledSource } from '../helpers/troubled-source.ts';
import { extract } from '../helpers/unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-two-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...path: readonly string[]): string => join(folder, ...path);
const SHOP = join(ROOT, 'fixtures/meshes/shop');
/** A cluster that is called as Istio would, and one that is called as its context, as clouds name these. */
const [LAKESIDE, HARBOUR] = ['lakeside', 'gke_acme-prod_europe-west1_harbour'];
const MESHES = { plain: at('both'), pseudonymized: at('both.tar.gz'), keyFile: at('both.names.json') };

function writeKey(path: string): void {
  const key = Buffer.from('the same pseudonyms in every run').toString('base64');
  const document = { apiVersion: 'meshscope.io/v1', kind: 'RedactionKey', key };
  writeFileSync(path, JSON.stringify(document), { mode: 0o600 });
}

/** What is left of names and addresses in an unpacked archive, with where it is. */
function namesLeft(unpacked: string): ReadonlyMap<string, string> {
  const names =
    /(?<![a-z])(?:cart|shop|catalog|ledger|checkout|payments|fraud|wishlist|sessions|lakeside|harbour|acme|lab-node|demo)(?![a-z])|(?<![\d.])10\.(?:244|96)\.\d+\.\d+/g;
  const left = new Map<string, string>();
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  for (const file of files) {
    const full = join(file.parentPath, file.name);
    const path = full.slice(unpacked.length);
    const texts = path === '/report/index.html' ? [path] : [path, readFileSync(full, 'utf8')];
    for (const text of texts) for (const [name] of text.matchAll(names)) left.set(name, path);
  }
  return left;
}

describe('a recording of two clusters with pseudonyms', () => {
  beforeAll(async () => {
    mkdirSync(at('both', 'clusters'), { recursive: true });
    for (const name of [LAKESIDE, HARBOUR])
      cpSync(join(SHOP, 'clusters/demo'), at('both', 'clusters', name), { recursive: true });
    const index = JSON.parse(readFileSync(join(SHOP, 'snapshot.json'), 'utf8'));
    writeFileSync(at('both', 'snapshot.json'), JSON.stringify({ ...index, context: HARBOUR, contents: [] }));
    writeKey(MESHES.keyFile);
    const { exitCode, stderr } = await run(
      `bug-report --from ${MESHES.plain} --redact names,ips --redact-key ${MESHES.keyFile} --output-file ${MESHES.pseudonymized}`,
    );
    expect(exitCode, stderr).toBe(0);
    extract(readFileSync(MESHES.pseudonymized), at('unpacked'));
  }, 120_000);

  it('holds no name and no address of either, and is whole', async () => {
    expect([...namesLeft(at('unpacked'))]).toEqual([]);
    expect(readdirSync(at('unpacked', 'clusters'))).toHaveLength(2);
    expect((await run(`bug-report verify ${MESHES.pseudonymized}`)).exitCode).toBe(0);
    expect((await run(`bug-report scan ${MESHES.pseudonymized}`)).exitCode).toBe(0);
  });

  it.each([
    'proxy-status --all',
    'analyze -A',
    'injector list',
    'internal-debug clusterz',
    'remote-clusters',
    'version',
  ])('gives the same answer, with other names: %s', { timeout: 60_000 }, async (line) => {
    const { plain, pseudonymized, expected, revealed } = await bothWays(line, MESHES);
    expect([0, 1, 79], plain.stderr).toContain(plain.exitCode);
    expect(pseudonymized.exitCode, pseudonymized.stderr).toBe(plain.exitCode);
    expect(revealed).toEqual(expected);
  });
});

/** A recorded mesh as that of a context of a kubeconfig. */
class InContext extends ClusterView {
  constructor(
    source: MeshSource,
    name: string,
    private readonly of: string,
  ) {
    super(source, name);
  }
  override get context(): string {
    return this.of;
  }
  override get label(): string {
    return this.of;
  }
}

async function shop(): Promise<MeshSource> {
  return openSource({ from: SHOP, cwd: ROOT, stdin: process.stdin, clock: () => new Date(0) });
}

async function pseudonyms(name: string) {
  const keyFile = at(`${name}.names.json`);
  writeKey(keyFile);
  const settings = { fields: [], patterns: [], words: [], nameFields: [] };
  const made = await openPseudonyms({ redact: ['names', 'ips'], redactKey: keyFile }, at(name), settings, {
    io: { cwd: folder } as never,
    terminal: { note: async () => {} } as never,
  });
  if (made === undefined) throw new Error('no pseudonyms');
  return made;
}

describe('several contexts with pseudonyms', () => {
  it('are collected without the names of clusters, contexts and meshes', { timeout: 120_000 }, async () => {
    const contexts = { [LAKESIDE]: 'admin@lakeside.acme.example', [HARBOUR]: HARBOUR };
    const members = await Promise.all(
      Object.entries(contexts).map(
        async ([name, of]) => [name, new InContext(await shop(), name, of)] as const,
      ),
    );
    const source = new JoinedSource(new Map(members));
    const hidden = await pseudonyms('contexts.tar.gz');
    await learnFirst(source, hidden.pseudonymizer);
    const logs = { window: { start: undefined, end: undefined }, critical: [], ignored: [] };
    const kept = keeping(false, logs, { pseudonyms: hidden });
    const { redact, redaction } = kept;
    const options = { redact, redaction, renaming: hidden.renaming };
    const { manifest } = await collectedTo(at('contexts.tar.gz'), source, options);
    await source.close();
    expect((await run(`bug-report verify ${at('contexts.tar.gz')}`)).exitCode).toBe(0);
    extract(readFileSync(at('contexts.tar.gz')), at('contexts'));
    expect([...namesLeft(at('contexts'))]).toEqual([]);
    // Both are there, under two names.
    const clusters = new Map<string, number>();
    for (const { path, status } of manifest.contents)
      if (status === 'ok')
        clusters.set(path.split('/')[1] ?? '', (clusters.get(path.split('/')[1] ?? '') ?? 0) + 1);
    const [one, other] = [...clusters.values()];
    expect([clusters.size, one]).toEqual([2, other]);
    expect(manifest.context.split(', ')).toHaveLength(2);
  });

  it('have the names of one learnt while another one hangs', async () => {
    const hanging = new TroubledSource({ proxies: 0, cluster: 'hangs' });
    const source = new JoinedSource(
      new Map<string, MeshSource>([
        [LAKESIDE, new ClusterView(hanging, LAKESIDE)],
        [HARBOUR, new ClusterView(await shop(), HARBOUR)],
      ]),
    );
    const { pseudonymizer } = await pseudonyms('hanging.tar.gz');
    await learnFirst(source, pseudonymizer, 2_000);
    expect(pseudonymizer.text('to cart and wishlist in lakeside')).not.toMatch(/cart|wishlist|lakeside/);
  });
});
