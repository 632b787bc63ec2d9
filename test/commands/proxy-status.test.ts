import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT, run } from '../helpers/run.ts';

const MESH = 'fixtures/meshes/shop';
const golden = (name: string): string => `../../fixtures/golden/proxy-status/${name}.txt`;
const ask = (words: string, options = {}) => run(`proxy-status ${words} --from ${MESH}`, options);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const ISTIOD = 'clusters/demo/istiod/istio-system/istiod-57444bb956-pp8n9';

/** A copy of the part of the mesh that this command reads, without checksums, to be changed by a test. */
function copyOfMesh(): string {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-status-'));
  folders.push(folder);
  for (const part of [ISTIOD, 'clusters/demo/kubernetes/core']) {
    cpSync(join(ROOT, MESH, part), join(folder, part), { recursive: true });
  }
  return folder;
}

describe('the list', () => {
  test.each([
    ['list', ''],
    ['list-all', '--all'],
    ['list-deep', '--deep'],
    ['list-types', '-v 1'],
    ['list-edge', '-n edge --all'],
    ['compat-list', '--compat'],
    ['compat-types', '--compat -v 1'],
    ['compat-empty', '--compat -v 1 -n legacy'],
    ['compat-json', '--compat -o json -n edge'],
    ['compat-yaml', '--compat -o yaml -n edge'],
  ])('%s', async (name, words) => {
    const { stdout, stderr, exitCode } = await ask(words);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    await expect(stdout).toMatchFileSnapshot(golden(name));
  });

  test('answers to its short name', async () => {
    const [long, short] = await Promise.all([ask(''), run(`ps --from ${MESH}`)]);
    expect(short.stdout).toBe(long.stdout);
  });

  test('JSON is the document of istiod with our findings beside it', async () => {
    const { stdout } = await ask('-o json');
    const { meshscope, ...response } = JSON.parse(stdout);
    const recorded = JSON.parse(readFileSync(join(ROOT, MESH, ISTIOD, 'xds/syncz.json'), 'utf8'));
    expect(response).toEqual(recorded);
    expect(meshscope).toMatchObject({
      apiVersion: 'meshscope.io/v1',
      kind: 'ProxyStatus',
      inSync: 10,
      proxies: [
        {
          state: 'rejected',
          problems: [{ suspects: [{ namespace: 'shop', name: 'search-compressor' }], neverAccepted: true }],
        },
        { state: 'never-connected' },
        { state: 'stale', problems: [{ ageSeconds: 37 }] },
        ...Array.from({ length: 10 }, () => ({ state: 'in-sync' })),
      ],
    });
  });

  test('JSON under --compat is what istiod answered and nothing else', async () => {
    const { stdout } = await ask('-o json --compat');
    const recorded = JSON.parse(readFileSync(join(ROOT, MESH, ISTIOD, 'xds/syncz.json'), 'utf8'));
    expect(JSON.parse(stdout)).toEqual(recorded);
  });

  test.each([
    ['error', 79],
    ['stale>30s', 79],
    ['stale>60s', 0],
    ['stale>10m', 0],
    ['skew,unknown', 0],
    ['stael', 64],
  ])('--fail-on %s exits with %i', async (conditions, code) => {
    expect((await ask(`--fail-on ${conditions}`)).exitCode).toBe(code);
  });

  test('--watch on a recording answers once and says why it ends', async () => {
    const { stdout, stderr, exitCode } = await ask('--watch');
    expect(stdout).toBe((await ask('')).stdout);
    expect({ stderr, exitCode }).toEqual({
      stderr: expect.stringContaining('does not change: --watch ends'),
      exitCode: 0,
    });
  });

  test('names from the mesh can not steer the terminal', async () => {
    const mesh = copyOfMesh();
    const path = join(mesh, ISTIOD, 'xds/syncz.json');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll("'shop.compressor'", "'\\u001b[31mred'"));
    const { stdout } = await run(['proxy-status', '--from', mesh]);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain("no implementation for '\\x1b[31mred'");
  });
});

