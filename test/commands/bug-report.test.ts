import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshscope-report-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const MESHES = { shop: join(ROOT, 'fixtures/meshes/shop'), ambient: join(ROOT, 'fixtures/meshes/ambient') };

beforeAll(async () => {
  for (const [name, mesh] of Object.entries(MESHES)) {
    const { exitCode, stderr } = await run(`bug-report --from ${mesh} --output-file ${at(`${name}.tar.gz`)}`);
    expect(exitCode, stderr).toBe(0);
  }
}, 60_000);

/** The file behind an open descriptor of this process; the one of the folder itself is gone already. */
function targetOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

/** Read commands, each with what it needs; `%` is the recording. */
const READ: Readonly<Record<keyof typeof MESHES, readonly string[]>> = {
  shop: [
    'proxy-status',
    'proxy-status --deep',
    'proxy-status -o json',
    'proxy-status --compat',
    'proxy-status search-v1-7c78d66565-qzbbl.shop',
    'proxy-config all deploy/cart-v1.shop -o json',
    'proxy-config bootstrap deploy/cart-v1.shop',
    'proxy-config cluster deploy/cart-v1.shop',
    'proxy-config listener deploy/cart-v1.shop',
    'proxy-config route deploy/cart-v1.shop -o json',
    'proxy-config endpoint deploy/cart-v1.shop',
    'proxy-config eds deploy/cart-v1.shop',
    'proxy-config secret deploy/cart-v1.shop',
    'proxy-config ecds deploy/cart-v1.shop',
    'proxy-config log deploy/cart-v1.shop',
    'proxy-config path deploy/cart-v1.shop catalog.shop.svc.cluster.local:80',
    'proxy-config rootca-compare deploy/cart-v1.shop deploy/catalog-v1.shop',
    'authz check deploy/cart-v1.shop',
    'rootca-compare',
    'describe pod cart-v1-db9689b57-djzwj.shop',
    'describe service catalog.shop',
    'envoy-stats deploy/cart-v1.shop',
    'envoy-stats deploy/cart-v1.shop --type clusters',
    'logs deploy/cart-v1.shop',
    'internal-debug syncz',
    'internal-debug clusterz',
    'admin log',
    'remote-clusters',
    'version',
    'check-inject deploy/cart-v1.shop',
    'injector list',
    'tag list',
    'waypoint list',
    'waypoint status',
  ],
  ambient: [
    'proxy-status',
    'ztunnel-config workload',
    'ztunnel-config service',
    'ztunnel-config policy',
    'ztunnel-config certificate',
    'ztunnel-config connections',
    'ztunnel-config all -o json',
    'ztunnel-config log',
    'waypoint list',
    'waypoint status',
  ],
};

describe.each(Object.entries(READ))(
  'what was read from the %s mesh is read from its archive',
  (name, lines) => {
    it.each(lines)('%s', { timeout: 60_000 }, async (line) => {
      const mesh = MESHES[name as keyof typeof MESHES];
      const archive = at(`${name}.tar.gz`);
      const [before, after] = [await run(`${line} --from ${mesh}`), await run(`${line} --from ${archive}`)];
      const named = (text: string): string => text.replaceAll(archive, mesh);
      expect(before.stdout.length).toBeGreaterThan(0);
      expect(named(after.stdout)).toBe(before.stdout);
      expect(after.exitCode).toBe(before.exitCode);
    });
  },
);

