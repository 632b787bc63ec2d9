import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const SHOP = 'fixtures/meshes/shop';
const ISTIOD = 'clusters/demo/istiod/istio-system/istiod-57444bb956-pp8n9';
const CART = 'clusters/demo/proxies/shop/cart-v1-db9689b57-djzwj';
const PODS = 'clusters/demo/kubernetes/core/v1/pods.json';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A copy of a mesh without its index, and so without checksums, that a test may change. */
function copyOf(mesh = SHOP): string {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-status-truth-'));
  folders.push(folder);
  cpSync(join(ROOT, mesh, 'clusters'), join(folder, 'clusters'), { recursive: true });
  return folder;
}

const ask = (words: string, mesh: string, options = {}) =>
  run(['proxy-status', ...words.split(' ').filter((word) => word !== ''), '--from', mesh], options);

const factsOf = async (words: string, mesh: string) => {
  const { stdout } = await ask(`${words} -o json`, mesh);
  return JSON.parse(stdout) as {
    resources: unknown;
    meshscope: {
      inSync: number;
      notCompared: number;
      podsKnown: boolean;
      proxies: { proxy: string; state: string; problems: { detail: string }[] }[];
    };
  };
};

describe('--deep', () => {
  test('a proxy without a dump is not compared, and not in sync', async () => {
    const mesh = copyOf();
    rmSync(join(mesh, CART, 'config_dump.json'));
    const { stdout, stderr } = await ask('--deep', mesh);
    expect(stdout).toMatch(
      /^\? cart-v1-db9689b57-djzwj\.shop +sidecar +not compared +- +can't read config_dump/m,
    );
    expect(stdout).toContain('✔ 8 in sync, 1 not compared');
    expect(stderr).toContain('deep comparison: not possible for cart-v1-db9689b57-djzwj.shop');
    const { meshscope } = await factsOf('--deep', mesh);
    expect(meshscope).toMatchObject({ inSync: 8, notCompared: 1 });
    expect(meshscope.proxies.find(({ proxy }) => proxy.startsWith('cart-'))?.state).toBe('not-compared');
  });

  test("without istiod's own dumps nothing is in sync", async () => {
    const mesh = copyOf();
    rmSync(join(mesh, ISTIOD, 'debug/config_dump'), { recursive: true });
    const { stdout } = await ask('--deep', mesh);
    expect(stdout).toContain('· 0 in sync, 10 not compared');
  });

  test('ztunnels have nothing to compare: the count says so', async () => {
    const { stdout } = await ask('--deep', 'fixtures/meshes/ambient');
    expect(stdout).toContain('ztunnels can not be compared');
    expect((await ask('', 'fixtures/meshes/ambient')).stdout).not.toContain('ztunnels can');
  });

  test('a dump without a section that istiod sends is not compared whole', async () => {
    const mesh = copyOf();
    const path = join(mesh, CART, 'config_dump.json');
    const dump = JSON.parse(readFileSync(path, 'utf8')) as { configs: { '@type': string }[] };
    const configs = dump.configs.filter((section) => !section['@type'].includes('RoutesConfigDump'));
    writeFileSync(path, JSON.stringify({ configs }));
    const { stdout } = await ask('--deep', mesh);
    expect(stdout).toMatch(
      /^\? cart-\S+ +sidecar +not compared +- +routes: Envoy's dump does not hold them$/m,
    );
  });
});

describe('--fail-on', () => {
  test.each([
    [['--fail-on', 'differs'], 'add --deep, or name a pod'],
    [['--fail-on', 'not-compared'], 'add --deep, or name a pod'],
    [['--fail-on', ''], 'never-connected'],
    [['--fail-on', ' , '], 'never-connected'],
    [['--fail-on', 'error', '--fail-on='], 'never-connected'],
  ])('%j can not hold: a usage error', async (words, hint) => {
    const { stdout, stderr, exitCode } = await run(['ps', '--from', SHOP, ...words]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 64 });
    expect(stderr).toContain(hint);
  });

  test('--help lists every word, and its example is quoted for the shell', async () => {
    const { stdout } = await run('ps --help');
    for (const word of ['never-connected', 'differs', 'unknown', 'not-compared', 'skew', 'starting'])
      expect(stdout).toContain(word);
    expect(stdout).toContain("--fail-on 'error,stale>60s'");
    expect(stdout).not.toMatch(/--fail-on error,stale>/);
  });
});