describe('when istiod does not answer', () => {
  test('over xDS, its HTTP page does as well', async () => {
    const mesh = copyOfMesh();
    rmSync(join(mesh, ISTIOD, 'xds'), { recursive: true });
    const { stdout, stderr, exitCode } = await run(['proxy-status', '--from', mesh]);
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('proxies of');
    expect(stdout).toContain('LDS rejected');
    expect(stdout).toContain('✔ 10 in sync');
  });

  test('at all, proxies are unknown, the gap is named and the exit code is not 0', async () => {
    const mesh = copyOfMesh();
    rmSync(join(mesh, ISTIOD, 'xds'), { recursive: true });
    rmSync(join(mesh, ISTIOD, 'debug'), { recursive: true });
    const { stdout, stderr, exitCode } = await run(['proxy-status', '--from', mesh]);
    expect(exitCode).toBe(66);
    expect(stderr).toContain('proxies of istiod-57444bb956-pp8n9');
    expect(stdout).toMatch(/\? cart-v1-db9689b57-djzwj\.shop +sidecar +unknown +- +no istiod answered\n/);
    expect(stdout).not.toContain('in sync ✔');
    expect(stdout).toContain('· 0 in sync');
  });

  test('with something else than JSON, that is a gap', async () => {
    const mesh = copyOfMesh();
    writeFileSync(join(mesh, ISTIOD, 'xds/syncz.json'), '<html>');
    rmSync(join(mesh, ISTIOD, 'debug/syncz.json'));
    const { stderr, exitCode } = await run(['proxy-status', '--from', mesh]);
    expect(stderr).toContain('not JSON');
    expect(exitCode).not.toBe(70);
  });
});

describe('a pod', () => {
  test.each([
    ['pod-rejected', 'search-v1-7c78d66565-qzbbl.shop'],
    ['pod-stale', 'deploy/sessions-v1 -n shop'],
    ['pod-in-sync', 'cart-v1-db9689b57-djzwj.shop'],
    ['pod-secret', 'edge-gateway-7c68db88d4-mxkzj.edge'],
    ['compat-pod-stale', 'sessions-v1-6874b7b959-jhzmt.shop --compat'],
    ['compat-pod-in-sync', 'cart-v1-db9689b57-djzwj.shop --compat'],
  ])('%s', async (name, words) => {
    const { stdout, stderr, exitCode } = await ask(words);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    await expect(stdout).toMatchFileSnapshot(golden(name));
  });

  test('that is not connected says so and exits with 69', async () => {
    const { stdout, stderr, exitCode } = await ask('wishlist-v1-84c6b7d679-xdvp4.shop');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 69 });
    expect(stderr).toContain('error: wishlist-v1-84c6b7d679-xdvp4.shop is not connected to istiod\n');
    expect(stderr).toContain('pod is Running, no istiod knows it');
  });

  test('without a proxy, or unknown, exits with 66', async () => {
    expect((await ask('mailer-v1-5d576c6fbf-ctdv4.legacy')).exitCode).toBe(66);
    expect((await ask('nosuch.shop')).exitCode).toBe(66);
  });

  test('--file takes the place of what Envoy says', async () => {
    const file = join(MESH, 'clusters/demo/proxies/shop/cart-v1-db9689b57-djzwj/config_dump.json');
    const { stdout } = await ask(`search-v1-7c78d66565-qzbbl.shop --file ${file}`);
    expect(stdout).toContain('✖ 4 listeners match, 5 do not');
    const piped = await ask('cart-v1-db9689b57-djzwj.shop --file -', {
      stdin: readFileSync(join(ROOT, file)),
    });
    expect(piped.stdout).toContain('✔ 9 listeners match');
  });

  test('--file without a pod is a usage error', async () => {
    expect((await ask('--file x.json')).exitCode).toBe(64);
  });

  test('differences gate with --fail-on differs', async () => {
    expect((await ask('sessions-v1-6874b7b959-jhzmt.shop --fail-on differs')).exitCode).toBe(79);
    expect((await ask('cart-v1-db9689b57-djzwj.shop --fail-on differs')).exitCode).toBe(0);
  });

  test('JSON lists every difference', async () => {
    const { stdout } = await ask('sessions-v1-6874b7b959-jhzmt.shop -o json');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'ProxySync',
      inSync: false,
      kinds: [
        { kind: 'cluster', same: 20, differences: [{ what: 'changed' }] },
        { kind: 'listener', same: 9, differences: [] },
        { kind: 'route', same: 3 },
        { kind: 'endpoint' },
      ],
    });
  });

  test('a ztunnel has nothing to compare: a sentence, what istiod says of it, exit 0', async () => {
    const { stdout, exitCode } = await run(
      'proxy-status ztunnel-tcbhm.istio-system --from fixtures/meshes/ambient',
    );
    expect({ stdout, exitCode }).toEqual({
      stdout: [
        'Sync diff is not available for ztunnel pod ztunnel-tcbhm.istio-system',
        '  ✔ in sync, says istiod-649895b6c8-8llrp',
        '    WADS SYNCED, last push 27s ago',
        '    WDS SYNCED, last push 27s ago',
        '',
      ].join('\n'),
      exitCode: 0,
    });
  });
});