describe('an archive', () => {
  it('of the same mesh is the same to the byte', async () => {
    await run(`bug-report --from ${MESHES.shop} --output-file ${at('again.tar.gz')} --concurrency 3`);
    expect(readFileSync(at('again.tar.gz')).equals(readFileSync(at('shop.tar.gz')))).toBe(true);
  });

  it('is readable by its owner alone, and nothing else is left beside it', () => {
    expect(statSync(at('shop.tar.gz')).mode & 0o077).toBe(0);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('has its index as the last file', () => {
    const tar = gunzipSync(readFileSync(at('shop.tar.gz')));
    const last = tar.lastIndexOf('ustar');
    expect(tar.subarray(last - 257, last - 157).toString('latin1')).toMatch(/^snapshot\.json\0/);
  });

  it('is whole, and without secrets', async () => {
    const verified = await run(`bug-report verify ${at('shop.tar.gz')}`);
    expect(verified.stdout).toMatch(/is whole: 2\d\d files/);
    expect(verified.exitCode).toBe(0);
    const scanned = await run(`bug-report scan ${at('shop.tar.gz')}`);
    expect(scanned.stdout).toContain('no secret found');
    expect(scanned.exitCode).toBe(0);
  });

  it('is never written over another file', async () => {
    const { exitCode, stderr } = await run(
      `bug-report --from ${MESHES.shop} --output-file ${at('shop.tar.gz')}`,
    );
    expect(exitCode).toBe(64);
    expect(stderr).toContain('exists already');
  });

  it('that can not be written is said before the mesh is asked', { timeout: 5_000 }, async () => {
    const path = at('no/such/folder.tar.gz');
    const { exitCode, stderr } = await run(`bug-report --from ${MESHES.shop} --output-file ${path}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`can't write ${path} (ENOENT)`);
    expect(stderr).toContain(`there is no folder ${at('no/such')}`);
  });

  it('is not written to a file that is named like stdin', async () => {
    const { exitCode, stderr } = await run(`bug-report --from ${MESHES.shop} --output-file=-`);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('an archive is not written to stdout');
  });

  it('comes with commands that its help names', async () => {
    const { stdout } = await run('bug-report --help');
    expect(stdout).toContain('meshscope bug-report scan\n');
    expect(stdout).toContain('meshscope bug-report verify\n');
  });

  it('names what it lacks', async () => {
    const { stdout } = await run(`bug-report --from ${MESHES.shop} --output-file ${at('named.tar.gz')}`);
    expect(stdout).toContain('no proxy process answered in the pod');
    expect(stdout).toMatch(
      /asked first, for they have a problem: search-v1-\S+, sessions-v1-\S+, wishlist-v1-/,
    );
  });

  it('has what matters most when it may not be large', async () => {
    const line = `bug-report --from ${MESHES.shop} --output-file ${at('small.tar.gz')} --max-size 600KB -o json`;
    const { stdout } = await run(line);
    const report = JSON.parse(stdout);
    expect(statSync(at('small.tar.gz')).size).toBeLessThanOrEqual(600 * 1024);
    expect(report.counts.skipped).toBeGreaterThan(20);
    expect(report.ended).toContain('--max-size');
    expect((await run(`bug-report verify ${at('small.tar.gz')}`)).exitCode).toBe(0);
    const status = await run(`proxy-status --from ${at('small.tar.gz')}`);
    expect(status.stdout).toBe((await run(`proxy-status --from ${MESHES.shop}`)).stdout);
  });
});

describe('verify', () => {
  it('finds a changed, a missing and an added file', async () => {
    const { extract } = await import('../helpers/unpack.ts');
    const root = at('unpacked');
    extract(readFileSync(at('shop.tar.gz')), root);
    expect((await run(`bug-report verify ${root}`)).exitCode).toBe(0);
    const pods = join(root, 'clusters/demo/kubernetes/core/v1/pods.json');
    writeFileSync(pods, readFileSync(pods, 'utf8').replace('Running', 'running'));
    rmSync(join(root, 'clusters/demo/kubernetes/core/v1/nodes.json'));
    writeFileSync(join(root, 'clusters/demo/added.json'), '{}');
    const { stdout, exitCode } = await run(`bug-report verify ${root}`);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('core/v1/pods.json: it was changed');
    expect(stdout).toContain('core/v1/nodes.json: it is missing');
    expect(stdout).toContain('clusters/demo/added.json: the index does not list it');
  });

  it('refuses what is no recording', async () => {
    writeFileSync(at('text.txt'), 'hello, this is no archive');
    expect((await run(`bug-report verify ${at('text.txt')}`)).exitCode).toBe(65);
    expect((await run(`bug-report scan ${at('nothing.tar.gz')}`)).exitCode).toBe(66);
  });
});

describe('what is asked', () => {
  it('is shown without asking it, with sizes', async () => {
    const { stdout, exitCode } = await run('bug-report --dry-run --from demo');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/proxies with a problem +Envoy config_dump +3 /);
    expect(stdout).toContain('nothing was written');
  });

  it('is a workload and what it depends on, with --for', async () => {
    const line = `bug-report --from ${MESHES.shop} --for deploy/cart-v1.shop --output-file ${at('for.tar.gz')} -o json`;
    const { exitCode, stderr } = await run(line);
    expect(exitCode, stderr).toBe(0);
    const scanned = await run(`proxy-config cluster deploy/cart-v1.shop --from ${at('for.tar.gz')}`);
    expect(scanned.exitCode).toBe(0);
    expect(
      (await run(`bug-report --from ${MESHES.shop} --for pod/nobody.shop --output-file ${at('no.tar.gz')}`))
        .exitCode,
    ).toBe(66);
    expect(readdirSync(folder)).not.toContain('no.tar.gz');
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('keeps the control plane whatever is included', async () => {
    await run([
      'bug-report',
      '--from',
      MESHES.shop,
      '--include',
      'payments//*ledger*,*fraud*',
      '--output-file',
      at('payments.tar.gz'),
    ]);
    const status = await run(`proxy-status --from ${at('payments.tar.gz')}`);
    expect(status.stdout).toBe((await run(`proxy-status --from ${MESHES.shop}`)).stdout);
    expect(
      (await run(`proxy-config cluster deploy/ledger-v1.payments --from ${at('payments.tar.gz')}`)).exitCode,
    ).toBe(0);
    expect(
      (await run(`proxy-config cluster deploy/checkout-v1.payments --from ${at('payments.tar.gz')}`))
        .exitCode,
    ).toBe(66);
  });

  it('is only what an earlier archive lacks, with --resume', async () => {
    const line = `bug-report --from ${MESHES.shop} --resume ${at('small.tar.gz')} --output-file ${at('resumed.tar.gz')}`;
    expect((await run(line)).exitCode).toBe(0);
    const all = 'proxy-config all deploy/cart-v1.shop -o json';
    const { stdout } = await run(`${all} --from ${at('resumed.tar.gz')}`);
    expect(stdout).toBe((await run(`${all} --from ${MESHES.shop}`)).stdout);
    expect((await run(`bug-report verify ${at('resumed.tar.gz')}`)).exitCode).toBe(0);
  });

  it('never mixes two clusters by --resume', async () => {
    const line = `bug-report --from ${MESHES.ambient} --resume ${at('small.tar.gz')} --output-file ${at('mixed.tar.gz')}`;
    const { exitCode, stdout, stderr } = await run(line);
    expect([exitCode, stdout]).toEqual([64, '']);
    expect(stderr).toContain('small.tar.gz was taken of another cluster than ');
    expect(stderr).toContain('--from names a recording of the same cluster');
    expect(existsSync(at('mixed.tar.gz'))).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')('closes the earlier archive when it is done', async () => {
    const earlier = at('shop.tar.gz');
    const held = (): number => readdirSync('/proc/self/fd').filter((fd) => targetOf(fd) === earlier).length;
    const before = held();
    for (const [more, code] of [
      ['--output-file closed.tar.gz', 0],
      ['--dry-run', 0],
      ['--for deploy/none.shop', 66],
    ] as const) {
      const line = `bug-report --from ${MESHES.shop} --skip-analyze --resume ${earlier} ${more}`;
      expect((await run(line, { cwd: folder })).exitCode).toBe(code);
    }
    expect(held()).toBe(before);
  });

  it.each([
    ['--include a/b/c/d/e/f/g', '7 fields'],
    ['--include a///x', 'no label'],
    ['--max-size many', 'no size'],
    ['--start-time yesterday', 'no time'],
    ['--start-time 2026-01-01T00:00:00Z --duration 1h', 'both say'],
    ['--timeout 1ms', 'at least 1s'],
    ['--full-secrets', 'no terminal'],
  ])('is refused: %s', async (flags, why) => {
    const { exitCode, stderr } = await run(`bug-report --from demo ${flags}`);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(why);
  });
});