describe('names that do not exist', () => {
  test.each([
    ['-n shp', 'there is no namespace "shp"', 'near  shop'],
    ['-i istio-sytem', 'no istiod in namespace istio-sytem', 'near  istio-system'],
  ])('%s is not found, with the nearest', async (words, message, near) => {
    const { stdout, stderr, exitCode } = await ask(words, SHOP);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 66 });
    expect(stderr).toContain(`error: ${message}\n`);
    expect(stderr).toContain(near);
  });

  test('version knows the namespace of the control plane, too', async () => {
    expect((await run(`version -i istio-sytem --from ${SHOP}`)).exitCode).toBe(66);
    expect((await run(`version -i istio-system --from ${SHOP}`)).exitCode).toBe(0);
  });

  test('a revision without an istiod: which there are', async () => {
    const { stderr, exitCode } = await ask('-r canary', SHOP);
    expect(exitCode).toBe(66);
    expect(stderr).toContain('proxies: no istiod of revision canary; here: default');
  });

  test('a namespace without proxies is no error and no success', async () => {
    const { stdout, exitCode } = await ask('-n legacy', SHOP);
    expect({ stdout, exitCode }).toEqual({
      stdout: expect.stringMatching(/^· no proxies in namespace legacy {2}1 istiod answered of 1/),
      exitCode: 0,
    });
  });

  test('an empty namespace means all of them', async () => {
    const { stdout } = await run(['ps', '-n', '', '--from', SHOP]);
    expect(stdout).toBe((await ask('', SHOP)).stdout);
  });

  test.each(['-n legacy', '-r canary'])('%s: resources is an empty list in JSON', async (words) => {
    expect((await factsOf(words, SHOP)).resources).toEqual([]);
  });

  test('--compat prints what it always did', async () => {
    expect(await ask('-n shp --compat', SHOP)).toMatchObject({ stderr: '', exitCode: 0 });
    expect(await ask('-i istio-sytem --compat', SHOP)).toMatchObject({ stderr: '', exitCode: 0 });
  });
});

describe('a recording without pods', () => {
  test('that could not read a proxy does not say that its pages are at hand', async () => {
    const mesh = copyOf();
    rmSync(join(mesh, PODS));
    const index = JSON.parse(readFileSync(join(ROOT, SHOP, 'snapshot.json'), 'utf8')) as object;
    const pages = ['config_dump.json', 'server_info.json'].map((file) => ({
      path: `clusters/demo/proxies/shop/wishlist-v1-84c6b7d679-xdvp4/${file}`,
      status: 'failed',
      reason: 'connection refused',
    }));
    writeFileSync(join(mesh, 'snapshot.json'), JSON.stringify({ ...index, contents: pages }));
    const { stdout } = await ask('', mesh);
    expect(stdout).toMatch(
      /^\? wishlist-\S+ +\S+ +unknown +- +pods were not recorded; its pages could not be read$/m,
    );
  });

  test.each([
    ['no file', (path: string) => rmSync(path)],
    ['a link to nowhere', (path: string) => [rmSync(path), symlinkSync('/nowhere/pods.json', path)]],
  ])('%s: pods are not known, a gap, and none is said to be missing', async (_, change) => {
    const mesh = copyOf();
    change(join(mesh, PODS));
    const { stdout, stderr } = await ask('-n legacy', mesh);
    expect(stderr).toContain('pods of demo');
    expect(stdout).not.toContain('no proxies');
    expect((await factsOf('', mesh)).meshscope.podsKnown).toBe(false);
  });

  test('nor a cluster: nothing is known', async () => {
    const mesh = copyOf();
    const index = readFileSync(join(ROOT, SHOP, 'snapshot.json'), 'utf8');
    rmSync(join(mesh, 'clusters'), { recursive: true });
    writeFileSync(join(mesh, 'snapshot.json'), JSON.stringify({ ...JSON.parse(index), contents: [] }));
    const { stdout, stderr, exitCode } = await ask('', mesh);
    expect(exitCode).toBe(66);
    expect(stdout).toMatch(/^\? no proxy is known {2}no istiod is known\n$/);
    expect(stderr).toContain('holds no cluster');
    expect((await factsOf('', mesh)).meshscope.podsKnown).toBe(false);
  });
});

