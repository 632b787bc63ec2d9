import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { claimName } from '../../src/sources/snapshot/claim-name.ts';
import { parseManifest } from '../../src/sources/snapshot/manifest.ts';
import { ROOT, run } from '../helpers/run.ts';
import { extract } from '../helpers/unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-limits-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const SHOP = join(ROOT, 'fixtures/meshes/shop');

async function contentsOf(name: string) {
  mkdirSync(at(`${name}.d`));
  await extract(readFileSync(at(name)), at(`${name}.d`));
  return parseManifest(readFileSync(join(at(`${name}.d`), 'snapshot.json')), name).contents;
}

/** What stands at places of the archive, as far as it was recorded at all. */
const statuses = (contents: Awaited<ReturnType<typeof contentsOf>>, place: RegExp): ReadonlySet<string> =>
  new Set(
    contents
      .filter(({ path, reason }) => place.test(path) && reason !== 'it is not in this snapshot')
      .map(({ status }) => status),
  );

describe('--max-size', () => {
  it('leaves out what matters least: each smaller archive lacks the end of the plan', {
    timeout: 120_000,
  }, async () => {
    const kept: number[] = [];
    for (const size of ['256K', '300K', '400K', '600K', '3MB']) {
      const name = `${size}.tar.gz`;
      const flags = `--max-size ${size} --concurrency 1 --skip-analyze --output-file ${at(name)}`;
      const { exitCode, stderr } = await run(`bug-report --from ${SHOP} ${flags}`);
      expect(exitCode, stderr).toBe(0);
      expect(statSync(at(name)).size).toBeLessThanOrEqual(
        size === '3MB' ? 3 * 1024 ** 2 : Number.parseInt(size, 10) * 1024,
      );
      const contents = await contentsOf(name);
      const healthy = statuses(contents, /proxies\/shop\/cart-v1-[^/]+\/config_dump\.json$/);
      const troubled = statuses(contents, /proxies\/shop\/search-v1-[^/]+\/config_dump\.json$/);
      // The control plane is in the smallest one; a healthy proxy only where one with a problem is, too.
      expect(statuses(contents, /core\/v1\/pods\.json$/)).toEqual(new Set(['ok']));
      expect(statuses(contents, /debug\/syncz\.json$/)).toEqual(new Set(['ok']));
      if (healthy.has('ok')) expect(troubled).toEqual(new Set(['ok']));
      if (troubled.has('ok'))
        expect(statuses(contents, /networking\.istio\.io\/[^/]+\/virtualservices\.json$/)).toEqual(
          new Set(['ok']),
        );
      kept.push(contents.filter(({ status }) => status === 'ok').length);
      const skipped = contents.filter(({ reason }) => reason?.startsWith('no room is left'));
      if (size === '3MB') expect(skipped).toEqual([]);
      else expect(skipped.length).toBeGreaterThan(0);
    }
    expect([...kept].sort((a, b) => a - b)).toEqual(kept);
    expect(new Set(kept).size).toBeGreaterThan(2);
  });
});

describe('--timeout', () => {
  it('of more than the timers of the engine can take is no end at once', async () => {
    const flags = `--timeout 1000h --skip-proxy-debug --skip-analyze --output-file ${at('long.tar.gz')} -o json`;
    const { exitCode, stdout, stderr } = await run(`bug-report --from ${SHOP} ${flags}`);
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).not.toHaveProperty('ended');
  });
});

describe('the name of an archive', () => {
  it('is another one for a second run of the same moment that was given none', {
    timeout: 60_000,
  }, async () => {
    const cwd = at('at-once');
    mkdirSync(cwd);
    const line = `bug-report --from ${SHOP} --skip-proxy-debug --skip-analyze -o json`;
    const first = await run(line, { cwd });
    const second = await run(line, { cwd });
    const names = [first, second].map(({ stdout }) => JSON.parse(stdout).archive);
    expect(new Set(names).size).toBe(2);
    expect(names[1]).toMatch(/bug-report-\d{8}-\d{6}Z?-2\.tar\.gz$/);
    for (const name of names) expect((await run(`bug-report verify ${name}`)).exitCode).toBe(0);
    expect(readdirSync(cwd)).toHaveLength(2);
  });

  it('that is taken meanwhile gets a number, and the other file stays as it is', async () => {
    for (const [wanted, next] of [
      ['a.tar.gz', 'a-2.tar.gz'],
      ['b.tgz', 'b-2.tgz'],
      ['no-ending', 'no-ending-2'],
    ] as const) {
      writeFileSync(at(wanted), 'another');
      writeFileSync(at('new.partial'), 'mine');
      expect(await claimName(at('new.partial'), at(wanted))).toBe(at(next));
      expect(readFileSync(at(wanted), 'utf8')).toBe('another');
      expect(readFileSync(at(next), 'utf8')).toBe('mine');
      expect(readdirSync(folder)).not.toContain('new.partial');
    }
  });

  it('that is a folder is said, with what to write instead', async () => {
    mkdirSync(at('reports'));
    const { exitCode, stderr } = await run(`bug-report --from ${SHOP} --output-file ${at('reports')}`);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('is a folder');
    expect(stderr).toContain(`--output-dir ${at('reports')}`);
  });

  it('below a file is said before anything is asked', async () => {
    writeFileSync(at('plain'), '');
    const { exitCode, stderr } = await run(`bug-report --from ${SHOP} --output-dir ${at('plain')}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/ENOTDIR/);
    expect(stderr).toContain(`${at('plain')} is no folder`);
  });
});