describe('on a terminal', () => {
  const plain = (text: string): string[] =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes take no room
    text.replace(/\u001b\[[0-9;]*m/g, '').split('\n');

  test.each(
    [40, 80, 100].flatMap((columns) =>
      ['', '--all', '--deep', '-v 1', '-n legacy', 'search-v1-7c78d66565-qzbbl.shop'].map(
        (words) => [columns, words] as const,
      ),
    ),
  )('of %i columns, no line of "%s" is wider', async (columns, words) => {
    const { stdout } = await ask(words, SHOP, { tty: { columns } });
    const piped = await ask(words, SHOP);
    expect(plain(stdout).filter((line) => line.length > columns)).toEqual([]);
    const letters = (text: string) => [...plain(text).join('').replace(/\s/g, '')].sort().join('');
    if (words.includes('.shop')) expect(letters(stdout)).toBe(letters(piped.stdout));
  });

  test('of 80 columns, a long detail stands whole below its row', async () => {
    const { stdout } = await ask('', SHOP, { tty: { columns: 80 } });
    await expect(plain(stdout).join('\n')).toMatchFileSnapshot(
      '../../fixtures/golden/proxy-status/terminal-80.txt',
    );
  });

  test('of 40 columns, every row is stacked', async () => {
    const { stdout } = await ask('', SHOP, { tty: { columns: 40 } });
    await expect(plain(stdout).join('\n')).toMatchFileSnapshot(
      '../../fixtures/golden/proxy-status/terminal-40.txt',
    );
  });
});

describe('a ztunnel', () => {
  const ZTUNNEL = 'ztunnel-tcbhm.istio-system';
  const without = (mesh: string): string => {
    for (const channel of ['xds', 'debug']) {
      const path = join(
        mesh,
        `clusters/demo/istiod/istio-system/istiod-649895b6c8-8llrp/${channel}/syncz.json`,
      );
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(ZTUNNEL, 'ztunnel-other.istio-system'));
    }
    return mesh;
  };

  test('that is not connected says so and exits with 69', async () => {
    const { stdout, stderr, exitCode } = await ask(ZTUNNEL, without(copyOf('fixtures/meshes/ambient')));
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 69 });
    expect(stderr).toContain(`error: ${ZTUNNEL} is not connected to istiod\n`);
  });

  test('has its state and types in JSON, and can fail a gate', async () => {
    const { stdout } = await ask(`${ZTUNNEL} -o json`, 'fixtures/meshes/ambient');
    expect(JSON.parse(stdout)).toMatchObject({
      comparable: false,
      state: 'in-sync',
      types: [{ type: 'WADS', status: 'SYNCED' }, { type: 'WDS' }],
    });
  });

  test('under --compat is one sentence, connected or not', async () => {
    const mesh = without(copyOf('fixtures/meshes/ambient'));
    expect(await ask(`${ZTUNNEL} --compat`, mesh)).toMatchObject({
      stdout: `Sync diff is not available for ztunnel pod ${ZTUNNEL}\n`,
      exitCode: 0,
    });
  });
});

describe('-v and -f', () => {
  test.each(['-v', '-v 1', '-v1', '-v=1', '--verbosity', '--verbosity=1', '-v 2'])(
    '%s: one column a type, and the reason beside it',
    async (words) => {
      const { stdout, stderr, exitCode } = await ask(words, SHOP);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      expect(stdout).toMatch(/^ {2}PROXY +TYPE +CDS +LDS/);
      expect(stdout).toMatch(/wishlist-.* never connected: pod is Running, no istiod knows it$/m);
    },
  );

  test('-v 0 is the list of states, and -v does not swallow a pod', async () => {
    expect((await ask('-v 0', SHOP)).stdout).toBe((await ask('', SHOP)).stdout);
    const { stdout } = await ask('-v cart-v1-db9689b57-djzwj.shop', SHOP);
    expect(stdout).toContain('holds what istiod-57444bb956-pp8n9 would send');
  });

  test('-f is short for --file', async () => {
    const { stdout } = await ask(`cart-v1-db9689b57-djzwj.shop -f ${SHOP}/${CART}/config_dump.json`, SHOP);
    expect(stdout).toContain('✔ 9 listeners match');
  });
});

test('a version difference is told in plain words', async () => {
  const mesh = copyOf();
  const path = join(mesh, ISTIOD, 'xds/syncz.json');
  const syncz = JSON.parse(readFileSync(path, 'utf8')) as {
    resources: { node: { id: string; metadata: Record<string, string> } }[];
  };
  for (const { node } of syncz.resources) {
    if (node.id.startsWith('cart-')) node.metadata['ISTIO_VERSION'] = '1.30.2';
  }
  writeFileSync(path, JSON.stringify(syncz));
  const { stdout } = await ask('cart-v1-db9689b57-djzwj.shop', mesh);
  expect(stdout).toMatch(/^ {2}version skew: proxy 1\.30\.2, istiod 1\.32-\S+: 2 minor versions behind/m);
});
